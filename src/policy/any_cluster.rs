//! What is known about every cluster, whatever else runs in it.

use std::sync::LazyLock;

use super::algebra::{Scope, World};
use super::resources::{self, KnownResource};

/// Returns which resources of Kubernetes itself are in namespaces.
pub(super) fn any_cluster() -> &'static World {
    static WORLD: LazyLock<World> = LazyLock::new(|| {
        let scope = |known: &KnownResource| {
            let scope = if known.namespaced { Scope::Namespaced } else { Scope::Cluster };
            (known.group.clone(), known.name.clone(), scope)
        };
        World { scopes: resources::all().iter().map(scope).collect(), ..World::default() }
    });
    &WORLD
}
