//! `dead-selector`: words that no request can match.

mod paths;
mod scope;

use super::catalog::DEAD_SELECTOR;
use super::known_groups::{is_built_in, is_subresource, meant};
use super::subject::{LocatedRule, Subject};
use crate::finding::{Finding, Place};
use crate::request::{is_label, resources};

/// The verbs of resource requests (Go: `RequestInfoFactory.NewRequestInfo`).
const VERBS: [&str; 9] =
    ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "proxy"];
/// The verbs of other requests: HTTP methods in lower case.
const METHODS: [&str; 9] =
    ["get", "head", "post", "put", "patch", "delete", "options", "connect", "trace"];
/// Verbs that RBAC asks about but no request has.
const RBAC_VERBS: [&str; 7] =
    ["use", "bind", "escalate", "impersonate", "approve", "sign", "attest"];
/// Groups that people take for users.
const GROUPS: [&str; 5] = [
    "system:authenticated",
    "system:unauthenticated",
    "system:masters",
    "system:nodes",
    "system:serviceaccounts",
];

/// What is wrong with a word, and what to write instead.
type DeadWord = (String, String);

/// Looks at every word of every rule.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let words = subject.rules().flat_map(of_rule);
    words.chain(paths::check(subject)).chain(scope::check(subject)).collect()
}

fn of_rule(placed: LocatedRule<'_>) -> Vec<Finding> {
    let LocatedRule { rule, places, .. } = placed;
    let paths_only = !rule.non_resource_urls.is_empty();
    let resources_only = !rule.resources.is_empty() || !rule.namespaces.is_empty();
    let mut found = vec![];
    let mut look = |words: &[String], places: &[Place], dead: &dyn Fn(&str) -> Option<DeadWord>| {
        for (word, place) in words.iter().zip(places) {
            if let Some((message, help)) = dead(word) {
                found.push(DEAD_SELECTOR.found(*place, message).help(help));
            }
        }
    };
    look(&rule.verbs, &places.verbs, &|word| verb(word, resources_only, paths_only));
    look(&rule.users, &places.users, &user);
    look(&rule.user_groups, &places.user_groups, &user_group);
    look(&rule.namespaces, &places.namespaces, &namespace);
    for (group, places) in rule.resources.iter().zip(&places.resources) {
        look(&group.resources, &places.resources, &|word| resource(&group.group, word));
        look(&group.resource_names, &places.resource_names, &resource_name);
    }
    found
}

fn verb(word: &str, resources_only: bool, paths_only: bool) -> Option<DeadWord> {
    if word == "*" {
        let message = "`*` is no wildcard for verbs: it only matches a verb with this very name, \
                       which no request has";
        let help = "leave `verbs` out: a rule without verbs matches every verb";
        return Some((message.to_owned(), help.to_owned()));
    }
    let right: &[&str] = if paths_only { &METHODS } else { &VERBS };
    if right.contains(&word) || (!resources_only && METHODS.contains(&word)) {
        return None;
    }
    let lower = word.to_lowercase();
    if right.contains(&lower.as_str()) {
        let message =
            format!("verbs are compared as they are written, and no request has `{word}`");
        return Some((message, format!("write `{lower}`")));
    }
    if METHODS.contains(&lower.as_str()) {
        let message = format!("`{word}` is an HTTP method; requests for resources never have it");
        return Some((message, format!("write `{}`", verb_of(&lower))));
    }
    if VERBS.contains(&word) {
        let message = format!(
            "requests for paths that are no resources have the HTTP method as verb, never `{word}`"
        );
        return Some((message, "write `get`, `post` or the like, or leave `verbs` out".to_owned()));
    }
    if is_subresource(word) {
        let message = format!("`{word}` is no verb but a subresource, so no request matches this");
        let help = format!("write it under `resources`, as in `pods/{word}`");
        return Some((message, help));
    }
    let message = if RBAC_VERBS.contains(&word) {
        format!("`{word}` is a verb that RBAC asks about; no request has it")
    } else {
        format!("no request has the verb `{word}`")
    };
    Some((message, format!("the verbs are {}", right.join(", "))))
}

/// What a request for a resource with this HTTP method is called.
fn verb_of(method: &str) -> &'static str {
    match method {
        "post" => "create",
        "put" => "update",
        _ => "get",
    }
}

fn user(word: &str) -> Option<DeadWord> {
    if word.contains('*') {
        let message = format!(
            "there are no wildcards for users: `{word}` only matches a user with this very name"
        );
        return Some((message, wildcard_help(word)));
    }
    if GROUPS.contains(&word) || word.starts_with("system:serviceaccounts:") {
        let message = format!("`{word}` is a group, and no user has this name");
        return Some((message, "write it under `userGroups`".to_owned()));
    }
    None
}

