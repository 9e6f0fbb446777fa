//! What a request can ask for, and what a rule asks of it.

use super::paths::PathClass;
use super::value::AtomValue;
use crate::api::{GroupResources, Rule, Version};
use crate::policy::{matches_group, matches_path};
use crate::request::Resource;

/// What a request can ask for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Resource(NamedResource),
    Path(PathClass),
}

impl Target {
    /// Says whether the resources or the paths that a rule names take this one.
    pub(super) fn is_wanted_by(&self, rule: &Rule, version: Version) -> bool {
        match self {
            Self::Resource(named) => {
                let asked = named.in_namespace("");
                rule.resources.iter().any(|group| matches_group(group, &asked, version))
            }
            Self::Path(path) => {
                rule.non_resource_urls.iter().any(|spec| matches_path(spec, path.example()))
            }
        }
    }
}

/// A resource, a subresource of it, and objects of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NamedResource {
    pub(super) group: AtomValue,
    pub(super) resource: AtomValue,
    pub(super) subresource: AtomValue,
    pub(super) name: AtomValue,
}

impl NamedResource {
    /// Returns the resource in a namespace, by examples where there is no name.
    pub(super) fn in_namespace<'a>(&'a self, namespace: &'a str) -> Resource<'a> {
        Resource {
            group: self.group.text().into(),
            resource: self.resource.text().into(),
            subresource: self.subresource.text().into(),
            name: self.name.text().into(),
            namespace: namespace.into(),
        }
    }
}

/// What a rule asks of a target (Go: the end of `ruleMatches`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum TargetSelector<'a> {
    Anything,
    AnyResource,
    Resources(&'a [GroupResources]),
    Paths(&'a [String]),
}

impl<'a> TargetSelector<'a> {
    pub(super) fn by(rule: &'a Rule) -> Self {
        if !rule.resources.is_empty() {
            Self::Resources(&rule.resources)
        } else if !rule.namespaces.is_empty() {
            Self::AnyResource
        } else if !rule.non_resource_urls.is_empty() {
            Self::Paths(&rule.non_resource_urls)
        } else {
            Self::Anything
        }
    }
}
