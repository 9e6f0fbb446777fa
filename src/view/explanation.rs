//! Why a policy decides a request as it does, for a terminal.

use super::paint::{Tone, paint};
use super::table::table;
use audit_policy::api::Level;
use audit_policy::api::Policy;
use audit_policy::api::Stage;
use audit_policy::finding::Place;
use audit_policy::policy::AcceptedPolicy;
use audit_policy::policy::EventBody;
use audit_policy::policy::Explanation;
use audit_policy::policy::StageOutcome;
use audit_policy::policy::StageRecord;
use audit_policy::request::Request;

/// Returns the request, the deciding rule, what becomes of each stage, and why the rules before it
/// of it do not match. Rules are counted from 1, as people count.
///
/// `path` is what the reader calls the policy.
#[must_use]
pub fn explanation(
    path: &str,
    accepted: &AcceptedPolicy,
    request: &Request<'_>,
    why: &Explanation,
) -> String {
    let user = match &request.user {
        Some(user) => user.to_string(),
        None => "nobody: authentication failed".to_owned(),
    };
    let level = why.decision.level;
    let mut text = format!("request  {}\nuser     {user}\n", paint(Tone::Strong, request));
    text.push_str(&format!("decided  {}\n", decided(path, accepted, why)));
    let means = match level {
        Level::None => ": nothing is recorded",
        Level::Request | Level::RequestResponse if why.decision.omit_managed_fields => {
            ", without managed fields"
        }
        _ => "",
    };
    text.push_str(&format!("level    {}{means}\n", paint(Tone::Strong, level)));
    if level != Level::None {
        text.push_str(&format!("\n{}", stages(why)));
        if request.user.is_some() {
            text.push_str(refused(why));
        }
    }
    if !why.passed.is_empty() {
        text.push_str(&format!("\n{}", passed(accepted, why)));
    }
    text
}

fn decided(path: &str, accepted: &AcceptedPolicy, why: &Explanation) -> String {
    let rules = accepted.policy().rules.len();
    match why.decision.rule {
        Some(rule) => {
            let line = line_of(accepted.rule_places(), rule);
            format!("by rule {} of {rules}, {path}:{line}", rule + 1)
        }
        None => format!("by no rule of {path}: none of {rules} matches"),
    }
}

fn stages(why: &Explanation) -> String {
    let rows: Vec<_> = why
        .stages
        .iter()
        .map(|record| vec![record.stage.to_string(), outcome(record, why)])
        .collect();
    table(&["STAGE", "EVENT"], &rows)
}

fn outcome(record: &StageRecord, why: &Explanation) -> String {
    match &record.outcome {
        StageOutcome::Recorded(bodies) => {
            let condition = match record.stage {
                Stage::Panic => ", in place of ResponseComplete if the server panics",
                _ => "",
            };
            format!("yes{}{condition}", with(bodies))
        }
        StageOutcome::LevelNone => "no: the level is None".to_owned(),
        StageOutcome::OmittedByPolicy => "no: omitStages of the policy".to_owned(),
        StageOutcome::OmittedByRule => {
            format!("no: omitStages of rule {}", why.decision.rule.map_or(0, |rule| rule + 1))
        }
        StageOutcome::AnsweredAtOnce => "none: this request is answered at once".to_owned(),
        StageOutcome::NotAuthenticated => "none: authentication failed".to_owned(),
    }
}

fn with(bodies: &[EventBody]) -> &'static str {
    match bodies {
        [] => "",
        [EventBody::Request] => ", with the request body",
        [EventBody::Response] => ", with the response body",
        _ => ", with request and response body",
    }
}

/// What else becomes of a request that the server refuses: it is never read, and the answer is an
/// object like any other (Go: `WithAuthorization`, `responsewriters.Forbidden`).
fn refused(why: &Explanation) -> &'static str {
    let answers = why
        .stages
        .iter()
        .filter(|record| matches!(record.stage, Stage::ResponseStarted | Stage::ResponseComplete));
    let recorded: Vec<&[EventBody]> = answers
        .filter_map(|record| match &record.outcome {
            StageOutcome::Recorded(bodies) => Some(bodies.as_slice()),
            _ => None,
        })
        .collect();
    let has = |body| recorded.iter().any(|bodies| bodies.contains(&body));
    match why.decision.level {
        _ if recorded.is_empty() => "",
        Level::Request if has(EventBody::Request) => {
            "Refused (403), it is recorded without a body.\n"
        }
        Level::RequestResponse if has(EventBody::Request) || !has(EventBody::Response) => {
            "Refused (403), it is recorded with nothing but the answer, a Status.\n"
        }
        _ => "",
    }
}

fn passed(accepted: &AcceptedPolicy, why: &Explanation) -> String {
    let Policy { rules, .. } = accepted.policy();
    let rows: Vec<_> = why
        .passed
        .iter()
        .zip(rules)
        .enumerate()
        .map(|(index, (miss, rule))| {
            let line = line_of(accepted.rule_places(), index).to_string();
            vec![(index + 1).to_string(), line, rule.level.to_string(), miss.reason.clone()]
        })
        .collect();
    table(&["RULE", "LINE", "LEVEL", "DOES NOT MATCH, BECAUSE"], &rows)
}

/// The line of a rule, from 0 in `rule`, from 1 in the answer.
fn line_of(places: &[Place], rule: usize) -> usize {
    places.get(rule).map_or(0, |place| place.line)
}
