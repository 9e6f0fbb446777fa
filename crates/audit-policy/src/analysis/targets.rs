//! The targets of requests that rules tell apart: resources with their names, and paths.

use std::collections::BTreeSet;

use super::bits::Bits;
use super::dimension::{Dimension, Keyed, Selectors};
use super::entries::Entries;
use super::paths::{Paths, paths};
use super::shape::{Shape, Shapes};
use super::value::Value;
use super::work::{TooMuch, Work};
use crate::api::{GroupResources, Rule, Version};
use crate::policy::matches_group;
use crate::policy::matches_path;
use crate::request::Resource;

/// What a request can ask for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Resource(Named),
    Path(Paths),
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
pub(super) struct Named {
    pub(super) group: Value,
    pub(super) resource: Value,
    pub(super) subresource: Value,
    pub(super) name: Value,
}

impl Named {
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
pub(super) enum Wanted<'a> {
    Anything,
    AnyResource,
    Resources(&'a [GroupResources]),
    Paths(&'a [String]),
}

impl<'a> Wanted<'a> {
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

/// Returns the targets that these rules tell apart.
pub(super) fn targets(
    rules: &[&Rule],
    version: Version,
    shapes: &Shapes<'_>,
    work: &mut Work,
) -> Result<Dimension<Target, Shape>, TooMuch> {
    let selectors: Selectors<Wanted<'_>> = rules.iter().map(|rule| Wanted::by(rule)).collect();
    let mut found = Found { selectors: &selectors.distinct, keyed: vec![], work };
    found.resources(version, shapes)?;
    found.paths(shapes)?;
    let keyed = found.keyed;
    work.spend(keyed.len() * rules.len() / 8)?;
    Ok(Dimension::new(&selectors, keyed))
}

struct Found<'a, 'w> {
    selectors: &'a [Wanted<'a>],
    keyed: Vec<Keyed<Target, Shape>>,
    work: &'w mut Work,
}

impl Found<'_, '_> {
    fn paths(&mut self, shapes: &Shapes<'_>) -> Result<(), TooMuch> {
        let lists =
            self.selectors.iter().enumerate().filter_map(|(selector, wanted)| match wanted {
                Wanted::Paths(specs) => Some((selector, *specs)),
                _ => None,
            });
        let lists: Vec<(usize, &[String])> = lists.collect();
        let specs: BTreeSet<&str> =
            lists.iter().flat_map(|(_, specs)| *specs).map(String::as_str).collect();
        for path in paths(&specs, self.work)? {
            self.work.spend(specs.len())?;
            let is_in =
                |specs: &[String]| specs.iter().any(|spec| matches_path(spec, path.example()));
            let mut taken_by = self.those(|wanted| *wanted == Wanted::Anything);
            lists.iter().filter(|(_, specs)| is_in(specs)).for_each(|(at, _)| taken_by.insert(*at));
            self.keyed.push(Keyed { value: Target::Path(path), taken_by, kind: shapes.of_paths() });
        }
        Ok(())
    }

    fn those(&self, is_one: impl Fn(&Wanted<'_>) -> bool) -> Bits {
        (0..self.selectors.len()).filter(|at| is_one(&self.selectors[*at])).collect()
    }

    fn resources(&mut self, version: Version, shapes: &Shapes<'_>) -> Result<(), TooMuch> {
        let entries = Entries::new(self.selectors, version);
        let open = self.those(|wanted| matches!(wanted, Wanted::Anything | Wanted::AnyResource));
        for group in entries.groups() {
            for resource in entries.resources(&group) {
                for subresource in entries.subresources(&group, &resource) {
                    let names = entries.names(&group, &resource, &subresource, open.clone());
                    for (name, taken_by) in names.with_namespaces(&resource, shapes) {
                        self.work.spend(taken_by.width() + 16)?;
                        let (group, resource) = (group.clone(), resource.clone());
                        let subresource = subresource.clone();
                        let named = Named { group, resource, subresource, name };
                        if let Some(kind) = shapes.of(&named) {
                            let value = Target::Resource(named);
                            self.keyed.push(Keyed { value, taken_by, kind });
                        }
                    }
                }
            }
        }
        Ok(())
    }
}
