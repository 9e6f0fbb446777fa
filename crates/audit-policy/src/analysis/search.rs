//! Finds a request that some rules take and others do not.

use super::bits::Bits;
use super::facts::VERBS;
use super::hitting_set::{Dimensions, HittingValue, descend, minimal};
use super::people::UserAtom;
use super::point::Point;
use super::shape::{NamespaceScope, Shape};
use super::space::Space;
use super::value::AtomValue;
use super::work_budget::{TooMuch, WorkBudget};
use crate::api::{Rule, Version};

/// What a search comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SearchOutcome {
    Found(Point),
    /// There is none: each request that is wanted is taken by one of these rules.
    Taken(Bits),
}

/// Looks for a request in a field that none of the unwanted rules takes.
///
/// Requests are searched block by block. In a block every verb goes with every namespace and every
/// target, so that the dimensions can be chosen one by one.
pub(super) fn find_in(
    field: &SearchArea<'_>,
    unwanted: &Bits,
    work: &mut WorkBudget,
) -> Result<SearchOutcome, TooMuch> {
    let space = field.space;
    let mut taken = Bits::default();
    if field.is_empty() {
        return Ok(SearchOutcome::Taken(taken));
    }
    let unwanted = field.touched_by(unwanted, work)?;
    let (identities, choices) = field.identities(&unwanted);
    let identities_left = minimal(choices, work)?;
    for (shape, atoms) in &space.shapes {
        let of_shape = field.targets.and(atoms);
        if of_shape.is_empty() {
            continue;
        }
        let targets = minimal(choices_among(&of_shape, &space.targets.rules, &unwanted), work)?;
        for scope in [NamespaceScope::Inside, NamespaceScope::Outside] {
            let (namespaces, verbs) = field.block(shape, scope);
            let dimensions: Dimensions = [
                targets.clone(),
                minimal(choices_among(&namespaces, &space.namespaces.rules, &unwanted), work)?,
                minimal(choices_among(&verbs, &space.verbs.rules, &unwanted), work)?,
                identities_left.clone(),
            ];
            if let Some([target, namespace, verb, identity]) =
                descend(&dimensions, &unwanted, &mut taken, work)?
            {
                let (user, groups) = identities[identity].clone();
                return Ok(SearchOutcome::Found(Point { target, namespace, verb, user, groups }));
            }
        }
    }
    Ok(SearchOutcome::Taken(taken))
}

/// How many values of a dimension are tried next to a known request.
const MOST_NEIGHBOURS: usize = 4;

/// Where to look: what some rules take together, dimension by dimension, or a part of it.
#[derive(Clone)]
pub(super) struct SearchArea<'s> {
    space: &'s Space,
    pub(super) targets: Bits,
    pub(super) namespaces: Bits,
    pub(super) verbs: Bits,
    pub(super) users: Bits,
    /// The user must carry one group of each.
    pub(super) groups: Vec<Bits>,
}

