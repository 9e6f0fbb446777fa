//! `hides-401` and `fail-open`: stages that are left out but needed.

use super::OnWriteError;
use super::catalog::{FAIL_OPEN, HIDES_401};
use super::probe::{SampleRequest, ordinary, path};
use super::subject::Subject;
use crate::api::{Level, Stage};
use crate::finding::{Finding, Place};
use crate::policy::{Decision, decide};
use crate::request::{Request, is_long_running};

/// Looks at both stages.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = hidden_failures(subject);
    if subject.sink == OnWriteError::Strict {
        found.extend(open_failures(subject));
    }
    found
}

/// A failed authentication has no user, and ResponseStarted is its only stage.
fn hidden_failures(subject: &Subject<'_>) -> Vec<Finding> {
    let mut places: Vec<Place> = ["get", "list", "create", "update", "patch", "delete"]
        .map(|verb| ordinary(SampleRequest::core("pods", ""), verb))
        .into_iter()
        .chain([path("/somewhere/else")])
        .filter_map(|request| hidden_at(subject, &Request { user: None, ..request }))
        .collect();
    places.sort_unstable();
    places.dedup();
    let message = "a request that fails authentication (401) has no other stage than \
                   ResponseStarted: with it left out, nobody sees wrong tokens being tried";
    let help = "leave it in; only watches, logs and exec have this stage besides";
    places.into_iter().map(|place| HIDES_401.found(place, message).help(help)).collect()
}

/// Where it is written that this request is not recorded at ResponseStarted, if only that keeps it
/// from the log.
fn hidden_at(subject: &Subject<'_>, request: &Request<'_>) -> Option<Place> {
    let decision = decide(subject.policy, request, subject.version);
    let rule = decision.rule?;
    let of_whom =
        Request { user: ordinary(SampleRequest::core("pods", ""), "get").user, ..request.clone() };
    // Of a rule that leaves out everything, the finding `records-nothing` says so.
    if !is_recorded(&decision, &of_whom) {
        return None;
    }
    omitted_at(subject, rule, Stage::ResponseStarted)
}

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

/// The server looks at the result of the first stage only, and takes one that is left out for
/// written (Go: `audit.ProcessEventStage`).
fn open_failures(subject: &Subject<'_>) -> Vec<Finding> {
    let recorded = subject.rules().filter(|placed| placed.rule.level > Level::None);
    let mut places: Vec<Place> = recorded
        .filter_map(|placed| omitted_at(subject, placed.index, Stage::RequestReceived))
        .collect();
    places.sort_unstable();
    places.dedup();
    let message = "blocking-strict refuses a request only if its RequestReceived event cannot be \
                   written. With this stage left out, requests go on unrecorded when the disk is full";
    let help = "leave RequestReceived in, or use the mode blocking, which promises less";
    places.into_iter().map(|place| FAIL_OPEN.found(place, message).help(help)).collect()
}
