//! The one selector because of which a rule does not match a request.

#[cfg(test)]
mod tests;

use std::fmt;

use super::super::decide::{lists, matches_path, matches_resource, names_group};
use crate::api::{GroupResources, Rule, Version};
use crate::request::Request;
use crate::request::Resource;
use crate::request::User;

/// How many values of a selector are named before the rest is only counted.
const MOST_NAMED: usize = 3;

/// A selector of a rule, called as in a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Selector {
    /// `users`
    Users,
    /// `userGroups`
    UserGroups,
    /// `verbs`
    Verbs,
    /// `namespaces`
    Namespaces,
    /// `group` of `resources`
    Group,
    /// `resources` of `resources`, subresources included
    Resources,
    /// `resourceNames` of `resources`
    ResourceNames,
    /// `nonResourceURLs`
    NonResourceUrls,
}

impl Selector {
    /// Returns the name of the field.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::UserGroups => "userGroups",
            Self::Verbs => "verbs",
            Self::Namespaces => "namespaces",
            Self::Group => "group",
            Self::Resources => "resources",
            Self::ResourceNames => "resourceNames",
            Self::NonResourceUrls => "nonResourceURLs",
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// Why a rule does not match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// The selector that does not match; of several the one the server looks at first.
    pub selector: Selector,
    /// What it names and what the request has instead, in plain words.
    pub reason: String,
}

/// Returns why a rule does not match a request; `None` if it does.
///
/// Of several entries in `resources` the one counts that comes nearest: a rule about `pods/log` in
/// one entry and about another group in the next misses `pods/exec` by the subresource.
#[must_use]
pub fn miss(rule: &Rule, request: &Request<'_>, version: Version) -> Option<Miss> {
    missed_user(rule, request.user.as_ref())
        .or_else(|| {
            let missed = !lists(&rule.verbs, &request.verb);
            missed.then(|| unlisted(Selector::Verbs, &rule.verbs, &shown(&request.verb)))
        })
        .or_else(|| match &request.resource {
            Some(asked) => missed_resource(rule, asked, version),
            None => missed_path(rule, &request.path),
        })
}

fn missed_user(rule: &Rule, user: Option<&User<'_>>) -> Option<Miss> {
    let Some(user) = user else {
        let selector = match rule {
            rule if !rule.users.is_empty() => Selector::Users,
            rule if !rule.user_groups.is_empty() => Selector::UserGroups,
            _ => return None,
        };
        return Some(because(selector, "wants a user, and failed authentication leaves none"));
    };
    if !lists(&rule.users, &user.name) {
        let unnamed = user.name.is_empty();
        let has = if unnamed { "a user without a name" } else { &user.name };
        return Some(unlisted(Selector::Users, &rule.users, has));
    }
    let in_a_group = user.groups.iter().any(|group| lists(&rule.user_groups, group));
    if rule.user_groups.is_empty() || in_a_group {
        return None;
    }
    let has = match &user.groups[..] {
        [] => "a user in no group".to_owned(),
        groups => some_of(&groups.iter().map(AsRef::as_ref).collect::<Vec<_>>(), "or"),
    };
    Some(unlisted(Selector::UserGroups, &rule.user_groups, &has))
}

fn missed_path(rule: &Rule, path: &str) -> Option<Miss> {
    let about_resources = match rule {
        rule if !rule.namespaces.is_empty() => Some(Selector::Namespaces),
        rule if !rule.resources.is_empty() => Some(Selector::Resources),
        _ => None,
    };
    if let Some(selector) = about_resources {
        return Some(because(selector, "makes it a rule for resources, and this is a path"));
    }
    let specs = &rule.non_resource_urls;
    let matched = specs.is_empty() || specs.iter().any(|spec| matches_path(spec, path));
    (!matched).then(|| because(Selector::NonResourceUrls, &names(specs, &shown(path))))
}

fn missed_resource(rule: &Rule, asked: &Resource<'_>, version: Version) -> Option<Miss> {
    if !lists(&rule.namespaces, &asked.namespace) {
        let has = match &*asked.namespace {
            "" => "a request without a namespace",
            namespace => namespace,
        };
        return Some(unlisted(Selector::Namespaces, &rule.namespaces, has));
    }
    if !rule.resources.is_empty() {
        let misses = rule.resources.iter().map(|entry| missed_entry(entry, asked, version));
        let mut nearest = None;
        for missed in misses {
            // An entry that matches ends the search.
            let missed = missed?;
            nearest = nearest.max(Some(missed));
        }
        return nearest.map(|nearest| nearest.explained(rule, asked, version));
    }
    let about_paths = rule.namespaces.is_empty() && !rule.non_resource_urls.is_empty();
    let reason = "makes it a rule for paths, and this is a resource";
    about_paths.then(|| because(Selector::NonResourceUrls, reason))
}

