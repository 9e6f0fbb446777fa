//! What is known about the cluster beyond its policy, and what is assumed.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::request::resources;
use crate::request::resources::KnownResource;

/// What is known about the cluster beyond its policy.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Which groups users carry.
    pub identities: Identities,
    /// Which resources belong to namespaces, as far as it is known.
    pub scopes: Scopes,
}

impl World {
    /// Returns what holds for every cluster: which of the resources of Kubernetes itself are in
    /// namespaces. Of custom resources nothing is known.
    #[must_use]
    pub fn of_every_cluster() -> &'static Self {
        static EVERY: LazyLock<World> = LazyLock::new(|| {
            let scope = |known: &KnownResource| {
                let scope = if known.namespaced { Scope::Namespaced } else { Scope::Cluster };
                (known.group.clone(), known.name.clone(), scope)
            };
            World { scopes: resources::all().iter().map(scope).collect(), ..World::default() }
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
pub enum Scope {
    /// They do not, as nodes.
    Cluster,
    /// They do, as pods.
    Namespaced,
}

/// The scopes of resources, by API group and resource. What is not in it can be either.
#[derive(Debug, Clone, Default)]
pub struct Scopes(HashMap<String, HashMap<String, Scope>>);

impl FromIterator<(String, String, Scope)> for Scopes {
    fn from_iter<I: IntoIterator<Item = (String, String, Scope)>>(known: I) -> Self {
        let mut scopes = Self::default();
        for (group, resource, scope) in known {
            scopes.0.entry(group).or_default().insert(resource, scope);
        }
        scopes
    }
}

impl Scopes {
    pub(super) fn of(&self, group: &str, resource: &str) -> Option<Scope> {
        self.0.get(group)?.get(resource).copied()
    }
}
