//! What is known about API groups: which are built in, which are gone, where things moved.

use crate::did_you_mean::nearest;
use crate::request::resources;

/// What people write for the core group, which is `""`.
const CORE: [&str; 4] = ["core", "v1", "api", "legacy"];

/// Groups and resources that no supported server has, and where they went. From the deprecation
/// guide of Kubernetes.
const GONE: &[(&str, &str, &str)] = &[
    ("extensions", "ingresses", "it is in `networking.k8s.io` since 1.22"),
    ("extensions", "networkpolicies", "it is in `networking.k8s.io` since 1.16"),
    ("extensions", "deployments", "it is in `apps` since 1.16"),
    ("extensions", "daemonsets", "it is in `apps` since 1.16"),
    ("extensions", "replicasets", "it is in `apps` since 1.16"),
    ("extensions", "podsecuritypolicies", "it was removed in 1.25"),
    ("policy", "podsecuritypolicies", "it was removed in 1.25"),
    ("settings.k8s.io", "podpresets", "it was removed in 1.20"),
    ("auditregistration.k8s.io", "auditsinks", "it was removed in 1.19"),
];

/// Resources of `resource.k8s.io` that only its alpha versions had, until 1.32.
const ALPHA: [&str; 4] = [
    "podschedulingcontexts",
    "resourceclasses",
    "resourceclaimparameters",
    "resourceclassparameters",
];

/// Says whether this is what people write for the core group.
pub(super) fn is_core_alias(group: &str) -> bool {
    CORE.contains(&group)
}

/// Says whether a server of Kubernetes has this group by itself.
pub(super) fn is_built_in(group: &str) -> bool {
    // Those of metrics.k8s.io come from an add-on, and another one can add to them.
    group != "metrics.k8s.io" && resources::all().iter().any(|known| known.group == group)
}

/// Returns where a resource that no server has any more went.
pub(super) fn gone(group: &str, resource: &str) -> Option<&'static str> {
    if group == "resource.k8s.io" && ALPHA.contains(&resource) {
        return Some("only alpha versions had it, until 1.32");
    }
    let is_it = |(of, name, _): &&(&str, &str, &str)| *of == group && *name == resource;
    GONE.iter().find(is_it).map(|(_, _, went)| *went)
}

/// Returns the groups of Kubernetes that have a resource with this name.
pub(super) fn groups_with(name: &str) -> Vec<&'static str> {
    let has = resources::all().iter().filter(|known| known.name == name);
    has.map(|known| known.group.as_str()).filter(|group| is_built_in(group)).collect()
}

/// Returns the subresource with this name of any resource.
pub(super) fn is_subresource(name: &str) -> bool {
    resources::all().iter().any(|known| known.subresources.iter().any(|sub| sub == name))
}

/// Returns what a name that is none was probably meant to be: the plural of a singular, kind or
/// short name, or the nearest name of the group.
pub(super) fn meant(group: &str, name: &str) -> Option<&'static str> {
    let of_group = || resources::all().iter().filter(|known| known.group == group);
    let other_form = if group.is_empty() {
        resources::find(name).filter(|known| known.group.is_empty())
    } else {
        resources::find(&format!("{name}.{group}"))
    };
    let name = name.to_ascii_lowercase();
    other_form
        .map(|known| known.name.as_str())
        .or_else(|| nearest(&name, of_group().map(|known| known.name.as_str())))
}

/// Returns what a person calls a group.
pub(super) fn called(group: &str) -> String {
    if group.is_empty() { "the core group".to_owned() } else { format!("`{group}`") }
}
