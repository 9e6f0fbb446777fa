//! Finds a request that some rules take and others do not.

use super::bits::Bits;
use super::descent::{Choice, Dimensions, descend, minimal};
use super::shape::{Lies, Shape};
use super::space::Space;
use super::work::{TooMuch, Work};

/// A request, by the atoms it lies in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) target: usize,
    pub(super) namespace: usize,
    pub(super) verb: usize,
    pub(super) user: usize,
    /// The groups that the user carries.
    pub(super) groups: Bits,
}

/// What a search comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Found(Point),
    /// There is none: each request that is wanted is taken by one of these rules.
    Taken(Bits),
}

/// Looks for a request that every wanted rule takes, and none of the unwanted.
///
/// Requests are searched block by block. In a block every verb goes with every namespace and every
/// target, so that the dimensions can be chosen one by one.
pub(super) fn find(
    space: &Space,
    wanted: &[usize],
    unwanted: &Bits,
    work: &mut Work,
) -> Result<Outcome, TooMuch> {
    let field = Field::of_all(space, wanted);
    let unwanted = field.touched_by(unwanted, work)?;
    let (identities, choices) = field.identities(wanted, &unwanted);
    let identities_left = minimal(choices, work)?;
    let mut taken = Bits::default();
    for (shape, atoms) in &space.shapes {
        let of_shape = field.targets.and(atoms);
        let targets = minimal(choices_among(&of_shape, &space.targets.rules, &unwanted), work)?;
        for lies in [Lies::Inside, Lies::Outside] {
            let (namespaces, verbs) = field.block(shape, lies);
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
                return Ok(Outcome::Found(Point { target, namespace, verb, user, groups }));
            }
        }
    }
    Ok(Outcome::Taken(taken))
}

/// What some rules take together, dimension by dimension.
struct Field<'s> {
    space: &'s Space,
    targets: Bits,
    namespaces: Bits,
    verbs: Bits,
    users: Bits,
}

impl<'s> Field<'s> {
    fn of_all(space: &'s Space, rules: &[usize]) -> Self {
        let all = |of: &dyn Fn(usize) -> &'s Bits, atoms: usize| {
            rules.iter().fold(Bits::below(atoms), |field, rule| field.and(of(*rule)))
        };
        Self {
            space,
            targets: all(&|rule| space.targets.taken_by(rule), space.targets.atoms.len()),
            namespaces: all(&|rule| space.namespaces.taken_by(rule), space.namespaces.atoms.len()),
            verbs: all(&|rule| space.verbs.taken_by(rule), space.verbs.atoms.len()),
            users: all(&|rule| space.users.taken_by(rule), space.users.atoms.len()),
        }
    }

    /// Leaves out the rules that take nothing in this field.
    fn touched_by(&self, rules: &Bits, work: &mut Work) -> Result<Bits, TooMuch> {
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
    fn block(&self, shape: &Shape, lies: Lies) -> (Bits, Bits) {
        let kinds = &self.space.namespaces.kinds;
        let of_block = |namespace: &usize| {
            kinds[*namespace].lies == lies && !self.space.possible(shape, *namespace).is_empty()
        };
        let namespaces: Bits = self.namespaces.iter().filter(of_block).collect();
        let verbs = namespaces.lowest().map(|any| self.space.possible(shape, any));
        let verbs = verbs.unwrap_or_default().iter().filter(|verb| self.verbs.contains(*verb));
        let verbs = verbs.collect();
        (namespaces, verbs)
    }

    /// Returns users with groups, such that every wanted rule takes them, and as choices.
    ///
    /// More groups can only make more rules match, so that one group for each wanted rule is enough.
    fn identities(&self, wanted: &[usize], unwanted: &Bits) -> (Vec<(usize, Bits)>, Vec<Choice>) {
        let Space { users, groups, .. } = self.space;
        let mut identities: Vec<(usize, Bits)> = vec![];
        for user in self.users.iter() {
            let carried = &users.kinds[user];
            let mut sets = vec![carried.always.clone()];
            for wanted in wanted.iter().filter_map(|rule| groups.wanted_by(*rule)) {
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
        let choice = |(value, (user, set)): (usize, &(usize, Bits))| Choice {
            value,
            taken: users.rules[*user].and(&groups.rules_taking(set)).and(unwanted),
        };
        let choices = identities.iter().enumerate().map(choice).collect();
        (identities, choices)
    }
}

fn choices_among(atoms: &Bits, rules: &[Bits], unwanted: &Bits) -> Vec<Choice> {
    let choice = |atom: usize| Choice { value: atom, taken: rules[atom].and(unwanted) };
    atoms.iter().map(choice).collect()
}
