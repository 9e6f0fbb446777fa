//! `hides-401`: a stage that is left out but is the only one of a failed authentication.

use super::catalog::HIDES_401;
use super::omitted_stages::{is_recorded, omitted_at};
use super::probe::{SampleRequest, ordinary, path};
use super::subject::Subject;
use crate::api::Stage;
use crate::finding::{Finding, Place};
use crate::policy::decide;
use crate::request::Request;

/// A failed authentication has no user, and ResponseStarted is its only stage.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
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
