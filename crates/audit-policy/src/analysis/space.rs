//! All requests, cut into the classes that the rules of some policies tell apart.

use std::collections::{BTreeMap, BTreeSet};

use super::bits::Bits;
use super::cluster_facts::ClusterFacts;
use super::dimension::{Dimension, KeyedValue};
use super::facts::{NAMESPACES, VERBS};
use super::names::is_namespace;
use super::people::{KnownGroups, UserAtom, UserGroups, users};
use super::point::Point;
use super::shape::{NamespaceClass, NamespaceScope, Namespaces, Shape, Shapes, Verbs};
use super::target::Target;
use super::targets::targets;
use super::value::{AtomValue, Lists, fresh};
use super::work_budget::{TooMuch, WorkBudget};
use crate::api::{Rule, Version};

/// The atoms of every dimension. Rules are numbered through all policies.
#[derive(Debug)]
pub(super) struct Space {
    pub(super) targets: Dimension<Target, Shape>,
    /// The atoms of targets by their shape, each shape once.
    pub(super) shapes: Vec<(Shape, Bits)>,
    pub(super) namespaces: Namespaces,
    /// The atoms are the positions in [`VERBS`].
    pub(super) verbs: Dimension<&'static str, usize>,
    pub(super) users: Dimension<UserAtom, UserGroups>,
    pub(super) groups: KnownGroups,
}

impl Space {
    pub(super) fn new(
        rules: &[&Rule],
        version: Version,
        cluster: &ClusterFacts,
        work: &mut WorkBudget,
    ) -> Result<Self, TooMuch> {
        Self::telling(rules, version, cluster, false, work)
    }

    /// Returns the space of these rules; if it is to tell streams, subresources whose requests run
    /// long are never in one atom with others.
    pub(super) fn telling(
        rules: &[&Rule],
        version: Version,
        cluster: &ClusterFacts,
        streams: bool,
        work: &mut WorkBudget,
    ) -> Result<Self, TooMuch> {
        let groups = Lists::new(rules.iter().map(|rule| &*rule.user_groups));
        let names = Lists::new(rules.iter().map(|rule| &*rule.users));
        let namespaces = namespaces(rules);
        work.spend((groups.listing.len() + names.listing.len()) * rules.len() / 8)?;
        let groups = KnownGroups::new(&groups, cluster.identities);
        let users = users(&names, &groups, cluster.identities);
        let targets =
            targets(rules, version, &Shapes::new(&cluster.scopes, &namespaces, streams), work)?;
        Ok(Self {
            shapes: by_shape(&targets),
            verbs: verbs(&Lists::new(rules.iter().map(|rule| &*rule.verbs))),
            targets,
            namespaces,
            users,
            groups,
        })
    }

    /// Says whether a target can be asked for with this verb in this namespace.
    pub(super) fn can_be(&self, point: &Point) -> bool {
        self.possible(&self.targets.kinds[point.target], point.namespace).contains(point.verb)
    }

    /// Returns the rules that take a request.
    pub(super) fn taking(&self, point: &Point) -> Bits {
        self.targets.rules[point.target]
            .and(&self.namespaces.rules[point.namespace])
            .and(&self.verbs.rules[point.verb])
            .and(&self.users.rules[point.user])
            .and(&self.groups.rules_taking(&point.groups))
    }

    /// Returns the verbs with which a target can be asked for in a namespace.
    pub(super) fn possible(&self, shape: &Shape, namespace: usize) -> Verbs {
        shape.verbs(namespace, self.namespaces.kinds[namespace].scope)
    }
}

fn namespaces(rules: &[&Rule]) -> Namespaces {
    let lists = Lists::new(rules.iter().map(|rule| &*rule.namespaces));
    let objects = named_as_objects(rules);
    let mut named: BTreeSet<&str> = lists.listing.keys().chain(objects.keys()).copied().collect();
    named.retain(|name| !name.is_empty() && is_namespace(name));
    let natural = ["default", "prod", "shop", "team"];
    let other = AtomValue::Other(fresh(&natural, |name| named.contains(name)));
    let values = std::iter::once(other).chain(named.into_iter().map(AtomValue::named));
    let keyed = values.chain([AtomValue::named("")]).map(|value| {
        let name = value.text();
        let scope = if name.is_empty() { NamespaceScope::Outside } else { NamespaceScope::Inside };
        let named_by = objects.get(name).filter(|_| scope == NamespaceScope::Inside);
        let kind = NamespaceClass { scope, named_by: named_by.cloned().unwrap_or_default() };
        KeyedValue { taken_by: lists.taking(name), kind, value }
    });
    Dimension::new(&lists.selectors, keyed.collect())
}

/// Returns the rules that name an object that may be a namespace, by its name.
fn named_as_objects<'a>(rules: &[&'a Rule]) -> BTreeMap<&'a str, Bits> {
    let takes_namespaces =
        |pattern: &String| pattern.starts_with('*') || pattern.starts_with(NAMESPACES);
    let mut named: BTreeMap<&str, Bits> = BTreeMap::new();
    for (at, rule) in rules.iter().enumerate() {
        for entry in
            rule.resources.iter().filter(|entry| entry.resources.iter().any(takes_namespaces))
        {
            for name in &entry.resource_names {
                named.entry(name).or_default().insert(at);
            }
        }
    }
    named
}

/// Verbs are few and each is an atom, whether or not the rules tell them apart.
fn verbs(lists: &Lists<'_>) -> Dimension<&'static str, usize> {
    let keyed = VERBS.iter().enumerate().map(|(at, verb)| KeyedValue {
        value: *verb,
        taken_by: lists.taking(verb),
        kind: at,
    });
    Dimension::new(&lists.selectors, keyed.collect())
}

fn by_shape(targets: &Dimension<Target, Shape>) -> Vec<(Shape, Bits)> {
    let mut shapes: Vec<(Shape, Bits)> = vec![];
    for (atom, shape) in targets.kinds.iter().enumerate() {
        match shapes.iter_mut().find(|(known, _)| known == shape) {
            Some((_, atoms)) => atoms.insert(atom),
            None => shapes.push((*shape, Bits::from_iter([atom]))),
        }
    }
    shapes
}