/// By how much an entry of `resources` misses; the last one is the nearest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum NearMiss {
    Group,
    Resource,
    Subresource,
    Name,
}

fn missed_entry(
    entry: &GroupResources,
    asked: &Resource<'_>,
    version: Version,
) -> Option<NearMiss> {
    if !names_group(entry, asked, version) {
        return Some(NearMiss::Group);
    }
    let patterns = &entry.resources;
    if patterns.is_empty() {
        return None;
    }
    if patterns.iter().any(|pattern| matches_resource(pattern, asked)) {
        return (!lists(&entry.resource_names, &asked.name)).then_some(NearMiss::Name);
    }
    let nearly = |pattern: &String| pattern.split('/').next() == Some(&*asked.resource);
    Some(if patterns.iter().any(nearly) { NearMiss::Subresource } else { NearMiss::Resource })
}

impl NearMiss {
    /// The words for it, from all entries that miss by as much.
    fn explained(self, rule: &Rule, asked: &Resource<'_>, version: Version) -> Miss {
        let entries = rule.resources.iter();
        let same = entries.filter(|entry| missed_entry(entry, asked, version) == Some(self));
        let values: Vec<String> = same
            .flat_map(|entry| match self {
                Self::Group => std::slice::from_ref(&entry.group),
                Self::Resource | Self::Subresource => &entry.resources,
                Self::Name => &entry.resource_names,
            })
            .cloned()
            .collect();
        match self {
            Self::Group => missed_group(&values, asked),
            Self::Resource => because(Selector::Resources, &names(&values, &full_name(asked))),
            Self::Subresource => {
                let nearly = |value: &String| value.split('/').next() == Some(&*asked.resource);
                let values: Vec<_> = values.into_iter().filter(nearly).collect();
                let itself = if asked.subresource.is_empty() { " itself" } else { "" };
                let has = format!("{}{itself}", full_name(asked));
                because(Selector::Resources, &names(&values, &has))
            }
            Self::Name if asked.name.is_empty() => {
                unlisted(Selector::ResourceNames, &values, "a request that carries no name")
            }
            Self::Name => unlisted(Selector::ResourceNames, &values, &asked.name),
        }
    }
}

fn missed_group(groups: &[String], asked: &Resource<'_>) -> Miss {
    let called = |group: &str| match group {
        "" => "\"\" (the core group)".to_owned(),
        group => group.to_owned(),
    };
    let called_groups: Vec<_> = groups.iter().map(|group| called(group)).collect();
    let mut reason = names(&called_groups, &called(&asked.group));
    if asked.group.is_empty() && groups.iter().any(|group| matches!(&**group, "core" | "v1")) {
        reason.push_str("; the core group is written \"\"");
    }
    because(Selector::Group, &reason)
}

fn full_name(asked: &Resource<'_>) -> String {
    match &*asked.subresource {
        "" => shown(&asked.resource),
        subresource => format!("{}/{subresource}", asked.resource),
    }
}

fn because(selector: Selector, reason: &str) -> Miss {
    Miss { selector, reason: format!("`{selector}` {reason}") }
}

/// A selector without wildcards that does not name what the request has.
fn unlisted(selector: Selector, values: &[String], has: &str) -> Miss {
    let mut reason = names(values, has);
    if values.iter().any(|value| value.contains('*')) {
        reason.push_str("; it knows no wildcards");
    }
    because(selector, &reason)
}

fn names(values: &[String], has: &str) -> String {
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    format!("names {}, not {has}", some_of(&values, "and"))
}

/// The first few of several values.
fn some_of(values: &[&str], join: &str) -> String {
    let named = if values.len() == MOST_NAMED + 1 { values.len() } else { MOST_NAMED };
    let mut text: Vec<String> = values.iter().take(named).map(|value| shown(value)).collect();
    let rest = values.len().saturating_sub(named);
    let last = if rest > 0 { Some(format!("{rest} more")) } else { text.pop() };
    match (text.join(", "), last) {
        (first, Some(last)) if first.is_empty() => last,
        (first, Some(last)) => format!("{first} {join} {last}"),
        (first, None) => first,
    }
}

/// An empty text would not be seen.
fn shown(value: &str) -> String {
    if value.is_empty() { "\"\"".to_owned() } else { value.to_owned() }
}
