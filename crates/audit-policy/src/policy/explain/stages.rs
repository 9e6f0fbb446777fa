//! What becomes of each stage of a request.

use super::super::decide::Decision;
use crate::api::{Level, Policy, Stage};
use crate::request::Request;
use crate::request::is_long_running;

/// A stage and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageRecord {
    /// The stage.
    pub stage: Stage,
    /// Whether an event is written, or why not.
    pub outcome: StageOutcome,
}

/// What becomes of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StageOutcome {
    /// An event is written; with these bodies, where the request has them.
    Recorded(Vec<EventBody>),
    /// No event: the level is None.
    LevelNone,
    /// No event: the policy omits the stage for all requests.
    OmittedByPolicy,
    /// No event: the deciding rule omits the stage.
    OmittedByRule,
    /// There is no such stage: the request is answered at once.
    AnsweredAtOnce,
    /// There is no such stage: authentication failed, which has the stage `ResponseStarted` alone.
    NotAuthenticated,
}

/// A body that an event carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventBody {
    /// What the client sent.
    Request,
    /// What the server answered.
    Response,
}

/// Returns what becomes of every stage (Go: `WithAudit`, `WithFailedAuthenticationAudit`).
pub(super) fn stages(
    policy: &Policy,
    decision: &Decision,
    request: &Request<'_>,
) -> Vec<StageRecord> {
    let outcome = |stage| outcome(stage, policy, decision, request);
    Stage::ALL.into_iter().map(|stage| StageRecord { stage, outcome: outcome(stage) }).collect()
}

fn outcome(
    stage: Stage,
    policy: &Policy,
    decision: &Decision,
    request: &Request<'_>,
) -> StageOutcome {
    if request.user.is_none() && stage != Stage::ResponseStarted {
        return StageOutcome::NotAuthenticated;
    }
    let is_started = stage == Stage::ResponseStarted;
    if is_started && request.user.is_some() && !is_long_running(request) {
        return StageOutcome::AnsweredAtOnce;
    }
    match decision.level {
        Level::None => StageOutcome::LevelNone,
        _ if policy.omit_stages.contains(&stage) => StageOutcome::OmittedByPolicy,
        _ if decision.omit_stages.contains(&stage) => StageOutcome::OmittedByRule,
        level => StageOutcome::Recorded(bodies(stage, level, request)),
    }
}

/// Bodies are known when a request is over; streams and paths have none that is kept (Go:
/// `LogRequestObject`, `LogRequestPatch`, `LogResponseObject`). Failed authentication is answered
/// with a `Status` before anything of the request is read (Go: `Unauthorized`).
fn bodies(stage: Stage, level: Level, request: &Request<'_>) -> Vec<EventBody> {
    let mut bodies = vec![];
    if request.user.is_none() {
        bodies.extend((level >= Level::RequestResponse).then_some(EventBody::Response));
        return bodies;
    }
    let has_bodies = request.resource.is_some() && !is_long_running(request);
    if !has_bodies || matches!(stage, Stage::RequestReceived | Stage::ResponseStarted) {
        return bodies;
    }
    if level >= Level::Request && !matches!(&*request.verb, "get" | "list") {
        bodies.push(EventBody::Request);
    }
    if level >= Level::RequestResponse && stage == Stage::ResponseComplete {
        bodies.push(EventBody::Response);
    }
    bodies
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Version;
    use crate::policy::{explain, judge};

    /// One letter per stage: `+`, with `q` and `r` for bodies; `p` or `r` by whom it is omitted;
    /// `.` where there is no such stage, `0` for the level None.
    fn course(policy: &str, request: &str) -> String {
        let text = format!("apiVersion: audit.k8s.io/v1\n{policy}\n");
        let accepted = judge(text.as_bytes(), Version::NEWEST).outcome.unwrap();
        let request: Request = serde_json::from_str(request).unwrap();
        let why = explain(accepted.policy(), &request, Version::NEWEST);
        let letters = |record: &StageRecord| match &record.outcome {
            StageOutcome::Recorded(bodies) => bodies.iter().fold("+".to_owned(), |text, body| {
                text + if *body == EventBody::Request { "q" } else { "r" }
            }),
            StageOutcome::LevelNone => "0".to_owned(),
            StageOutcome::OmittedByPolicy => "p".to_owned(),
            StageOutcome::OmittedByRule => "r".to_owned(),
            StageOutcome::AnsweredAtOnce | StageOutcome::NotAuthenticated => ".".to_owned(),
        };
        why.stages.iter().map(letters).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_kind_of_request_goes_through_its_own_stages() {
        let both = "rules: [{level: RequestResponse}]";
        for (request, wanted) in [
            (r#"{"user":"a","verb":"create","resource":"pods","isResource":true}"#, "+ . +qr +q"),
            (r#"{"user":"a","verb":"get","resource":"pods","isResource":true}"#, "+ . +r +"),
            (r#"{"user":"a","verb":"watch","resource":"pods","isResource":true}"#, "+ + + +"),
            (
                r#"{"user":"a","verb":"create","resource":"pods","subresource":"exec","isResource":true}"#,
                "+ + + +",
            ),
            (r#"{"user":"a","verb":"post","path":"/x"}"#, "+ . + +"),
            (r#"{"noUser":true,"verb":"create","resource":"pods","isResource":true}"#, ". +r . ."),
        ] {
            assert_eq!(course(both, request), wanted, "{request}");
        }
    }

    #[test]
    fn a_stage_is_omitted_by_the_policy_the_rule_or_the_level() {
        let request = r#"{"user":"a","verb":"get","path":"/x"}"#;
        let policy =
            "omitStages: [RequestReceived]\nrules: [{level: Metadata, omitStages: [Panic]}]";
        assert_eq!(course(policy, request), "p . + r");
        assert_eq!(course("rules: [{level: None}]", request), "0 . 0 0");
        assert_eq!(course("rules: [{level: Metadata, verbs: [x]}]", request), "0 . 0 0");
    }
}
