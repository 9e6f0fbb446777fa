//! Deciding fast: a policy as masks of bits.
//!
//! Every rule becomes one or more atoms. An atom admits a set of words in each place, such as verb
//! or namespace; a rule with several entries of resources becomes one atom for each. For every word
//! there is a mask of the atoms that admit it, so a request is the intersection of a few masks, and
//! the first bit left is the rule that decides. Masks are looked up only for places that the first
//! atom left restricts.

mod atom;
mod dimension;
mod patterns;
mod table;

use self::atom::{Target, atoms_of, mask, place};
use self::dimension::{Admits, Dimension, Mask};
use self::patterns::{Paths, Resources};
use super::decide::{Decision, decision};
use super::request::Request;
use crate::api::{Policy, Rule, Version};

/// A policy made ready for many requests. It says the same as [`super::decide()`], faster.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The rule of each atom, and the places it restricts.
    atoms: Vec<(usize, u8)>,
    /// The number of words in a mask.
    width: usize,
    /// The atoms that may match a request for a resource, and one for another path.
    for_resources: Mask,
    for_paths: Mask,
    users: Dimension,
    user_groups: Dimension,
    verbs: Dimension,
    namespaces: Dimension,
    api_groups: Dimension,
    names: Dimension,
    resources: Resources,
    paths: Paths,
    /// What each rule says.
    decisions: Vec<Decision>,
    /// What is said where no rule matches.
    otherwise: Decision,
}

impl Compiled {
    /// Makes a policy ready for a server of this version.
    #[must_use]
    pub fn new(policy: &Policy, version: Version) -> Self {
        let atoms = atoms_of(policy, version);
        let width = atoms.len().div_ceil(64);
        let lists = |list: fn(&Rule) -> &[String]| {
            let admits: Vec<_> = atoms.iter().map(|atom| Admits::list(list(atom.rule))).collect();
            Dimension::new(&admits, width)
        };
        let groups: Vec<_> = atoms.iter().map(|atom| atom.groups.clone()).collect();
        let names: Vec<_> = atoms.iter().map(|atom| Admits::list(atom.names)).collect();
        let rules = 0..policy.rules.len();
        Self {
            width,
            for_resources: mask(&atoms, width, |atom| atom.target != Target::Paths),
            for_paths: mask(&atoms, width, |atom| atom.target != Target::Resources),
            users: lists(|rule| &rule.users),
            user_groups: lists(|rule| &rule.user_groups),
            verbs: lists(|rule| &rule.verbs),
            namespaces: lists(|rule| &rule.namespaces),
            api_groups: Dimension::new(&groups, width),
            names: Dimension::new(&names, width),
            resources: Resources::new(&atoms, width),
            paths: Paths::new(&atoms, width),
            atoms: atoms.iter().map(|atom| (atom.index, atom.restricts())).collect(),
            decisions: rules.map(|rule| decision(policy, Some(rule))).collect(),
            otherwise: decision(policy, None),
        }
    }

    /// Returns what the policy says to a request.
    #[must_use]
    pub fn decide(&self, request: &Request<'_>) -> &Decision {
        let rule = (0..self.width).find_map(|word| self.first_rule(request, word));
        rule.and_then(|rule| self.decisions.get(rule)).unwrap_or(&self.otherwise)
    }

    /// Returns the rule of the first atom in this word of the masks that matches. With more than 64
    /// atoms, values are looked up anew for every word.
    fn first_rule(&self, request: &Request<'_>, word: usize) -> Option<usize> {
        let kind = if request.resource.is_some() { &self.for_resources } else { &self.for_paths };
        let mut left = kind[word];
        let mut looked_up = 0;
        while left != 0 {
            let (rule, restricts) = self.atoms[word * 64 + left.trailing_zeros() as usize];
            let open = restricts & !looked_up;
            if open == 0 {
                return Some(rule);
            }
            let place = 1 << open.trailing_zeros();
            left &= self.admitting(place, request, word);
            looked_up |= place;
        }
        None
    }

    /// Returns the atoms that admit what a request has in one place.
    fn admitting(&self, place: u8, request: &Request<'_>, word: usize) -> u64 {
        match (place, &request.user, &request.resource) {
            (place::RESOURCE, _, Some(asked)) => self.resources.of(asked, word),
            (place::API_GROUP, _, Some(asked)) => self.api_groups.of(asked.group.as_bytes(), word),
            (place::NAMESPACE, _, Some(asked)) => {
                self.namespaces.of(asked.namespace.as_bytes(), word)
            }
            (place::NAME, _, Some(asked)) => self.names.of(asked.name.as_bytes(), word),
            (place::PATH, ..) => self.paths.of(&request.path, word),
            (place::VERB, ..) => self.verbs.of(request.verb.as_bytes(), word),
            (place::USER, Some(user), _) => self.users.of(user.name.as_bytes(), word),
            (place::USER, None, _) => self.users.of_nothing(word),
            (place::USER_GROUP, user, _) => {
                let groups = user.as_ref().map_or(&[][..], |user| &user.groups);
                let masks = groups.iter().map(|group| self.user_groups.of(group.as_bytes(), word));
                masks.fold(self.user_groups.of_nothing(word), |all, mask| all | mask)
            }
            // Atoms that restrict these places match requests for resources only.
            _ => 0,
        }
    }
}
