//! `wrong-group` and `unknown-resource`: names that the named API group does not have.

use super::catalog::{UNKNOWN_RESOURCE, WRONG_GROUP};
use super::dead_selector::is_dead_resource;
use super::known_groups::{self, called};
use super::subject::{START, Subject, list};
use crate::api::GroupResources;
use crate::did_you_mean::nearest;
use crate::finding::{Finding, Place, Severity};
use crate::policy::GroupPlaces;
use crate::request::resources;

/// Looks at every group that a rule names. Groups of custom resources are unknown, not wrong.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let groups = |rule| groups_of(rule);
    subject.rules().flat_map(groups).flat_map(|(group, places)| of_group(group, places)).collect()
}

fn groups_of<'a>(
    placed: super::subject::LocatedRule<'a>,
) -> impl Iterator<Item = (&'a GroupResources, &'a GroupPlaces)> {
    placed.rule.resources.iter().zip(&placed.places.resources)
}

fn of_group(group: &GroupResources, places: &GroupPlaces) -> Vec<Finding> {
    if known_groups::is_core_alias(&group.group) {
        let message = format!(
            "no API group is called `{}`, so this matches nothing. The group of Pods, Secrets and \
             the like is the empty one",
            group.group
        );
        return vec![WRONG_GROUP.found(places.group, message).help("write `group: \"\"`")];
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
    of_unknown_group(group, places).into_iter().collect()
}

/// A group nobody here knows is most likely one of custom resources. It is only worth a word if
/// its name is nearly that of a built-in one, or if what it is said to hold is built in elsewhere.
fn of_unknown_group(group: &GroupResources, places: &GroupPlaces) -> Option<Finding> {
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
        return unknown_subresource(sub?, place);
    }
    match resources::named(group, name) {
        Some(known) => match sub {
            None | Some("*") => None,
            Some(sub) if known.subresources.iter().any(|known| known == sub) => None,
            Some(sub) => Some(no_such_subresource(known, sub, place)),
        },
        None => Some(no_such_resource(group, name, sub, place)),
    }
}

fn unknown_subresource(sub: &str, place: Place) -> Option<Finding> {
    if sub == "*" || known_groups::is_subresource(sub) {
        return None;
    }
    let message = format!("no resource of Kubernetes has a subresource `{sub}`");
    Some(UNKNOWN_RESOURCE.found(place, message))
}

fn no_such_subresource(known: &resources::KnownResource, sub: &str, place: Place) -> Finding {
    let name = &known.name;
    let subs: Vec<&str> = known.subresources.iter().map(String::as_str).collect();
    let message = format!("`{name}` has no subresource `{sub}`, so this matches nothing");
    let finding = UNKNOWN_RESOURCE.found(place, message);
    match (nearest(sub, subs.iter().copied()), &subs[..]) {
        (Some(meant), _) => finding.help(format!("write `{name}/{meant}`")),
        (None, []) => finding.help(format!("`{name}` has no subresources at all")),
        (None, subs) => finding.help(format!("the subresources of `{name}` are {}", list(subs))),
    }
}

fn no_such_resource(group: &str, name: &str, sub: Option<&str>, place: Place) -> Finding {
    let tail = sub.map(|sub| format!("/{sub}")).unwrap_or_default();
    let here = called(group);
    if let Some(went) = known_groups::gone(group, name) {
        let message = format!("servers no longer have `{name}` in {here}: {went}");
        return WRONG_GROUP.found(place, message).rated(Severity::Info);
    }
    if let [first, ..] = known_groups::groups_with(name)[..] {
        let message =
            format!("`{name}` is not in {here} but in {}, so this matches nothing", called(first));
        let group = if first.is_empty() { "\"\"" } else { first };
        return WRONG_GROUP
            .found(place, message)
            .help(format!("move it to an item with `group: {group}`"));
    }
    let message = format!("there is no resource `{name}` in {here}, so this matches nothing");
    let finding = UNKNOWN_RESOURCE.found(place, message);
    if name == "tokenrequests" {
        // The kind of what is sent; the nearest name, tokenreviews, is something else.
        return finding.help(
            "tokens are requested by a `create` of the subresource `serviceaccounts/token`: write that \
             in an item with `group: \"\"`",
        );
    }
    if let Some(meant) = known_groups::meant(group, name) {
        return finding.help(format!("write `{meant}{tail}`"));
    }
    match resources::find(name) {
        Some(other) => finding.help(format!(
            "`{name}` may be for `{}{tail}`, which is in {}",
            other.name,
            called(&other.group)
        )),
        None => finding.help("resources are written in lower case and plural, as in URLs"),
    }
}