impl<'s> SearchArea<'s> {
    pub(super) fn of_all(space: &'s Space, rules: &[usize]) -> Self {
        let all = |of: &dyn Fn(usize) -> &'s Bits, atoms: usize| {
            rules.iter().fold(Bits::below(atoms), |field, rule| field.and(of(*rule)))
        };
        Self {
            space,
            targets: all(&|rule| space.targets.taken_by(rule), space.targets.atoms.len()),
            namespaces: all(&|rule| space.namespaces.taken_by(rule), space.namespaces.atoms.len()),
            verbs: all(&|rule| space.verbs.taken_by(rule), space.verbs.atoms.len()),
            users: all(&|rule| space.users.taken_by(rule), space.users.atoms.len()),
            groups: rules
                .iter()
                .filter_map(|rule| space.groups.wanted_by(*rule))
                .cloned()
                .collect(),
        }
    }

    /// Leaves the part that another rule takes too, which names words of this policy only.
    pub(super) fn within(mut self, part: &Rule, version: Version) -> Self {
        let Space { targets, namespaces, users, groups, .. } = self.space;
        if !part.verbs.is_empty() {
            self.verbs = kept(&self.verbs, |verb| part.verbs.iter().any(|it| it == VERBS[verb]));
        }
        if !part.namespaces.is_empty() {
            let is_in = |value: &AtomValue| match value {
                AtomValue::Named(name) => part.namespaces.iter().any(|listed| **listed == **name),
                AtomValue::Other(_) => false,
            };
            self.namespaces =
                kept(&self.namespaces, |atom| namespaces.atoms[atom].iter().any(is_in));
        }
        if !part.users.is_empty() {
            let names = |atom: usize| users.atoms[atom].iter().filter_map(UserAtom::name);
            self.users = kept(&self.users, |atom| {
                names(atom).any(|it| part.users.iter().any(|user| user == it))
            });
        }
        if !part.user_groups.is_empty() {
            let is_in = |atom: &usize| {
                groups.atoms[*atom]
                    .iter()
                    .any(|it| part.user_groups.iter().any(|group| **group == **it))
            };
            self.groups = vec![(0..groups.atoms.len()).filter(is_in).collect()];
        }
        if !(part.resources.is_empty() && part.non_resource_urls.is_empty()) {
            self.targets = kept(&self.targets, |atom| {
                targets.atoms[atom].iter().any(|target| target.is_wanted_by(part, version))
            });
        }
        self
    }

    /// Looks for a request that none of the unwanted rules takes next to a known one: with the same
    /// values, and others where the field has those not. Finding none means nothing.
    pub(super) fn next_to(&self, known: &Point, unwanted: &Bits) -> Option<Point> {
        let near = |atoms: &Bits, atom: usize| match atoms.contains(atom) {
            true => vec![atom],
            false => atoms.iter().take(MOST_NEIGHBOURS).collect(),
        };
        for user in near(&self.users, known.user) {
            let Some(groups) = self.groups_near(user, known) else { continue };
            for target in near(&self.targets, known.target) {
                for namespace in near(&self.namespaces, known.namespace) {
                    for verb in near(&self.verbs, known.verb) {
                        let groups = groups.clone();
                        let point = Point { target, namespace, verb, user, groups };
                        if self.space.can_be(&point) && !self.space.taking(&point).meets(unwanted) {
                            return Some(point);
                        }
                    }
                }
            }
        }
        None
    }

    /// Returns groups that the user can carry, and that the field asks for.
    fn groups_near(&self, user: usize, known: &Point) -> Option<Bits> {
        let carried = &self.space.users.kinds[user];
        let mut groups =
            if user == known.user { known.groups.clone() } else { carried.always.clone() };
        for wanted in &self.groups {
            if !wanted.meets(&groups) {
                groups.insert(carried.sometimes.and(wanted).lowest()?);
            }
        }
        Some(groups)
    }

    fn is_empty(&self) -> bool {
        [&self.targets, &self.namespaces, &self.verbs, &self.users].into_iter().any(Bits::is_empty)
    }

    /// Leaves out the rules that take nothing in this field.
    fn touched_by(&self, rules: &Bits, work: &mut WorkBudget) -> Result<Bits, TooMuch> {
        let Space { targets, namespaces, verbs, users, .. } = self.space;
        work.spend(rules.len() * 4)?;
        let touches = |rule: &usize| {
            verbs.taken_by(*rule).meets(&self.verbs)
                && namespaces.taken_by(*rule).meets(&self.namespaces)
                && users.taken_by(*rule).meets(&self.users)
                && targets.taken_by(*rule).meets(&self.targets)
        };
        Ok(rules.iter().filter(touches).collect())
    }

    /// Returns the namespaces and the verbs of a block.
    fn block(&self, shape: &Shape, scope: NamespaceScope) -> (Bits, Bits) {
        let kinds = &self.space.namespaces.kinds;
        let of_block = |namespace: &usize| {
            kinds[*namespace].scope == scope && !self.space.possible(shape, *namespace).is_empty()
        };
        let namespaces: Bits = self.namespaces.iter().filter(of_block).collect();
        let verbs = namespaces.lowest().map(|any| self.space.possible(shape, any));
        let verbs = verbs.unwrap_or_default().iter().filter(|verb| self.verbs.contains(*verb));
        let verbs = verbs.collect();
        (namespaces, verbs)
    }

    /// Returns the users of the field with groups, and as choices.
    ///
    /// More groups can only make more rules match, so that one group of each list is enough.
    fn identities(&self, unwanted: &Bits) -> (Vec<(usize, Bits)>, Vec<HittingValue>) {
        let Space { users, groups, .. } = self.space;
        let mut identities: Vec<(usize, Bits)> = vec![];
        for user in self.users.iter() {
            let carried = &users.kinds[user];
            let mut sets = vec![carried.always.clone()];
            for wanted in &self.groups {
                let (right, wrong): (Vec<_>, Vec<_>) =
                    sets.into_iter().partition(|set| set.meets(wanted));
                let more = carried.sometimes.and(wanted);
                let with = |set: &Bits| {
                    more.iter().map(|group| set.or(&Bits::from_iter([group]))).collect::<Vec<_>>()
                };
                sets = wrong.iter().flat_map(with).chain(right).collect();
            }
            identities.extend(sets.into_iter().map(|set| (user, set)));
        }
        let choice = |(value, (user, set)): (usize, &(usize, Bits))| HittingValue {
            value,
            taken: users.rules[*user].and(&groups.rules_taking(set)).and(unwanted),
        };
        let choices = identities.iter().enumerate().map(choice).collect();
        (identities, choices)
    }
}

fn kept(atoms: &Bits, is_kept: impl Fn(usize) -> bool) -> Bits {
    atoms.iter().filter(|atom| is_kept(*atom)).collect()
}

fn choices_among(atoms: &Bits, rules: &[Bits], unwanted: &Bits) -> Vec<HittingValue> {
    let choice = |atom: usize| HittingValue { value: atom, taken: rules[atom].and(unwanted) };
    atoms.iter().map(choice).collect()
}
