//! `no-outcome`: rules whose events do not say how a request ended.

use super::catalog::NO_OUTCOME;
use super::omitted_stages::{LEAVE_RECEIVED, deciding, omitted_at, stages_left};
use super::questions::Questions;
use super::subject::{LocatedRule, Subject};
use crate::api::{Level, Stage};
use crate::finding::Finding;

/// Looks at every rule that decides something.
pub(super) fn check(subject: &Subject<'_>, questions: &mut Questions<'_>) -> Vec<Finding> {
    let deciding = deciding(subject, questions);
    deciding.iter().filter_map(|placed| of_rule(subject, *placed)).collect()
}

fn of_rule(subject: &Subject<'_>, placed: LocatedRule<'_>) -> Option<Finding> {
    let left = stages_left(subject, placed.index);
    // Of a rule that leaves out everything, the finding `records-nothing` says so.
    if placed.rule.level == Level::None || left.is_empty() {
        return None;
    }
    let place = omitted_at(subject, placed.index, Stage::ResponseComplete)?;
    let bodies = match placed.rule.level {
        Level::Metadata => "",
        _ => " and the bodies, for which the level is there",
    };
    let message = match left.contains(&Stage::RequestReceived) {
        true => format!(
            "only ResponseComplete has the result of a request{bodies}: with it left out, nobody \
             can tell whether a request was allowed"
        ),
        false => {
            "with RequestReceived and ResponseComplete left out, only watches, logs, exec and \
                  failed logins are recorded: other requests have no other stage"
                .to_owned()
        }
    };
    Some(NO_OUTCOME.found(place, message).help(LEAVE_RECEIVED))
}
