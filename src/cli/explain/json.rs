//! An explanation in JSON.

use serde_json::{Value, json};

use super::question::ExplainQuestion;
use crate::cli::policy_file::PolicyFile;
use audit_policy::policy::EventBody;
use audit_policy::policy::Explanation;
use audit_policy::policy::StageOutcome;
use audit_policy::policy::StageRecord;

/// Returns the report. Rules are counted from 0, as in the answers to `--requests`.
pub(super) fn report(file: &PolicyFile, answers: &[(ExplainQuestion, Explanation)]) -> Value {
    let requests: Vec<Value> =
        answers.iter().map(|(question, why)| answer(file, question, why)).collect();
    json!({
        "apiVersion": "kubectl-audit/v1",
        "kind": "ExplainReport",
        "policy": file.name,
        "server": { "version": file.version.to_string() },
        "requests": requests,
    })
}

fn answer(file: &PolicyFile, question: &ExplainQuestion, why: &Explanation) -> Value {
    let line = |rule: usize| file.accepted.rule_places().get(rule).map(|place| place.line);
    let passed: Vec<Value> = why
        .passed
        .iter()
        .enumerate()
        .map(|(rule, miss)| {
            json!({
                "rule": rule,
                "line": line(rule),
                "selector": miss.selector.name(),
                "reason": miss.reason,
            })
        })
        .collect();
    let stages: Vec<Value> = why.stages.iter().map(stage).collect();
    json!({
        "request": question.request,
        "notes": question.notes,
        "decision": why.decision,
        "line": why.decision.rule.and_then(line),
        "stages": stages,
        "passed": passed,
    })
}

fn stage(record: &StageRecord) -> Value {
    let (event, bodies) = match &record.outcome {
        StageOutcome::Recorded(bodies) => ("recorded", &bodies[..]),
        StageOutcome::LevelNone => ("none-by-level", &[][..]),
        StageOutcome::OmittedByPolicy => ("omitted-by-policy", &[][..]),
        StageOutcome::OmittedByRule => ("omitted-by-rule", &[][..]),
        StageOutcome::AnsweredAtOnce | StageOutcome::NotAuthenticated => ("no-such-stage", &[][..]),
    };
    let bodies: Vec<&str> = bodies
        .iter()
        .map(|body| match body {
            EventBody::Request => "request",
            EventBody::Response => "response",
        })
        .collect();
    json!({ "stage": record.stage, "event": event, "bodies": bodies })
}
