//! Walks through all requests at once, to where two rankings of rules decide differently.
//!
//! Dimension by dimension, an atom leaves of both rankings the rules that take it. Branches in which
//! the same rules with the same decisions are left are walked once, and not at all if both rankings
//! have come to the same.

use std::collections::HashMap;
use std::rc::Rc;

use super::bits::Bits;
use super::conditions::{ALWAYS, GroupCondition, NEVER};
use super::group_sets::{GroupSet, GroupSets};
use super::grouped::{GroupedValues, fuse};
use super::product::Product;
use super::ranking::{
    AFTER_NAMESPACE, AFTER_TARGET, AFTER_USER, AFTER_VERB, DecisionNumber, Pair, Ranking, Rankings,
    Rest, is_decided, rests,
};
use super::shape::{Shape, Verbs};
use super::space::Space;
use super::work_budget::{TooMuch, WorkBudget};

/// What is found with the target, the namespace, the verb and the user chosen, and so on.
type GroupLevel = Rc<[(Pair, GroupCondition)]>;
type UserLevel = Rc<[(Pair, GroupSet)]>;
type VerbLevel = Rc<[(Pair, GroupSet, Verbs)]>;
type OfNamespaces = Rc<[(Pair, GroupSet, Verbs, Bits)]>;

/// A walk, and what it has found so far.
pub(super) struct Walk<'a> {
    space: &'a Space,
    pub(super) group_sets: GroupSets,
    rests: [Rest; 4],
    of_groups: HashMap<Rankings, GroupLevel>,
    of_people: HashMap<Rankings, UserLevel>,
    of_verbs: HashMap<(Verbs, Rankings), VerbLevel>,
    of_namespaces: HashMap<(Shape, Rankings), OfNamespaces>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(space: &'a Space, rules: usize) -> Result<Self, TooMuch> {
        Ok(Self {
            space,
            group_sets: GroupSets::new(space)?,
            rests: rests(space, rules),
            of_groups: HashMap::new(),
            of_people: HashMap::new(),
            of_verbs: HashMap::new(),
            of_namespaces: HashMap::new(),
        })
    }

    /// Adds the products of atoms that are decided differently. What is added before the work is
    /// too much is right, but not all.
    pub(super) fn walk(
        &mut self,
        rankings: &Rankings,
        found: &mut Vec<Product>,
        work: &mut WorkBudget,
    ) -> Result<(), TooMuch> {
        // Targets that end in the same product are joined here, not compared later: there are hundreds of
        // resources and only a handful of ways to be decided. The other dimensions are walked once for
        // each distinct ranking and remembered, which keeps the product of all dimensions small.
        let mut known = HashMap::new();
        for (target, shape) in self.space.targets.kinds.iter().enumerate() {
            let rules = &self.space.targets.rules[target];
            let left = self.narrow(rankings, rules, AFTER_TARGET, work)?;
            for (pair, group_set, verbs, namespaces) in self.namespaces(*shape, left, work)?.iter()
            {
                let key = (*pair, *group_set, *verbs, namespaces.clone());
                let at =
                    *known.entry(key).or_insert_with_key(|(pair, group_set, verbs, namespaces)| {
                        let (targets, namespaces) = (Bits::default(), namespaces.clone());
                        let (pair, group_set, verbs) = (*pair, *group_set, *verbs);
                        found.push(Product { pair, targets, namespaces, verbs, group_set });
                        found.len() - 1
                    });
                found[at].targets.insert(target);
            }
        }
        Ok(())
    }

    fn namespaces(
        &mut self,
        shape: Shape,
        rankings: Rankings,
        work: &mut WorkBudget,
    ) -> Result<OfNamespaces, TooMuch> {
        // Once both policies have decided alike, no later dimension can make a difference.
        if is_decided(&rankings) {
            return Ok(Rc::default());
        }
        let key = (shape, rankings);
        if let Some(known) = self.of_namespaces.get(&key) {
            return Ok(known.clone());
        }
        let mut found: GroupedValues<(Pair, GroupSet, Verbs), Bits> = GroupedValues::default();
        for namespace in 0..self.space.namespaces.atoms.len() {
            let verbs = self.space.possible(&shape, namespace);
            if verbs.is_empty() {
                continue;
            }
            let rules = &self.space.namespaces.rules[namespace];
            let left = self.narrow(&key.1, rules, AFTER_NAMESPACE, work)?;
            for same in self.verbs(verbs, left, work)?.iter() {
                found.of(same).insert(namespace);
            }
        }
        let found = found
            .flat(|((pair, group_set, verbs), namespaces)| (pair, group_set, verbs, namespaces));
        self.of_namespaces.insert(key, found.clone());
        Ok(found)
    }

    fn verbs(
        &mut self,
        verbs: Verbs,
        rankings: Rankings,
        work: &mut WorkBudget,
    ) -> Result<VerbLevel, TooMuch> {
        if is_decided(&rankings) {
            return Ok(Rc::default());
        }
        let key = (verbs, rankings);
        if let Some(known) = self.of_verbs.get(&key) {
            return Ok(known.clone());
        }
        let mut found: GroupedValues<(Pair, GroupSet), Verbs> = GroupedValues::default();
        for verb in verbs.iter() {
            let left = self.narrow(&key.1, &self.space.verbs.rules[verb], AFTER_VERB, work)?;
            for same in self.people(left, work)?.iter() {
                let verbs = found.of(same);
                *verbs = verbs.or(Verbs::one(verb));
            }
        }
        let found = found.flat(|((pair, group_set), verbs)| (pair, group_set, verbs));
        self.of_verbs.insert(key, found.clone());
        Ok(found)
    }

    fn people(&mut self, rankings: Rankings, work: &mut WorkBudget) -> Result<UserLevel, TooMuch> {
        if is_decided(&rankings) {
            return Ok(Rc::default());
        }
        if let Some(known) = self.of_people.get(&rankings) {
            return Ok(known.clone());
        }
        let mut found: GroupedValues<(Pair, GroupCondition), Bits> = GroupedValues::default();
        for user in 0..self.space.users.atoms.len() {
            let left = self.narrow(&rankings, &self.space.users.rules[user], AFTER_USER, work)?;
            for same in self.groups(left, work)?.iter() {
                if self.group_sets.can_be(user, same.1)? {
                    found.of(same).insert(user);
                }
            }
        }
        let mut group_sets: GroupedValues<Pair, Vec<GroupSet>> = GroupedValues::default();
        for ((pair, groups), users) in found.all {
            let group_set = self.group_sets.group_set(&users, groups)?;
            group_sets.of(&pair).push(group_set);
        }
        let mut merged = vec![];
        for (pair, group_sets) in group_sets.all {
            let group_sets = fuse(group_sets, work, |one, two| self.group_sets.union(*one, *two))?;
            merged.extend(group_sets.into_iter().map(|group_set| (pair, group_set)));
        }
        let merged: Rc<[_]> = merged.into();
        self.of_people.insert(rankings, merged.clone());
        Ok(merged)
    }

    /// Returns for which groups the decisions differ, once nothing else is left to choose.
    fn groups(&mut self, rankings: Rankings, work: &mut WorkBudget) -> Result<GroupLevel, TooMuch> {
        if is_decided(&rankings) {
            return Ok(Rc::default());
        }
        if let Some(known) = self.of_groups.get(&rankings) {
            return Ok(known.clone());
        }
        let [before, after] = &rankings;
        let (before, after) = (self.decisions(before, work)?, self.decisions(after, work)?);
        let mut found = vec![];
        for (one, of_one) in &before {
            for (two, of_two) in after.iter().filter(|(two, _)| two != one) {
                let both = self.group_sets.conditions.and(*of_one, *of_two)?;
                if both != NEVER {
                    found.push(([*one, *two], both));
                }
            }
        }
        let found: Rc<[_]> = found.into();
        self.of_groups.insert(rankings, found.clone());
        Ok(found)
    }

    /// Returns for which groups a ranking comes to which decision.
    fn decisions(
        &mut self,
        ranking: &Ranking,
        work: &mut WorkBudget,
    ) -> Result<Vec<(DecisionNumber, GroupCondition)>, TooMuch> {
        let conditions = &mut self.group_sets.conditions;
        let mut decided: GroupedValues<DecisionNumber, Option<GroupCondition>> =
            GroupedValues::default();
        let mut left = ALWAYS;
        for (rule, decision) in &ranking.rules {
            let wanted = self.space.groups.wanted_by(*rule);
            work.spend(ranking.rules.len() + wanted.map_or(0, Bits::len))?;
            let wanted = wanted.map_or(Ok(ALWAYS), |groups| conditions.any_of(groups))?;
            let takes = conditions.and(left, wanted)?;
            left = conditions.minus(left, wanted)?;
            let sum = decided.of(decision);
            *sum = Some(conditions.or(sum.unwrap_or(NEVER), takes)?);
        }
        let sum = decided.of(&ranking.otherwise);
        *sum = Some(conditions.or(sum.unwrap_or(NEVER), left)?);
        Ok(decided.all.into_iter().filter_map(|(decision, sum)| Some((decision, sum?))).collect())
    }

    fn narrow(
        &self,
        rankings: &Rankings,
        taking: &Bits,
        after: usize,
        work: &mut WorkBudget,
    ) -> Result<Rankings, TooMuch> {
        let [before, now] = rankings;
        work.spend(before.rules.len() + now.rules.len())?;
        let rest = &self.rests[after];
        Ok([rest.narrow(before, taking), rest.narrow(now, taking)])
    }
}
