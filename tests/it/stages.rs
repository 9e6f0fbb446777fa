//! Holds what `explain` says of stages and bodies against what the API server's own chain of filters
//! and handlers wrote: `tests/data/stages.jsonl`, which `tests/oracle/stages` makes.

use audit_policy::api::Stage;
use audit_policy::api::Version;
use audit_policy::policy::EventBody;
use audit_policy::policy::StageOutcome;
use audit_policy::policy::StageRecord;
use audit_policy::policy::explain;
use audit_policy::policy::judge;
use audit_policy::request::Request;
use audit_policy::request::request_info;
use audit_policy::request::user;
use kubectl_audit::view::explanation::explanation;
use serde_json::Value;

const LINES: &str = include_str!("../data/stages.jsonl");

fn lines() -> impl Iterator<Item = Value> {
    LINES.lines().map(|line| serde_json::from_str(line).unwrap())
}

/// A request as it was sent.
fn sent(line: &Value) -> Request<'static> {
    let text = |key: &str| line[key].as_str().unwrap();
    let mut request = request_info(text("method"), text("uri")).unwrap().request;
    request.user = (line["noUser"] != true).then(|| user("alice", &[]));
    request
}

/// What a stage leaves in the log: nothing, or an event with `q` and `r` for bodies.
fn written(line: &Value, stage: Stage) -> Option<String> {
    let events = line["events"].as_array().into_iter().flatten();
    let mut events = events.filter(|event| event["stage"] == stage.name());
    let event = events.next()?;
    assert_eq!(events.next(), None, "{line}");
    let letter = |key: &str, letter: &str| event.get(key).map(|_| letter.to_owned());
    Some([letter("request", "q"), letter("response", "r")].into_iter().flatten().collect())
}

fn explained(record: &StageRecord) -> Option<String> {
    let StageOutcome::Recorded(bodies) = &record.outcome else { return None };
    let letter = |body: &EventBody| if *body == EventBody::Request { 'q' } else { 'r' };
    Some(bodies.iter().map(letter).collect())
}

/// Of the two stages with which a request ends it has one.
fn comes(stage: Stage, line: &Value) -> bool {
    match stage {
        Stage::ResponseComplete => line["panic"] != true,
        Stage::Panic => line["panic"] == true,
        _ => true,
    }
}

#[test]
fn every_stage_and_body_that_the_server_writes_is_explained() {
    let mut events = 0;
    for line in lines().filter(|line| line["refused"] != true) {
        let policy = judge(line["policy"].as_str().unwrap().as_bytes(), Version::NEWEST);
        let policy = policy.outcome.unwrap();
        let why = explain(policy.policy(), &sent(&line), Version::NEWEST);
        for record in why.stages.iter().filter(|record| comes(record.stage, &line)) {
            let written = written(&line, record.stage);
            events += usize::from(written.is_some());
            assert_eq!(explained(record), written, "{:?} of {line}", record.stage);
        }
        let count = line["events"].as_array().map_or(0, Vec::len);
        let known = Stage::ALL.into_iter().filter(|stage| comes(*stage, &line));
        assert_eq!(known.filter(|stage| written(&line, *stage).is_some()).count(), count, "{line}");
    }
    assert_eq!(events, 371);
}

#[test]
fn where_a_refused_request_leaves_other_bodies_the_explanation_says_which() {
    let (mut none, mut status) = (0, 0);
    for line in lines().filter(|line| line["refused"] == true) {
        let policy = judge(line["policy"].as_str().unwrap().as_bytes(), Version::NEWEST);
        let policy = policy.outcome.unwrap();
        let request = sent(&line);
        let why = explain(policy.policy(), &request, Version::NEWEST);
        let text = explanation("p", &policy, &request, &why);
        let ends = why.stages.iter().filter(|record| record.stage != Stage::Panic);
        let differ = ends.clone().any(|it| explained(it) != written(&line, it.stage));
        let answered = ends.clone().any(|it| written(&line, it.stage).is_some_and(|it| it == "r"));
        assert_eq!(text.contains("Refused (403)"), differ, "{line}");
        assert_eq!(text.contains("without a body"), differ && !answered, "{line}");
        none += usize::from(differ && !answered);
        status += usize::from(differ && answered);
    }
    assert_eq!((none, status), (2, 18));
}

#[test]
fn managed_fields_are_left_out_where_the_decision_says_so() {
    let mut whole = 0;
    for value in lines() {
        let policy = judge(value["policy"].as_str().unwrap().as_bytes(), Version::NEWEST);
        let policy = policy.outcome.unwrap();
        let why = explain(policy.policy(), &sent(&value), Version::NEWEST);
        let has_fields = value["events"].to_string().contains("whole");
        assert!(!(has_fields && why.decision.omit_managed_fields), "{value}");
        whole += usize::from(has_fields);
    }
    assert_eq!(whole, 43);
}
