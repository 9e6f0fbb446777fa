//! `records-nothing` and `no-outcome`: rules and policies of which no event comes, or none that
//! tells how a request ended.

use super::catalog::{NO_OUTCOME, RECORDS_NOTHING};
use super::questions::Questions;
use super::stages::omitted_at;
use super::subject::{LocatedRule, START, Subject};
use crate::analysis::Reachability;
use crate::api::{Level, Stage};
use crate::finding::{Finding, Severity};
use crate::policy::decision;

/// The stages that a request goes through; the other one, Panic, is for faults of the server.
const COURSE: [Stage; 3] =
    [Stage::RequestReceived, Stage::ResponseStarted, Stage::ResponseComplete];

/// Looks at the whole policy, and if it records anything, at each of its rules.
pub(super) fn check(subject: &Subject<'_>, questions: &mut Questions<'_>) -> Vec<Finding> {
    let deciding: Vec<LocatedRule<'_>> = subject
        .rules()
        .filter(|placed| !matches!(questions.reach(placed.index), Reachability::Unreachable { .. }))
        .collect();
    if deciding.iter().all(|placed| is_silent_rule(subject, placed)) {
        return vec![nothing(subject, &deciding)];
    }
    deciding.iter().filter_map(|placed| of_rule(subject, *placed)).collect()
}

/// Says whether no rule of the policy records anything, whether it is reached or not.
pub(super) fn is_silent(subject: &Subject<'_>) -> bool {
    subject.rules().all(|placed| is_silent_rule(subject, &placed))
}

fn is_silent_rule(subject: &Subject<'_>, placed: &LocatedRule<'_>) -> bool {
    placed.rule.level == Level::None || stages_left(subject, placed.index).is_empty()
}

/// The stages of ordinary requests that a rule does not leave out.
fn stages_left(subject: &Subject<'_>, rule: usize) -> Vec<Stage> {
    let omitted = decision(subject.policy, Some(rule)).omit_stages;
    COURSE.into_iter().filter(|stage| !omitted.contains(stage)).collect()
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

const LEAVE_RECEIVED: &str = "leave out RequestReceived only: ResponseComplete has everything that \
                              it has, and the result";

fn of_rule(subject: &Subject<'_>, placed: LocatedRule<'_>) -> Option<Finding> {
    if placed.rule.level == Level::None {
        return None;
    }
    let place = omitted_at(subject, placed.index, Stage::ResponseComplete)?;
    let left = stages_left(subject, placed.index);
    if left.is_empty() {
        let message = format!(
            "{} records nothing: every stage that a request goes through is left out",
            subject.name(placed.index)
        );
        return Some(RECORDS_NOTHING.found(place, message).help(LEAVE_RECEIVED));
    }
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
