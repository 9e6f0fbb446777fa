//! Requests to ask a policy about: for one resource, every kind of request that a rule can tell
//! from another.

use std::borrow::Cow;
use std::iter;

use super::subject::Subject;
use crate::api::Rule;
use crate::policy::{Decision, Request, Resource, User, decide};

/// A name that no rule has. Rules that list names do not match it, so it gets to a rule that lists
/// none whenever any name does.
const NOBODY: &str = "somebody-else";
/// The groups of people who are authenticated, and of those who are not.
const AUTHENTICATED: &str = "system:authenticated";
const UNAUTHENTICATED: &str = "system:unauthenticated";
/// How many requests are asked about for one rule and one resource. A rule that lists more
/// combinations than this is asked about the first ones.
const MOST: usize = 4096;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) group: &'static str,
    pub(super) resource: &'static str,
    pub(super) subresource: &'static str,
    /// Whether the objects are in namespaces.
    pub(super) namespaced: bool,
}

impl Asked {
    /// A namespaced resource of the core group, with its subresource behind a slash.
    pub(super) const fn core(resource: &'static str, subresource: &'static str) -> Self {
        Self { group: "", resource, subresource, namespaced: true }
    }

    /// Returns the name as a policy writes it.
    pub(super) fn name(self) -> String {
        let Self { resource, subresource, .. } = self;
        if subresource.is_empty() {
            resource.to_owned()
        } else {
            format!("{resource}/{subresource}")
        }
    }
}

/// Returns a request of an ordinary authenticated user, as far from any rule's names as it can be.
pub(super) fn ordinary<'a>(asked: Asked, verb: &'a str) -> Request<'a> {
    let named = !matches!(verb, "create" | "list" | "watch" | "deletecollection")
        || !matches!(asked.subresource, "");
    Request {
        user: Some(user(NOBODY, &[AUTHENTICATED])),
        verb: verb.into(),
        path: Cow::default(),
        resource: Some(Resource {
            group: asked.group.into(),
            resource: asked.resource.into(),
            subresource: asked.subresource.into(),
            name: if named { NOBODY.into() } else { Cow::default() },
            namespace: if asked.namespaced { NOBODY.into() } else { Cow::default() },
        }),
    }
}

/// Returns a request for a path that is no resource, by an ordinary authenticated user.
pub(super) fn path<'a>(path: &'a str) -> Request<'a> {
    let user = Some(user(NOBODY, &[AUTHENTICATED]));
    Request { user, verb: "get".into(), path: path.into(), resource: None }
}

/// Returns the first request for `asked` with one of these verbs that this rule decides, and the
/// decision.
///
/// It tries the users, groups, namespaces and names that the rule lists, one of each, and where it
/// lists none one that no rule knows: matching is by equality, so if any request gets to the rule,
/// one of these does.
pub(super) fn decided_by<'a>(
    subject: &Subject<'a>,
    index: usize,
    asked: Asked,
    verbs: &[&'a str],
) -> Option<(Request<'a>, Decision)> {
    let rule = subject.policy.rules.get(index)?;
    let verbs = verbs.iter().filter(|verb| listed(&rule.verbs, verb));
    let mut requests = verbs.flat_map(|verb| requests(rule, asked, verb)).take(MOST);
    requests.find_map(|request| {
        let decision = decide(subject.policy, &request, subject.version);
        (decision.rule == Some(index)).then_some((request, decision))
    })
}

fn requests<'a>(
    rule: &'a Rule,
    asked: Asked,
    verb: &'a str,
) -> impl Iterator<Item = Request<'a>> + use<'a> {
    let names = rule.resources.iter().flat_map(|group| &group.resource_names).map(String::as_str);
    let names: Vec<&str> = names.collect();
    users(rule).flat_map(move |user| {
        let names = names.clone();
        namespaces(rule, asked, verb).flat_map(move |namespace| {
            let user = user.clone();
            let names = names.clone();
            object_names(names, asked, verb).map(move |name| {
                let mut request = ordinary(asked, verb);
                request.user.clone_from(&user);
                if let Some(resource) = &mut request.resource {
                    resource.namespace = namespace.into();
                    resource.name = name.into();
                }
                request
            })
        })
    })
}

/// Whoever can match the rule: nobody at all too, for that is who a failed authentication is.
fn users(rule: &Rule) -> impl Iterator<Item = Option<User<'_>>> {
    let names = or_other(&rule.users);
    let named = names.flat_map(|name| {
        let known = rule.user_groups.iter().map(move |group| match group.as_str() {
            AUTHENTICATED | UNAUTHENTICATED => user(name, &[group]),
            group => user(name, &[group, AUTHENTICATED]),
        });
        let plain = [AUTHENTICATED, UNAUTHENTICATED].map(|group| user(name, &[group]));
        known.chain(plain).map(Some)
    });
    named.chain(iter::once(None))
}

/// Only a list or a watch can be about every namespace at once.
fn namespaces<'a>(
    rule: &'a Rule,
    asked: Asked,
    verb: &str,
) -> impl Iterator<Item = &'a str> + use<'a> {
    let some = asked.namespaced.then(|| or_other(&rule.namespaces)).into_iter().flatten();
    let everywhere = !asked.namespaced || matches!(verb, "list" | "watch");
    some.chain(everywhere.then_some(""))
}

/// Requests about a collection have no name; creating a subresource has the name of its object.
fn object_names<'a>(
    listed: Vec<&'a str>,
    asked: Asked,
    verb: &str,
) -> impl Iterator<Item = &'a str> + use<'a> {
    let of_collection = matches!(verb, "list" | "watch" | "deletecollection")
        || (verb == "create" && asked.subresource.is_empty());
    let named = (!of_collection).then_some(listed).into_iter().flatten();
    named.chain(iter::once(if of_collection { "" } else { NOBODY }))
}

fn or_other(listed: &[String]) -> impl Iterator<Item = &str> + Clone {
    let other = listed.is_empty().then_some(NOBODY);
    listed.iter().map(String::as_str).chain(other)
}

fn listed(list: &[String], verb: &str) -> bool {
    list.is_empty() || list.iter().any(|listed| listed == verb)
}

fn user<'a>(name: &'a str, groups: &[&'a str]) -> User<'a> {
    User { name: name.into(), groups: groups.iter().map(|group| (*group).into()).collect() }
}

/// Returns a request as a person would tell it.
pub(super) fn told(request: &Request<'_>) -> String {
    let what = match &request.resource {
        None => request.path.to_string(),
        Some(asked) => {
            let sub = if asked.subresource.is_empty() { "" } else { "/" };
            let resource = format!("{}{sub}{}", asked.resource, asked.subresource);
            match &*asked.group {
                "" => resource,
                group => format!("{resource} of {group}"),
            }
        }
    };
    format!("{} {what}", request.verb)
}
