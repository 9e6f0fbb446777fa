//! `fail-open`: a stage that is left out although `blocking-strict` needs it.

use super::catalog::FAIL_OPEN;
use super::omitted_stages::omitted_at;
use super::options::OnWriteError;
use super::subject::Subject;
use crate::api::{Level, Stage};
use crate::finding::{Finding, Place};

/// The server looks at the result of the first stage only, and takes one that is left out for
/// written (Go: `audit.ProcessEventStage`).
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.sink != OnWriteError::Strict {
        return vec![];
    }
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
