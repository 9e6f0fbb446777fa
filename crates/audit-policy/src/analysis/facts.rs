//! What the server guarantees about requests, each fact one predicate with its source.
//!
//! Rules can be written for requests that never come: `get` without a name, a namespace with a
//! `*`. A claim about a policy is about requests that can really happen, and every witness is one.

use super::cluster_facts::{ClusterFacts, ResourceScope};
use super::identity;
use super::names::{is_namespace, is_segment};
use crate::request::Request;
use crate::request::Resource;

/// Every verb a request can have; the more natural ones first, since examples take the first.
pub(super) const VERBS: [&str; 16] = [
    "get",
    "list",
    "create",
    "update",
    "patch",
    "delete",
    "watch",
    "deletecollection",
    "post",
    "put",
    "head",
    "options",
    "proxy",
    "trace",
    "connect",
    "",
];

/// Says whether a server can get this request.
///
/// Requests that are audited and then refused count too: nobody needs to be authorized, and
/// nothing of that name needs to exist.
#[must_use]
pub fn can_happen(request: &Request<'_>, cluster: &ClusterFacts) -> bool {
    identity::can_exist(request.user.as_ref(), cluster.identities)
        && match &request.resource {
            Some(asked) => {
                let scope = cluster.scopes.of(&asked.group, &asked.resource);
                can_be_named(asked) && verb_fits(&request.verb, asked, scope)
            }
            None => is_method(&request.verb) && is_path_of_no_resource(&request.path),
        }
}

/// Says whether a resource can be asked for, whatever the verb.
pub(super) fn can_be_named(asked: &Resource<'_>) -> bool {
    is_segment(&asked.resource)
        && (asked.group.is_empty() || is_segment(&asked.group))
        && (asked.subresource.is_empty() || is_segment(&asked.subresource))
        && !asked.name.contains('/')
        && is_namespace(&asked.namespace)
        && subresource_belongs_to_an_object(asked)
        && namespaces_have_their_own_subresources(asked)
}

/// Says whether a resource can be asked for with this verb.
pub(super) fn verb_fits(verb: &str, asked: &Resource<'_>, scope: Option<ResourceScope>) -> bool {
    is_resource_verb(verb)
        && single_objects_are_named(verb, asked)
        && collections_are_not_named(verb, asked)
        && only_subresources_are_created_by_name(verb, asked)
        && lists_have_no_subresource(verb, asked)
        && a_namespace_lies_in_itself(verb, asked)
        && scope.is_none_or(|scope| scope_fits(verb, asked, scope))
}

/// Go: `RequestInfoFactory.NewRequestInfo`; the empty verb is that of any other method, such as
/// OPTIONS.
fn is_resource_verb(verb: &str) -> bool {
    const OF_RESOURCES: [&str; 10] = [
        "get",
        "list",
        "watch",
        "create",
        "update",
        "patch",
        "delete",
        "deletecollection",
        "proxy",
        "",
    ];
    OF_RESOURCES.contains(&verb)
}

/// A request for no resource has the HTTP method in lower case as its verb (Go: `NewRequestInfo`;
/// the methods are those of RFC 9110 and RFC 5789).
pub(super) fn is_method(verb: &str) -> bool {
    ["get", "head", "post", "put", "patch", "delete", "options", "trace", "connect"].contains(&verb)
}

/// Below `/api/VERSION/` and `/apis/GROUP/VERSION/` every path is a resource (Go: `NewRequestInfo`,
/// `splitPath`).
pub(super) fn is_path_of_no_resource(path: &str) -> bool {
    let mut parts = path.trim_matches('/').split('/');
    let first_of_resource = match parts.next() {
        Some("api") => 2,
        Some("apis") => 3,
        _ => usize::MAX,
    };
    path.starts_with('/') && parts.count() < first_of_resource
}

/// The name is before the subresource (Go: `NewRequestInfo`).
fn subresource_belongs_to_an_object(asked: &Resource<'_>) -> bool {
    asked.subresource.is_empty() || !asked.name.is_empty()
}

/// What else follows the name of a namespace is a resource in it (Go: `namespaceSubresources`).
fn namespaces_have_their_own_subresources(asked: &Resource<'_>) -> bool {
    asked.resource != NAMESPACES || NAMESPACE_SUBRESOURCES.contains(&&*asked.subresource)
}

pub(super) const NAMESPACES: &str = "namespaces";
pub(super) const NAMESPACE_SUBRESOURCES: [&str; 3] = ["", "status", "finalize"];

/// `get` and `delete` without a name are `list` and `deletecollection` (Go: `NewRequestInfo`), and
/// the other two have no route (Go: `APIInstaller.registerResourceHandlers`).
fn single_objects_are_named(verb: &str, asked: &Resource<'_>) -> bool {
    !matches!(verb, "get" | "delete" | "update" | "patch") || !asked.name.is_empty()
}

