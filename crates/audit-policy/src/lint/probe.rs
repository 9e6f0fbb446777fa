//! Requests to ask a policy about, and how messages name them.

use std::borrow::Cow;

use crate::request::Request;
use crate::request::Resource;
use crate::request::User;
use crate::request::Words;

/// A name that no rule has. Rules that list names do not match it, so it gets to a rule that lists
/// none whenever any name does.
const NOBODY: &str = "another";
/// The group of everybody who is authenticated.
const AUTHENTICATED: &str = "system:authenticated";

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SampleRequest {
    pub(super) group: &'static str,
    pub(super) resource: &'static str,
    pub(super) subresource: &'static str,
    /// Whether the objects are in namespaces.
    pub(super) namespaced: bool,
}

impl SampleRequest {
    /// A namespaced resource of the core group, with its subresource after a slash.
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
pub(super) fn ordinary<'a>(asked: SampleRequest, verb: &'a str) -> Request<'a> {
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

/// Returns the same request by another user.
pub(super) fn by<'a>(name: &'a str, groups: &[&'a str], request: Request<'a>) -> Request<'a> {
    Request { user: Some(user(name, groups)), ..request }
}

fn user<'a>(name: &'a str, groups: &[&'a str]) -> User<'a> {
    User { name: name.into(), groups: groups.iter().map(|group| (*group).into()).collect() }
}

/// Returns a request as `explain` asks for it, so that a reader can: the arguments after `kubectl
/// audit explain`. A request that has no such words is described in others.
pub(super) fn example(request: &Request<'_>) -> String {
    let arguments = Words::of(request).and_then(|words| words.arguments());
    match arguments {
        Some(words) => format!("`{}`", words.join(" ")),
        None => format!("`{request}`"),
    }
}
