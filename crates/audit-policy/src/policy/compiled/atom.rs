//! Rules taken apart into atoms.

use super::dimension::{AtomMatch, Mask};
use crate::api::{GroupResources, Policy, Rule, Version};
use crate::policy::changes::ANY_GROUP;

/// The places where an atom may restrict requests, as bits. The place that leaves the fewest atoms
/// comes first.
pub(super) mod place {
    pub(in super::super) const RESOURCE: u8 = 1;
    pub(in super::super) const PATH: u8 = 1 << 1;
    pub(in super::super) const USER: u8 = 1 << 2;
    pub(in super::super) const VERB: u8 = 1 << 3;
    pub(in super::super) const API_GROUP: u8 = 1 << 4;
    pub(in super::super) const NAMESPACE: u8 = 1 << 5;
    pub(in super::super) const USER_GROUP: u8 = 1 << 6;
    pub(in super::super) const NAME: u8 = 1 << 7;
}

/// What kind of request an atom matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AtomTarget {
    Resources,
    Paths,
    Both,
}

/// A rule, or the part of it that is about some groups with the same resources and names.
pub(super) struct Atom<'a> {
    /// The number of the rule.
    pub(super) index: usize,
    pub(super) rule: &'a Rule,
    pub(super) target: AtomTarget,
    pub(super) groups: AtomMatch<'a>,
    /// The patterns; empty for all resources.
    pub(super) resources: &'a [String],
    /// Empty for all names.
    pub(super) names: &'a [String],
}

/// Returns the atoms of all rules, in their order.
pub(super) fn atoms_of(policy: &Policy, version: Version) -> Vec<Atom<'_>> {
    let mut atoms = vec![];
    for (index, rule) in policy.rules.iter().enumerate() {
        let first = atoms.len();
        for entry in &rule.resources {
            let atom = of_entry(index, rule, entry, version);
            let same = |other: &&mut Atom<'_>| {
                (other.resources, other.names) == (atom.resources, atom.names)
            };
            match atoms[first..].iter_mut().find(same) {
                Some(other) => other.groups = union(&other.groups, &atom.groups),
                None => atoms.push(atom),
            }
        }
        if atoms.len() == first {
            atoms.push(of_rule(index, rule));
        }
    }
    atoms
}

/// The atom of a rule that names no resources.
fn of_rule(index: usize, rule: &Rule) -> Atom<'_> {
    let target = match (rule.namespaces.is_empty(), rule.non_resource_urls.is_empty()) {
        (false, _) => AtomTarget::Resources,
        (true, false) => AtomTarget::Paths,
        (true, true) => AtomTarget::Both,
    };
    Atom { index, rule, target, groups: AtomMatch::All, resources: &[], names: &[] }
}

/// The atom of one entry of a rule's resources. Names count only where there are resources.
fn of_entry<'a>(
    index: usize,
    rule: &'a Rule,
    entry: &'a GroupResources,
    version: Version,
) -> Atom<'a> {
    let GroupResources { group, resources, resource_names } = entry;
    let groups = match group.as_str() {
        "*" if version >= ANY_GROUP => AtomMatch::All,
        group => AtomMatch::Only(vec![group]),
    };
    let names = if resources.is_empty() { &[][..] } else { resource_names };
    Atom { index, rule, target: AtomTarget::Resources, groups, resources, names }
}

fn union<'a>(one: &AtomMatch<'a>, other: &AtomMatch<'a>) -> AtomMatch<'a> {
    match (one, other) {
        (AtomMatch::Only(one), AtomMatch::Only(other)) => {
            AtomMatch::Only([&one[..], other].concat())
        }
        _ => AtomMatch::All,
    }
}

impl Atom<'_> {
    /// Says whether the atom admits every resource and subresource.
    pub(super) fn admits_all_resources(&self) -> bool {
        self.resources.is_empty() || self.resources.iter().any(|pattern| pattern == "*")
    }

    /// Returns the places that the atom restricts.
    pub(super) fn restricts(&self) -> u8 {
        let rule = self.rule;
        let places = [
            (place::RESOURCE, !self.admits_all_resources()),
            (place::PATH, self.target == AtomTarget::Paths),
            (place::USER, !rule.users.is_empty()),
            (place::VERB, !rule.verbs.is_empty()),
            (place::API_GROUP, self.groups != AtomMatch::All),
            (place::NAMESPACE, !rule.namespaces.is_empty()),
            (place::USER_GROUP, !rule.user_groups.is_empty()),
            (place::NAME, !self.names.is_empty()),
        ];
        places.iter().filter(|(_, restricted)| *restricted).fold(0, |all, (place, _)| all | place)
    }
}

/// Returns the set of atoms for which something holds.
pub(super) fn mask(atoms: &[Atom<'_>], holds: fn(&Atom<'_>) -> bool) -> Mask {
    let holding = atoms.iter().enumerate().filter(|(_, atom)| holds(atom));
    holding.fold(0, |mask, (number, _)| mask | 1 << number)
}
