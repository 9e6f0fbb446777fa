//! `unreachable-rule`: rules that decide nothing.

use super::catalog::UNREACHABLE_RULE;
use super::groups;
use super::questions::Questions;
use super::subject::{START, Subject, listed};
use crate::analysis::Basis;
use crate::analysis::Reachability;
use crate::api::{GroupResources, Rule};
use crate::finding::Finding;

/// Looks at every rule.
pub(super) fn check(subject: &Subject<'_>, questions: &mut Questions<'_>) -> Vec<Finding> {
    let rules = 0..subject.policy.rules.len();
    rules
        .filter_map(|rule| match questions.reach(rule) {
            Reachability::Unreachable { shadowed_by, rests_on } => {
                Some(unreachable(subject, rule, shadowed_by, *rests_on))
            }
            Reachability::Reached { .. } => only_dead_left(subject, questions, rule),
            Reachability::NotDecided => None,
        })
        .collect()
}

/// A rule that is reached only by requests for resources that no server has.
fn only_dead_left(
    subject: &Subject<'_>,
    questions: &mut Questions<'_>,
    index: usize,
) -> Option<Finding> {
    let part = live_part(subject.policy.rules.get(index)?)?;
    if part.resources.is_empty() {
        // Nothing of it is alive, which its words say themselves.
        return None;
    }
    match questions.reach_of(index, &part) {
        Reachability::Unreachable { shadowed_by, rests_on } if !shadowed_by.is_empty() => {
            Some(unreachable(subject, index, &shadowed_by, rests_on))
        }
        _ => None,
    }
}

/// The resources of a rule without those that no server has; `None` if there are no such ones.
pub(super) fn live_part(rule: &Rule) -> Option<Rule> {
    let is_dead = |group: &GroupResources, word: &String| groups::is_unknown(&group.group, word);
    let has_dead = |group: &GroupResources| group.resources.iter().any(|word| is_dead(group, word));
    rule.resources.iter().any(has_dead).then(|| {
        let live = rule.resources.iter().filter_map(|group| {
            let mut live = group.clone();
            live.resources.retain(|word| !is_dead(group, word));
            (group.resources.is_empty() || !live.resources.is_empty()).then_some(live)
        });
        Rule { resources: live.collect(), ..Rule::default() }
    })
}

fn unreachable(
    subject: &Subject<'_>,
    index: usize,
    shadowed_by: &[usize],
    rests_on: Basis,
) -> Finding {
    let place = subject.places.starts.get(index).copied().unwrap_or(START);
    if shadowed_by.is_empty() {
        let message = "this rule can never match: no request has this combination of verbs, \
                       namespaces and resources";
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
        [one] => format!("move it before {one}, or remove it"),
        _ => "move it before them, or remove it".to_owned(),
    };
    UNREACHABLE_RULE.found(place, message).help(help)
}
