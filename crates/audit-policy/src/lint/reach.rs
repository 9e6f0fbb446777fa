//! `unreachable-rule`: rules that decide nothing.

use super::catalog::UNREACHABLE_RULE;
use super::questions::Questions;
use super::subject::{START, Subject, listed};
use crate::analysis::Basis;
use crate::analysis::Reach;
use crate::finding::Finding;

/// Looks at every rule.
pub(super) fn check(subject: &Subject<'_>, questions: &mut Questions<'_>) -> Vec<Finding> {
    let rules = 0..subject.policy.rules.len();
    rules
        .filter_map(|rule| match questions.reach(rule) {
            Reach::Unreachable { shadowed_by, rests_on } => {
                Some(unreachable(subject, rule, shadowed_by, *rests_on))
            }
            Reach::Reached { .. } | Reach::NotDecided => None,
        })
        .collect()
}

fn unreachable(
    subject: &Subject<'_>,
    index: usize,
    shadowed_by: &[usize],
    rests_on: Basis,
) -> Finding {
    let place = subject.places.starts.get(index).copied().unwrap_or(START);
    if shadowed_by.is_empty() {
        let message = "this rule decides nothing: no request that can happen has all it asks for";
        let help =
            "look at its verbs, namespaces and names: each must go with its resources or paths";
        return UNREACHABLE_RULE.found(place, message).help(help);
    }
    let names: Vec<String> = shadowed_by.iter().map(|rule| subject.name(*rule)).collect();
    let takes = match names.len() {
        1 => "takes everything it matches",
        _ => "take everything it matches between them",
    };
    let provided = match rests_on {
        Basis::Requests => "",
        Basis::Identities => {
            " (every authenticated user is in `system:authenticated`, and service accounts are in \
             their groups only)"
        }
    };
    let message = format!(
        "this rule is never reached: {} {takes}{provided}. The first rule that matches decides",
        listed(&names)
    );
    let help = match names.as_slice() {
        [one] => format!("move it in front of {one}, or remove it"),
        _ => "move it in front of them, or remove it".to_owned(),
    };
    UNREACHABLE_RULE.found(place, message).help(help)
}
