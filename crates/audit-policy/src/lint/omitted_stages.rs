//! What `omitStages` leaves of a request: which stages, where it is written, and whether any event comes.

use super::questions::Questions;
use super::subject::{LocatedRule, Subject};
use crate::analysis::Reachability;
use crate::api::{Level, Stage};
use crate::finding::Place;
use crate::policy::{Decision, decision};
use crate::request::{Request, is_long_running};

/// The stages that a request goes through; the other one, Panic, is for faults of the server.
const STAGES: [Stage; 3] =
    [Stage::RequestReceived, Stage::ResponseStarted, Stage::ResponseComplete];

/// What to do about a rule that leaves out too much.
pub(super) const LEAVE_RECEIVED: &str = "leave out RequestReceived only: ResponseComplete has everything that \
                              it has, and the result";

/// Says whether any event comes of a request that is decided like this. Panic is not counted: a
/// request has no such stage unless the server has a fault.
pub(super) fn is_recorded(decision: &Decision, request: &Request<'_>) -> bool {
    let course: &[Stage] = match &request.user {
        None => &[Stage::ResponseStarted],
        Some(_) if is_long_running(request) => {
            &[Stage::RequestReceived, Stage::ResponseStarted, Stage::ResponseComplete]
        }
        Some(_) => &[Stage::RequestReceived, Stage::ResponseComplete],
    };
    let is_left = |stage: &Stage| !decision.omit_stages.contains(stage);
    decision.level > Level::None && course.iter().any(is_left)
}

/// The rule's own word comes first: it is the nearer one.
pub(super) fn omitted_at(subject: &Subject<'_>, rule: usize, stage: Stage) -> Option<Place> {
    let at = |stages: &[Stage], places: &[Place]| {
        places.get(stages.iter().position(|omitted| *omitted == stage)?).copied()
    };
    at(&subject.policy.rules[rule].omit_stages, &subject.places.rules[rule].omit_stages)
        .or_else(|| at(&subject.policy.omit_stages, &subject.places.omit_stages))
}

/// Says whether no rule of the policy records anything, whether it is reached or not.
pub(super) fn is_silent(subject: &Subject<'_>) -> bool {
    subject.rules().all(|placed| is_silent_rule(subject, &placed))
}

/// Says whether no event comes of a rule.
pub(super) fn is_silent_rule(subject: &Subject<'_>, placed: &LocatedRule<'_>) -> bool {
    placed.rule.level == Level::None || stages_left(subject, placed.index).is_empty()
}

/// The stages of ordinary requests that a rule does not leave out.
pub(super) fn stages_left(subject: &Subject<'_>, rule: usize) -> Vec<Stage> {
    let omitted = decision(subject.policy, Some(rule)).omit_stages;
    STAGES.into_iter().filter(|stage| !omitted.contains(stage)).collect()
}

/// Returns the rules that decide some request.
pub(super) fn deciding<'a>(
    subject: &'a Subject<'_>,
    questions: &mut Questions<'_>,
) -> Vec<LocatedRule<'a>> {
    subject
        .rules()
        .filter(|placed| !matches!(questions.reach(placed.index), Reachability::Unreachable { .. }))
        .collect()
}
