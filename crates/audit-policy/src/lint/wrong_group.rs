//! `wrong-group`: groups that do not exist, and resources that are in another one.

use super::catalog::WRONG_GROUP;
use super::known_groups::{self, called};
use super::subject::list;
use crate::api::GroupResources;
use crate::finding::{Finding, Place, Severity};
use crate::policy::GroupPlaces;

/// Finds a group that is only called so in other places.
pub(super) fn core_alias(group: &GroupResources, places: &GroupPlaces) -> Option<Finding> {
    known_groups::is_core_alias(&group.group).then(|| {
        let message = format!(
            "no API group is called `{}`, so this matches nothing. The group of Pods, Secrets and \
             the like is the empty one",
            group.group
        );
        WRONG_GROUP.found(places.group, message).help("write `group: \"\"`")
    })
}

/// A group nobody here knows is most likely one of custom resources. It is only worth a word if
/// its name is nearly that of a built-in one, or if what it is said to hold is built in elsewhere.
pub(super) fn of_unknown_group(group: &GroupResources, places: &GroupPlaces) -> Option<Finding> {
    let GroupResources { group, resources, .. } = group;
    let mut words = resources.iter().zip(&places.resources);
    let gone =
        words.find_map(|(word, place)| Some((word, place, known_groups::gone(group, word)?)));
    if let Some((word, place, went)) = gone {
        let message = format!("no supported server has `{word}` in `{group}`: {went}");
        return Some(WRONG_GROUP.found(*place, message).rated(Severity::Info));
    }
    if group.contains('.') {
        return None;
    }
    let elsewhere = |word: &String| known_groups::groups_with(word).first().copied();
    let meant = resources.iter().find_map(elsewhere).filter(|meant| !meant.is_empty())?;
    let message = format!(
        "Kubernetes has no API group `{group}`, but it has {} in {}. If this is not a group of \
         custom resources, it matches nothing",
        list(resources),
        called(meant)
    );
    let finding = WRONG_GROUP.found(places.group, message).rated(Severity::Info);
    Some(finding.help(format!("write `group: {meant}`")))
}

/// Finds a resource that a built-in group no longer has, or that another one has.
pub(super) fn elsewhere(group: &str, name: &str, place: Place) -> Option<Finding> {
    let here = called(group);
    if let Some(went) = known_groups::gone(group, name) {
        let message = format!("servers no longer have `{name}` in {here}: {went}");
        return Some(WRONG_GROUP.found(place, message).rated(Severity::Info));
    }
    if let [first, ..] = known_groups::groups_with(name)[..] {
        let message =
            format!("`{name}` is not in {here} but in {}, so this matches nothing", called(first));
        let group = if first.is_empty() { "\"\"" } else { first };
        let finding = WRONG_GROUP.found(place, message);
        return Some(finding.help(format!("move it to an item with `group: {group}`")));
    }
    None
}
