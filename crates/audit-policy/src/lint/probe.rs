//! Requests to ask a policy about, and how they are told.

use std::borrow::Cow;

use crate::request::Request;
use crate::request::Resource;
use crate::request::User;

/// A name that no rule has. Rules that list names do not match it, so it gets to a rule that lists
/// none whenever any name does.
const NOBODY: &str = "somebody-else";
/// The group of everybody who is authenticated.
const AUTHENTICATED: &str = "system:authenticated";

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

/// Returns a request as a person would tell it, with where and by whom.
pub(super) fn example(request: &Request<'_>) -> String {
    let who = match &request.user {
        None => String::new(),
        Some(user) => format!(" by `{}`", user.name),
    };
    let namespace = request.resource.as_ref().map_or("", |asked| &asked.namespace);
    let place = if namespace.is_empty() { String::new() } else { format!(" in `{namespace}`") };
    format!("`{}`{place}{who}", told(request))
}
