//! Names that the named API group does not have: asks `wrong-group` and `unknown-resource`.

use super::dead_selector::is_dead_resource;
use super::known_groups;
use super::subject::{LocatedRule, START, Subject};
use super::{unknown_resource, wrong_group};
use crate::api::GroupResources;
use crate::finding::{Finding, Place};
use crate::policy::GroupPlaces;
use crate::request::resources;

/// Looks at every group that a rule names. Groups of custom resources are unknown, not wrong.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let groups = |rule| groups_of(rule);
    subject.rules().flat_map(groups).flat_map(|(group, places)| of_group(group, places)).collect()
}

fn groups_of<'a>(
    placed: LocatedRule<'a>,
) -> impl Iterator<Item = (&'a GroupResources, &'a GroupPlaces)> {
    placed.rule.resources.iter().zip(&placed.places.resources)
}

fn of_group(group: &GroupResources, places: &GroupPlaces) -> Vec<Finding> {
    if let Some(finding) = wrong_group::core_alias(group, places) {
        return vec![finding];
    }
    let words = group.resources.iter().zip(&places.resources);
    if group.group == "*" {
        return vec![];
    }
    if known_groups::is_built_in(&group.group) {
        return words
            .filter(|(word, _)| !is_dead_resource(word))
            .filter_map(|(word, place)| of_resource(&group.group, word, *place))
            .collect();
    }
    wrong_group::of_unknown_group(group, places).into_iter().collect()
}

/// Says whether no server has a resource that a rule names, as far as that can be known: groups of
/// custom resources have any.
pub(super) fn is_unknown(group: &str, word: &str) -> bool {
    is_dead_resource(word)
        || (known_groups::is_built_in(group) && of_resource(group, word, START).is_some())
}

fn of_resource(group: &str, word: &str, place: Place) -> Option<Finding> {
    let (name, sub) = match word.split_once('/') {
        None => (word, None),
        Some((name, sub)) => (name, Some(sub)),
    };
    if name == "*" {
        return unknown_resource::unknown_subresource(sub?, place);
    }
    match resources::named(group, name) {
        Some(known) => match sub {
            None | Some("*") => None,
            Some(sub) if known.subresources.iter().any(|known| known == sub) => None,
            Some(sub) => Some(unknown_resource::no_such_subresource(known, sub, place)),
        },
        None => Some(
            wrong_group::elsewhere(group, name, place)
                .unwrap_or_else(|| unknown_resource::no_such_resource(group, name, sub, place)),
        ),
    }
}
