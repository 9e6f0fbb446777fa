//! What the entries under `resources` name, and which of them take a resource.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::bits::Bits;
use super::facts::{NAMESPACE_SUBRESOURCES, NAMESPACES};
use super::names::is_segment;
use super::shape::Shapes;
use super::target::TargetSelector;
use super::value::{AtomValue, fresh};
use crate::api::{GroupResources, Version};
use crate::policy::ANY_GROUP;

/// An entry of a rule's `resources`, and the selector it is part of.
struct ResourceEntry<'a> {
    selector: usize,
    names: &'a [String],
}

/// The entries that name one API group, by what they name in it.
#[derive(Default)]
struct Pool<'a> {
    by_pattern: HashMap<&'a str, Vec<usize>>,
    resources: BTreeSet<&'a str>,
    subresources: HashMap<&'a str, BTreeSet<&'a str>>,
}

/// Every entry of every rule.
pub(super) struct Entries<'a> {
    entries: Vec<ResourceEntry<'a>>,
    pools: BTreeMap<&'a str, Pool<'a>>,
    of_any_group: Pool<'a>,
    other_group: Rc<str>,
}

/// What stands for all resources in a pattern.
const ANY: &str = "*";

impl<'a> Entries<'a> {
    pub(super) fn new(selectors: &[TargetSelector<'a>], version: Version) -> Self {
        let mut all = Self {
            entries: vec![],
            pools: BTreeMap::new(),
            of_any_group: Pool::default(),
            other_group: "".into(),
        };
        for (selector, wanted) in selectors.iter().enumerate() {
            if let TargetSelector::Resources(groups) = wanted {
                groups.iter().for_each(|group| all.add(selector, group, version));
            }
        }
        let natural = ["example.com", "stable.example.com", "crd.example.com"];
        all.other_group = fresh(&natural, |group| all.pools.contains_key(group));
        all
    }

    fn add(&mut self, selector: usize, group: &'a GroupResources, version: Version) {
        let pool = if group.group == ANY && version >= ANY_GROUP {
            &mut self.of_any_group
        } else if group.group.is_empty() || is_segment(&group.group) {
            self.pools.entry(&group.group).or_default()
        } else {
            return;
        };
        let entry = self.entries.len();
        if group.resources.is_empty() {
            self.entries.push(ResourceEntry { selector, names: &[] });
            pool.by_pattern.entry(ANY).or_default().push(entry);
        } else {
            self.entries.push(ResourceEntry { selector, names: &group.resource_names });
            group.resources.iter().for_each(|pattern| pool.add(pattern, entry));
        }
    }

    /// Returns the API groups that the entries name, and another one.
    pub(super) fn groups(&self) -> Vec<AtomValue> {
        let named = self.pools.keys().map(|group| AtomValue::named(group));
        named.chain([AtomValue::Other(self.other_group.clone())]).collect()
    }

    fn pools_of(&self, group: &AtomValue) -> impl Iterator<Item = &Pool<'a>> {
        self.pools.get(group.text()).into_iter().chain([&self.of_any_group])
    }

    /// Returns the resources of a group that the entries name, and another one.
    pub(super) fn resources(&self, group: &AtomValue) -> Vec<AtomValue> {
        let named: BTreeSet<&str> =
            self.pools_of(group).flat_map(|pool| &pool.resources).copied().collect();
        let other = fresh(&["widgets", "gadgets", "gizmos"], |name| named.contains(name));
        let other = AtomValue::Other(other);
        std::iter::once(other).chain(named.into_iter().map(AtomValue::named)).collect()
    }

    /// Returns the subresources that the entries name, the resource itself, and another one.
    pub(super) fn subresources(
        &self,
        group: &AtomValue,
        resource: &AtomValue,
        shapes: &Shapes<'_>,
    ) -> Vec<AtomValue> {
        let pools = self.pools_of(group);
        let mut named: BTreeSet<&str> = pools
            .flat_map(|pool| {
                [resource.text(), ANY].into_iter().filter_map(|of| pool.subresources.get(of))
            })
            .flatten()
            .copied()
            .collect();
        if resource.text() == NAMESPACES {
            return NAMESPACE_SUBRESOURCES.into_iter().map(AtomValue::named).collect();
        }
        let other = fresh(&["details", "more"], |name| named.contains(name));
        named.extend(shapes.distinguished());
        named.insert("");
        named.into_iter().map(AtomValue::named).chain([AtomValue::Other(other)]).collect()
    }

    /// Returns the names that the entries tell apart which take this resource.
    pub(super) fn names(
        &self,
        group: &AtomValue,
        resource: &AtomValue,
        subresource: &AtomValue,
        open: Bits,
    ) -> NamesOfResource<'a> {
        let mut names = NamesOfResource { unnamed: open, named: BTreeMap::new() };
        for pattern in patterns_taking(resource.text(), subresource.text()) {
            let entries = self.pools_of(group).filter_map(|pool| pool.by_pattern.get(&*pattern));
            for entry in entries.flatten().map(|entry| &self.entries[*entry]) {
                if entry.names.is_empty() {
                    names.unnamed.insert(entry.selector);
                }
                for name in entry.names {
                    names.named.entry(name).or_default().insert(entry.selector);
                }
            }
        }
        names
    }
}

/// Returns every pattern that takes a resource (Go: the loop of `ruleMatchesResource`).
fn patterns_taking(resource: &str, subresource: &str) -> Vec<String> {
    let mut patterns = vec![ANY.to_owned(), format!("{resource}/*")];
    if subresource.is_empty() {
        patterns.push(resource.to_owned());
    } else {
        patterns.push(format!("{resource}/{subresource}"));
        patterns.push(format!("*/{subresource}"));
    }
    patterns
}

impl<'a> Pool<'a> {
    fn add(&mut self, pattern: &'a str, entry: usize) {
        let entries = self.by_pattern.entry(pattern).or_default();
        if entries.last() != Some(&entry) {
            entries.push(entry);
        }
        let (resource, subresource) = pattern.split_once('/').unwrap_or((pattern, ANY));
        if is_segment(resource) {
            self.resources.insert(resource);
        }
        if is_segment(subresource) {
            self.subresources.entry(resource).or_default().insert(subresource);
        }
    }
}

/// The selectors that take a resource whatever the name, and those that take some names.
pub(super) struct NamesOfResource<'a> {
    unnamed: Bits,
    named: BTreeMap<&'a str, Bits>,
}

impl<'a> NamesOfResource<'a> {
    /// Returns each name with the selectors that take it. The name of a namespace is its namespace
    /// too, so that the names of namespaces are as many as the namespaces that rules name.
    pub(super) fn with_namespaces(
        mut self,
        resource: &AtomValue,
        shapes: &Shapes<'a>,
    ) -> Vec<(AtomValue, Bits)> {
        if resource.text() == NAMESPACES {
            shapes.namespaces().for_each(|name| {
                self.named.entry(name).or_default();
            });
        }
        let other = fresh(&["example", "sample"], |name| self.named.contains_key(name));
        self.named.entry("").or_default();
        let others = (AtomValue::Other(other), self.unnamed.clone());
        let named = self.named.iter();
        let named = named.map(|(name, by)| (AtomValue::named(name), self.unnamed.or(by)));
        std::iter::once(others).chain(named).collect()
    }
}
