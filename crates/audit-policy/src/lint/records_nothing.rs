//! `records-nothing`: policies and rules of which no event comes.

use super::catalog::RECORDS_NOTHING;
use super::omitted_stages::{LEAVE_RECEIVED, deciding, is_silent_rule, omitted_at, stages_left};
use super::questions::Questions;
use super::subject::{LocatedRule, START, Subject};
use crate::api::{Level, Stage};
use crate::finding::{Finding, Severity};

/// Looks at the whole policy, and if it records anything, at each of its rules.
pub(super) fn check(subject: &Subject<'_>, questions: &mut Questions<'_>) -> Vec<Finding> {
    let deciding = deciding(subject, questions);
    if deciding.iter().all(|placed| is_silent_rule(subject, placed)) {
        return vec![nothing(subject, &deciding)];
    }
    deciding.iter().filter_map(|placed| of_rule(subject, *placed)).collect()
}

fn nothing(subject: &Subject<'_>, deciding: &[LocatedRule<'_>]) -> Finding {
    let above_none = deciding.iter().find(|placed| placed.rule.level > Level::None);
    let Some(placed) = above_none else {
        let place = subject.places.starts.first().copied().unwrap_or(START);
        let message = "this policy records nothing: every rule that is reached is `level: None`";
        let help = "write `level: Metadata` in the rule for what is to be recorded; to turn auditing \
                    off, `kubectl audit disable` removes the policy from the API server";
        return RECORDS_NOTHING.found(place, message).help(help).rated(Severity::Warning);
    };
    let place = omitted_at(subject, placed.index, Stage::ResponseComplete).unwrap_or(START);
    let message = "this policy records nothing: `omitStages` leaves out every stage that a request \
                   goes through";
    RECORDS_NOTHING.found(place, message).help(LEAVE_RECEIVED)
}

fn of_rule(subject: &Subject<'_>, placed: LocatedRule<'_>) -> Option<Finding> {
    if placed.rule.level == Level::None || !stages_left(subject, placed.index).is_empty() {
        return None;
    }
    let place = omitted_at(subject, placed.index, Stage::ResponseComplete)?;
    let message = format!(
        "{} records nothing: every stage that a request goes through is left out",
        subject.name(placed.index)
    );
    Some(RECORDS_NOTHING.found(place, message).help(LEAVE_RECEIVED))
}