/// `deletecollection` is `delete` without a name (Go: `NewRequestInfo`).
fn collections_are_not_named(verb: &str, asked: &Resource<'_>) -> bool {
    verb != "deletecollection" || asked.name.is_empty()
}

/// The name of what is created is in the body; `pods/exec`, `pods/eviction`, `pods/binding`,
/// `serviceaccounts/token` and their like are created below a named object (Go:
/// `registerResourceHandlers`).
fn only_subresources_are_created_by_name(verb: &str, asked: &Resource<'_>) -> bool {
    verb != "create" || asked.name.is_empty() == asked.subresource.is_empty()
}

/// A collection has a name only by `fieldSelector=metadata.name=…` or below `/watch/` (Go:
/// `NewRequestInfo`).
fn lists_have_no_subresource(verb: &str, asked: &Resource<'_>) -> bool {
    !matches!(verb, "list" | "watch" | "proxy") || asked.subresource.is_empty()
}

/// `namespaces/x` has the namespace x; the collection has none, also where a field selector names
/// one of them (Go: `NewRequestInfo`).
fn a_namespace_lies_in_itself(verb: &str, asked: &Resource<'_>) -> bool {
    let in_itself = asked.namespace == asked.name;
    asked.resource != NAMESPACES
        || match verb {
            "list" => asked.namespace.is_empty(),
            "watch" => asked.namespace.is_empty() || in_itself,
            _ => in_itself,
        }
}

/// What is cluster-scoped has no namespace; what is namespaced is listed over all namespaces, but
/// nothing else (Go: `registerResourceHandlers`). Other methods have no route anywhere.
fn scope_fits(verb: &str, asked: &Resource<'_>, scope: ResourceScope) -> bool {
    match scope {
        ResourceScope::Cluster => asked.namespace.is_empty() || asked.resource == NAMESPACES,
        ResourceScope::Namespaced => {
            !asked.namespace.is_empty() || matches!(verb, "list" | "watch" | "proxy" | "")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(words: &str) -> Request<'_> {
        let mut words = words.split(' ');
        let mut next = || words.next().unwrap_or_default().trim_matches('-');
        let verb = next().into();
        let (resource, namespace, name) = (next(), next().into(), next().into());
        if resource.starts_with('/') {
            return Request { verb, path: resource.into(), ..Request::default() };
        }
        let (resource, subresource) = resource.split_once('/').unwrap_or((resource, ""));
        let (resource, group) = resource.split_once('.').unwrap_or((resource, ""));
        let (resource, subresource, group) = (resource.into(), subresource.into(), group.into());
        let asked = Resource { group, resource, subresource, name, namespace };
        Request { verb, resource: Some(asked), ..Request::default() }
    }

    fn cluster() -> ClusterFacts {
        let known = [
            ("nodes", ResourceScope::Cluster),
            ("namespaces", ResourceScope::Cluster),
            ("pods", ResourceScope::Namespaced),
        ];
        let known = known.map(|(resource, scope)| (String::new(), resource.to_owned(), scope));
        ClusterFacts { scopes: known.into_iter().collect(), ..ClusterFacts::default() }
    }

    #[test]
    fn requests_that_can_happen_are_told_from_those_that_cannot() {
        for possible in [
            "get pods x p",
            "list pods - -",
            "list pods - p",
            "watch pods x p",
            "create pods x -",
            "create pods/exec x p",
            "deletecollection pods x -",
            "get namespaces x x",
            "list namespaces - x",
            "watch namespaces x x",
            "update namespaces/status x x",
            "get nodes - n",
            "get widgets - w",
            "- pods - -",
            "get /healthz",
            "head /api/v1/",
            "options /apis/apps/v1",
        ] {
            assert!(can_happen(&request(possible), &cluster()), "{possible}");
        }
        for impossible in [
            "get pods x -",
            "update pods x -",
            "create pods x p",
            "create pods/exec x -",
            "deletecollection pods x p",
            "list pods/log x p",
            "GET pods x p",
            "head pods x p",
            "* pods x p",
            "get pods kube-* p",
            "get pods X p",
            "get pods - p",
            "create pods - -",
            "get pod* x p",
            "get pods/* x p",
            "get pods x a/b",
            "get namespaces - x",
            "get namespaces/log x x",
            "list namespaces x x",
            "get nodes x n",
            "list /healthz",
            "get /api/v1/pods",
            "get /apis/apps/v1/deployments",
        ] {
            assert!(!can_happen(&request(impossible), &cluster()), "{impossible}");
        }
    }
}
