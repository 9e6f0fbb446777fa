//! What a policy rule looks at in a request.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::resources;

/// A request as a policy sees it (Go: `authorizer.Attributes`).
///
/// Reads from and writes to JSON with the fields `user`, `groups`, `noUser`, `verb`, `path`, `isResource`,
/// `apiGroup`, `resource`, `subresource`, `name` and `namespace`; what is absent is empty, what is
/// unknown is ignored, and `isResource` alone says which kind of request it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request<'a> {
    /// Who asks; nobody if authentication failed. This is the authenticated user, also where
    /// another one is impersonated.
    pub user: Option<User<'a>>,
    /// The verb: of Kubernetes for a resource request, else the HTTP method in lower case.
    pub verb: Cow<'a, str>,
    /// The path of the URL. Rules look at it only if there is no resource.
    pub path: Cow<'a, str>,
    /// What is asked for, if it is a resource.
    pub resource: Option<Resource<'a>>,
}

/// An authenticated user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct User<'a> {
    /// The name.
    pub name: Cow<'a, str>,
    /// The groups.
    pub groups: Vec<Cow<'a, str>>,
}

/// A resource, as far as the URL names it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resource<'a> {
    /// The API group; empty is the core group.
    pub group: Cow<'a, str>,
    /// The resource in lower case and plural, such as `pods`.
    pub resource: Cow<'a, str>,
    /// The subresource, such as `log`; often empty.
    pub subresource: Cow<'a, str>,
    /// The name of the object; empty for `create`, `list` and `deletecollection`.
    pub name: Cow<'a, str>,
    /// The namespace; empty for cluster-scoped resources and for requests over all namespaces.
    pub namespace: Cow<'a, str>,
}

/// `create pods/exec web-0 in namespace prod`, `list deployments.apps in all namespaces`,
/// `get /healthz`.
impl fmt::Display for Request<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.resource {
            Some(resource) => write!(out, "{} {resource}", self.verb),
            None => write!(out, "{} {}", self.verb, self.path),
        }
    }
}

impl fmt::Display for Resource<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.resource)?;
        for (before, part) in [(".", &self.group), ("/", &self.subresource), (" ", &self.name)] {
            if !part.is_empty() {
                write!(out, "{before}{part}")?;
            }
        }
        if !self.namespace.is_empty() {
            return write!(out, " in namespace {}", self.namespace);
        }
        match resources::named(&self.group, &self.resource) {
            Some(known) if known.namespaced => out.write_str(" in all namespaces"),
            _ => Ok(()),
        }
    }
}

/// `alice (groups ops, system:authenticated)`
impl fmt::Display for User<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.name.is_empty() { "someone" } else { &self.name };
        match &self.groups[..] {
            [] => write!(out, "{name} (no groups)"),
            [group] => write!(out, "{name} (group {group})"),
            groups => write!(out, "{name} (groups {})", groups.join(", ")),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Request<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Flat::deserialize(from).map(Into::into)
    }
}

impl Serialize for Request<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let user = self.user.clone().unwrap_or_default();
        let resource = self.resource.clone().unwrap_or_default();
        let flat = Flat {
            user: user.name,
            groups: Some(user.groups),
            verb: self.verb.clone(),
            api_group: resource.group,
            resource: resource.resource,
            subresource: resource.subresource,
            name: resource.name,
            namespace: resource.namespace,
            path: self.path.clone(),
            is_resource: self.resource.is_some(),
            no_user: self.user.is_none(),
        };
        flat.serialize(to)
    }
}

/// A request as one JSON object without structure.
#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct Flat<'a> {
    #[serde(borrow)]
    user: Cow<'a, str>,
    /// Also null, which Go writes for a list that is empty.
    #[serde(borrow)]
    groups: Option<Vec<Cow<'a, str>>>,
    #[serde(borrow)]
    verb: Cow<'a, str>,
    #[serde(borrow)]
    api_group: Cow<'a, str>,
    #[serde(borrow)]
    resource: Cow<'a, str>,
    #[serde(borrow)]
    subresource: Cow<'a, str>,
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    namespace: Cow<'a, str>,
    #[serde(borrow)]
    path: Cow<'a, str>,
    is_resource: bool,
    no_user: bool,
}

impl<'a> From<Flat<'a>> for Request<'a> {
    fn from(flat: Flat<'a>) -> Self {
        Self {
            user: (!flat.no_user)
                .then_some(User { name: flat.user, groups: flat.groups.unwrap_or_default() }),
            verb: flat.verb,
            path: flat.path,
            resource: flat.is_resource.then_some(Resource {
                group: flat.api_group,
                resource: flat.resource,
                subresource: flat.subresource,
                name: flat.name,
                namespace: flat.namespace,
            }),
        }
    }
}