fn wildcard_help(word: &str) -> String {
    if let Some(account) = word.strip_prefix("system:serviceaccount:") {
        let namespace = account.split(':').next().filter(|part| !part.contains('*'));
        let group = namespace.map_or_else(
            || "system:serviceaccounts".to_owned(),
            |namespace| format!("system:serviceaccounts:{namespace}"),
        );
        return format!("use `userGroups: [\"{group}\"]`");
    }
    match word {
        "*" => "leave `users` out: a rule without users matches everyone".to_owned(),
        "system:node:*" => "use `userGroups: [\"system:nodes\"]`".to_owned(),
        _ => "name each user, or match them by `userGroups`".to_owned(),
    }
}

fn user_group(word: &str) -> Option<DeadWord> {
    if word.contains('*') {
        let message = format!(
            "there are no wildcards for groups: `{word}` only matches a group with this very name"
        );
        let help = if word == "*" {
            "leave `userGroups` out: a rule without groups matches everyone"
        } else {
            "name each group, or use `system:authenticated` for everyone"
        };
        return Some((message, help.to_owned()));
    }
    let is_user = word == "system:anonymous" || word.starts_with("system:serviceaccount:");
    is_user.then(|| {
        let message = format!("`{word}` is a user, and no group has this name");
        (message, "write it under `users`".to_owned())
    })
}

fn namespace(word: &str) -> Option<DeadWord> {
    if is_namespace(word) {
        return None;
    }
    if word.contains('*') {
        let message = format!(
            "there are no wildcards for namespaces: `{word}` only matches a namespace with this \
             very name, which cannot exist"
        );
        let help = if word == "*" {
            "leave `namespaces` out: a rule without namespaces matches all of them"
        } else {
            "name each namespace"
        };
        return Some((message, help.to_owned()));
    }
    let message = format!("no namespace can be called `{word}`, so this matches nothing");
    let lower = word.to_lowercase();
    let help = match is_namespace(&lower) {
        true => format!("write `{lower}`"),
        false => "namespaces have lower-case letters, digits and `-`".to_owned(),
    };
    Some((message, help))
}

/// Says whether a namespace can be called like this; the empty word is for what is in none.
fn is_namespace(word: &str) -> bool {
    word.is_empty() || (word.len() <= 63 && is_label(word))
}

/// Says whether [`check`] finds a word among resources to match nothing.
pub(super) fn is_dead_resource(word: &str) -> bool {
    resource("", word).is_some()
}

fn resource(group: &str, word: &str) -> Option<DeadWord> {
    let lower = word.to_lowercase();
    if word == "*/*" {
        let message = "`*/*` matches nothing at all";
        return Some((message.to_owned(), "write `*`: it takes subresources too".to_owned()));
    }
    let (name, sub) = word.split_once('/').unwrap_or((word, "*"));
    let stars = |part: &str| part != "*" && part.contains('*');
    if stars(name) || stars(sub) {
        let message = format!(
            "`*` can only stand for a whole resource or subresource, so `{word}` matches nothing"
        );
        let help = "the forms are `pods`, `pods/log`, `pods/*`, `*/scale` and `*`";
        return Some((message, help.to_owned()));
    }
    if word.is_empty() || sub.is_empty() || sub.contains('/') {
        let message = format!("`{word}` is no resource, and matches nothing");
        let help = "write `resource` or `resource/subresource`";
        return Some((message, help.to_owned()));
    }
    if let Some((resource, group)) = word.split_once('.') {
        let message = format!("resources stand without their group, so `{word}` matches nothing");
        return Some((message, format!("write `{resource}` in an item with `group: {group}`")));
    }
    (lower != word).then(|| {
        let message = format!("resources are in lower case, so `{word}` matches nothing");
        (message, format!("write `{}`", plural(group, word)))
    })
}

/// The name of a resource for what is written as a kind, with its subresource.
fn plural(group: &str, word: &str) -> String {
    let lower = word.to_lowercase();
    let (name, tail) = lower.find('/').map_or((&*lower, ""), |slash| lower.split_at(slash));
    let known = |group: &str| meant(group, name).filter(|_| is_built_in(group));
    match known(group).or_else(|| resources::find(name).map(|known| &*known.name)) {
        Some(known) => format!("{known}{tail}"),
        None if name.ends_with('s') => lower,
        None => format!("{}{tail}", pluralized(name)),
    }
}

/// The usual plural of a kind, as generators of custom resources make it.
fn pluralized(kind: &str) -> String {
    match kind.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ if kind.ends_with(['x', 'z']) || kind.ends_with("ch") || kind.ends_with("sh") => {
            format!("{kind}es")
        }
        _ => format!("{kind}s"),
    }
}

fn resource_name(word: &str) -> Option<DeadWord> {
    word.contains('*').then(|| {
        let message = format!(
            "there are no wildcards for names: `{word}` only matches an object with this very name, \
             which cannot exist"
        );
        (message, "name each object, or leave `resourceNames` out".to_owned())
    })
}
