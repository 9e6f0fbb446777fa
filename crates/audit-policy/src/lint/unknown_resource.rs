//! `unknown-resource`: resources and subresources that no group has.

use super::catalog::UNKNOWN_RESOURCE;
use super::known_groups::{self, called};
use super::subject::list;
use crate::did_you_mean::nearest;
use crate::finding::{Finding, Place};
use crate::request::resources;

/// Finds a subresource that no resource has.
pub(super) fn unknown_subresource(sub: &str, place: Place) -> Option<Finding> {
    if sub == "*" || known_groups::is_subresource(sub) {
        return None;
    }
    let message = format!("no resource of Kubernetes has a subresource `{sub}`");
    Some(UNKNOWN_RESOURCE.found(place, message))
}

/// Explains that a resource has no such subresource.
pub(super) fn no_such_subresource(
    known: &resources::KnownResource,
    sub: &str,
    place: Place,
) -> Finding {
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

/// Explains that a built-in group has no such resource, and none is elsewhere.
pub(super) fn no_such_resource(
    group: &str,
    name: &str,
    sub: Option<&str>,
    place: Place,
) -> Finding {
    let tail = sub.map(|sub| format!("/{sub}")).unwrap_or_default();
    let here = called(group);
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
