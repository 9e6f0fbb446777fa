//! `dead-selector` for resources without a namespace in a rule that wants one.

use super::super::catalog::DEAD_SELECTOR;
use super::super::subject::{LocatedRule, Subject};
use crate::finding::Finding;
use crate::request::resources;

/// Looks at every resource of rules that name namespaces.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let of_namespaces = |placed: &LocatedRule<'_>| {
        let namespaces = &placed.rule.namespaces;
        !namespaces.is_empty() && !namespaces.iter().any(String::is_empty)
    };
    subject.rules().filter(of_namespaces).flat_map(of_rule).collect()
}

fn of_rule(placed: LocatedRule<'_>) -> Vec<Finding> {
    let mut found = vec![];
    for (group, places) in placed.rule.resources.iter().zip(&placed.places.resources) {
        for (word, place) in group.resources.iter().zip(&places.resources) {
            let name = word.split('/').next().unwrap_or(word);
            if !is_outside(&group.group, name) {
                continue;
            }
            let message = format!(
                "`{name}` are in no namespace, so a rule with `namespaces` never matches `{word}`"
            );
            let help = "move it to a rule of its own, without `namespaces`";
            found.push(DEAD_SELECTOR.found(*place, message).help(help));
        }
    }
    found
}

/// Says whether the objects of a known resource are in no namespace. A request for a namespace
/// carries that namespace.
fn is_outside(group: &str, name: &str) -> bool {
    let is_namespace = group.is_empty() && name == "namespaces";
    resources::named(group, name).is_some_and(|known| !known.namespaced) && !is_namespace
}
