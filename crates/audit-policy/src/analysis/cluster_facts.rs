//! What is known about the cluster beyond its policy, and what is assumed.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::request::resources;
use crate::request::resources::KnownResource;

/// What is known about the cluster beyond its policy.
#[derive(Debug, Clone, Default)]
pub struct ClusterFacts {
    /// Which groups users carry.
    pub identities: Identities,
    /// Which resources belong to namespaces, as far as it is known.
    pub scopes: Scopes,
}

impl ClusterFacts {
    /// Returns what holds for every cluster: which of the resources of Kubernetes itself are in
    /// namespaces. Of custom resources nothing is known.
    #[must_use]
    pub fn of_every_cluster() -> &'static Self {
        static EVERY: LazyLock<ClusterFacts> = LazyLock::new(|| {
            let scope = |known: &KnownResource| {
                let scope = if known.namespaced {
                    ResourceScope::Namespaced
                } else {
                    ResourceScope::Cluster
                };
                (known.group.clone(), known.name.clone(), scope)
            };
            ClusterFacts {
                scopes: resources::all().iter().map(scope).collect(),
                ..ClusterFacts::default()
            }
        });
        &EVERY
    }
}

/// Which groups users carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Identities {
    /// The groups that the authenticators of the API server give: everybody but the anonymous user
    /// carries `system:authenticated`, a service account carries its own groups and no others.
    #[default]
    AsAuthenticated,
    /// Any groups at all.
    Any,
}

/// Whether the objects of a resource lie in namespaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResourceScope {
    /// They do not, as nodes.
    Cluster,
    /// They do, as pods.
    Namespaced,
}

/// The scopes of resources, by API group and resource. What is not in it can be either.
#[derive(Debug, Clone, Default)]
pub struct Scopes(HashMap<String, HashMap<String, ResourceScope>>);

impl FromIterator<(String, String, ResourceScope)> for Scopes {
    fn from_iter<I: IntoIterator<Item = (String, String, ResourceScope)>>(known: I) -> Self {
        let mut scopes = Self::default();
        for (group, resource, scope) in known {
            scopes.0.entry(group).or_default().insert(resource, scope);
        }
        scopes
    }
}

impl Scopes {
    pub(super) fn of(&self, group: &str, resource: &str) -> Option<ResourceScope> {
        self.0.get(group)?.get(resource).copied()
    }
}
