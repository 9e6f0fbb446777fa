//! As many atoms as a mask has bits.

use super::atom::{Atom, AtomTarget, mask, place};
use super::dimension::{AtomIndex, AtomMatch, Mask};
use super::patterns::{PathMasks, ResourceMasks};
use crate::api::Rule;
use crate::request::Request;

/// The masks of some atoms, by what they admit.
#[derive(Debug, Clone)]
pub(super) struct MaskBlock {
    /// The rule of each atom, and the places it restricts.
    atoms: Vec<(usize, u8)>,
    /// The atoms that may match a request for a resource, and one for another path.
    for_resources: Mask,
    for_paths: Mask,
    users: AtomIndex,
    user_groups: AtomIndex,
    verbs: AtomIndex,
    namespaces: AtomIndex,
    api_groups: AtomIndex,
    names: AtomIndex,
    resources: ResourceMasks,
    paths: PathMasks,
}

impl MaskBlock {
    pub(super) fn new(atoms: &[Atom<'_>]) -> Self {
        let lists = |list: fn(&Rule) -> &[String]| {
            let admits: Vec<_> =
                atoms.iter().map(|atom| AtomMatch::list(list(atom.rule))).collect();
            AtomIndex::new(&admits)
        };
        let groups: Vec<_> = atoms.iter().map(|atom| atom.groups.clone()).collect();
        let names: Vec<_> = atoms.iter().map(|atom| AtomMatch::list(atom.names)).collect();
        Self {
            atoms: atoms.iter().map(|atom| (atom.index, atom.restricts())).collect(),
            for_resources: mask(atoms, |atom| atom.target != AtomTarget::Paths),
            for_paths: mask(atoms, |atom| atom.target != AtomTarget::Resources),
            users: lists(|rule| &rule.users),
            user_groups: lists(|rule| &rule.user_groups),
            verbs: lists(|rule| &rule.verbs),
            namespaces: lists(|rule| &rule.namespaces),
            api_groups: AtomIndex::new(&groups),
            names: AtomIndex::new(&names),
            resources: ResourceMasks::new(atoms),
            paths: PathMasks::new(atoms),
        }
    }

    /// Returns the rule of the first atom that matches.
    pub(super) fn first_rule(&self, request: &Request<'_>) -> Option<usize> {
        let is_resource = request.resource.is_some();
        let mut left = if is_resource { self.for_resources } else { self.for_paths };
        let mut looked_up = 0;
        while left != 0 {
            let (rule, restricts) = self.atoms[left.trailing_zeros() as usize];
            let open = restricts & !looked_up;
            if open == 0 {
                return Some(rule);
            }
            let place = 1 << open.trailing_zeros();
            left &= self.admitting(place, request);
            looked_up |= place;
        }
        None
    }

    /// Returns the atoms that admit what a request has in one place.
    fn admitting(&self, place: u8, request: &Request<'_>) -> Mask {
        match (place, &request.user, &request.resource) {
            (place::RESOURCE, _, Some(asked)) => self.resources.of(asked),
            (place::API_GROUP, _, Some(asked)) => self.api_groups.of(asked.group.as_bytes()),
            (place::NAMESPACE, _, Some(asked)) => self.namespaces.of(asked.namespace.as_bytes()),
            (place::NAME, _, Some(asked)) => self.names.of(asked.name.as_bytes()),
            (place::PATH, ..) => self.paths.of(&request.path),
            (place::VERB, ..) => self.verbs.of(request.verb.as_bytes()),
            (place::USER, Some(user), _) => self.users.of(user.name.as_bytes()),
            (place::USER, None, _) => self.users.of_nothing(),
            (place::USER_GROUP, user, _) => {
                let groups = user.as_ref().map_or(&[][..], |user| &user.groups);
                let masks = groups.iter().map(|group| self.user_groups.of(group.as_bytes()));
                masks.fold(self.user_groups.of_nothing(), |all, mask| all | mask)
            }
            // Atoms that restrict these places match requests for resources only.
            _ => 0,
        }
    }
}
