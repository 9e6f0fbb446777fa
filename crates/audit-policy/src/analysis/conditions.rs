//! Conditions on the groups that a user carries.
//!
//! Users carry any set of groups, and a policy can ask for one of these and one of those and none
//! of the others. A condition is kept as an ordered binary decision diagram (Bryant 1986): equal
//! conditions are equal numbers.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use super::bits::Bits;
use super::people::UserGroups;
use super::work_budget::TooMuch;

/// A condition, as the number of its node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct GroupCondition(u32);

pub(super) const NEVER: GroupCondition = GroupCondition(0);
pub(super) const ALWAYS: GroupCondition = GroupCondition(1);

/// A question about one group, and what is left to ask after either answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct ConditionNode {
    group: u32,
    without: GroupCondition,
    with: GroupCondition,
}

/// A conjunction: all of these groups, and none of those.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cube {
    pub(super) with: Bits,
    pub(super) without: Bits,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum BooleanOperation {
    And,
    Or,
    /// The first, but not the second.
    Minus,
}

/// All conditions of a question.
#[derive(Debug)]
pub(super) struct Conditions {
    /// The nodes from number 2 on.
    nodes: Vec<ConditionNode>,
    known: HashMap<ConditionNode, GroupCondition>,
    combined: HashMap<(BooleanOperation, GroupCondition, GroupCondition), GroupCondition>,
}

/// More nodes than this are too much: about 100 MB.
const MOST_NODES: usize = 1 << 20;
/// More groups than this are too much, since combining conditions goes as deep.
const MOST_GROUPS: usize = 4096;

impl Conditions {
    /// Starts without any condition but the two trivial ones.
    pub(super) fn new(groups: usize) -> Result<Self, TooMuch> {
        if groups > MOST_GROUPS {
            return Err(TooMuch);
        }
        Ok(Self { nodes: vec![], known: HashMap::new(), combined: HashMap::new() })
    }

    /// Returns the condition that a user carries one of these groups.
    pub(super) fn any_of(&mut self, groups: &Bits) -> Result<GroupCondition, TooMuch> {
        let groups: Vec<usize> = groups.iter().collect();
        groups.iter().rev().try_fold(NEVER, |rest, group| self.node(*group as u32, rest, ALWAYS))
    }

    /// Returns the condition that a user carries what users of its kind carry.
    pub(super) fn of_kind(
        &mut self,
        carried: &UserGroups,
        groups: usize,
    ) -> Result<GroupCondition, TooMuch> {
        (0..groups).rev().try_fold(ALWAYS, |rest, group| {
            if carried.sometimes.contains(group) {
                Ok(rest)
            } else if carried.always.contains(group) {
                self.node(group as u32, NEVER, rest)
            } else {
                self.node(group as u32, rest, NEVER)
            }
        })
    }

    pub(super) fn and(
        &mut self,
        one: GroupCondition,
        two: GroupCondition,
    ) -> Result<GroupCondition, TooMuch> {
        self.combine(BooleanOperation::And, one.min(two), one.max(two))
    }

    pub(super) fn or(
        &mut self,
        one: GroupCondition,
        two: GroupCondition,
    ) -> Result<GroupCondition, TooMuch> {
        self.combine(BooleanOperation::Or, one.min(two), one.max(two))
    }

    /// Returns the first condition where the second does not hold.
    pub(super) fn minus(
        &mut self,
        one: GroupCondition,
        two: GroupCondition,
    ) -> Result<GroupCondition, TooMuch> {
        self.combine(BooleanOperation::Minus, one, two)
    }

    /// Returns groups that fulfil the condition, as few as taking the shorter way at every node
    /// finds; `None` if nothing is there.
    pub(super) fn example(&self, of: GroupCondition) -> Option<Bits> {
        let mut groups = Bits::default();
        let mut at = of;
        while let Some(node) = self.get(at) {
            let must = node.without == NEVER;
            if must {
                groups.insert(node.group as usize);
            }
            at = if must { node.with } else { node.without };
        }
        (at == ALWAYS).then_some(groups)
    }

    /// Returns cubes that hold together wherever `from` does, and never where `to` does not; none
    /// of them is superfluous (Minato and Morreale's irredundant sum of products).
    pub(super) fn cubes(
        &mut self,
        from: GroupCondition,
        to: GroupCondition,
    ) -> Result<Vec<Cube>, TooMuch> {
        Ok(self.cover(from, to)?.0)
    }

    fn cover(
        &mut self,
        from: GroupCondition,
        to: GroupCondition,
    ) -> Result<(Vec<Cube>, GroupCondition), TooMuch> {
        if from == NEVER {
            return Ok((vec![], NEVER));
        }
        if to == ALWAYS {
            return Ok((vec![Cube::default()], ALWAYS));
        }
        let group = self.first_group(from, to);
        let ((from_no, from_yes), (to_no, to_yes)) =
            (self.split(from, group), self.split(to, group));
        let only_no = self.minus(from_no, to_yes)?;
        let only_yes = self.minus(from_yes, to_no)?;
        let (mut no, covers_no) = self.cover(only_no, to_no)?;
        let (mut yes, covers_yes) = self.cover(only_yes, to_yes)?;
        let left_no = self.minus(from_no, covers_no)?;
        let left_yes = self.minus(from_yes, covers_yes)?;
        let (left, both) = (self.or(left_no, left_yes)?, self.and(to_no, to_yes)?);
        let (mut cubes, covers) = self.cover(left, both)?;
        yes.iter_mut().for_each(|cube| cube.with.insert(group as usize));
        no.iter_mut().for_each(|cube| cube.without.insert(group as usize));
        cubes.append(&mut yes);
        cubes.append(&mut no);
        let of_group = self.node(group, covers_no, covers_yes)?;
        Ok((cubes, self.or(covers, of_group)?))
    }

    fn combine(
        &mut self,
        operation: BooleanOperation,
        one: GroupCondition,
        two: GroupCondition,
    ) -> Result<GroupCondition, TooMuch> {
        match (operation, one, two) {
            (BooleanOperation::And, NEVER, _)
            | (BooleanOperation::Minus, NEVER, _)
            | (BooleanOperation::Minus, _, ALWAYS) => {
                return Ok(NEVER);
            }
            (BooleanOperation::Or, _, ALWAYS) | (BooleanOperation::Or, ALWAYS, _) => {
                return Ok(ALWAYS);
            }
            (BooleanOperation::And, ALWAYS, other) | (BooleanOperation::Or, NEVER, other) => {
                return Ok(other);
            }
            (BooleanOperation::Minus, other, NEVER) => return Ok(other),
            (BooleanOperation::Minus, one, two) if one == two => return Ok(NEVER),
            (_, one, two) if one == two => return Ok(one),
            _ => {}
        }
        if let Some(known) = self.combined.get(&(operation, one, two)) {
            return Ok(*known);
        }
        let group = self.first_group(one, two);
        let ((no_one, yes_one), (no_two, yes_two)) =
            (self.split(one, group), self.split(two, group));
        let ordered = |one: GroupCondition, two: GroupCondition| match operation {
            BooleanOperation::Minus => (one, two),
            _ => (one.min(two), one.max(two)),
        };
        let (no, yes) = (ordered(no_one, no_two), ordered(yes_one, yes_two));
        let without = self.combine(operation, no.0, no.1)?;
        let with = self.combine(operation, yes.0, yes.1)?;
        let result = self.node(group, without, with)?;
        self.combined.insert((operation, one, two), result);
        Ok(result)
    }

    fn node(
        &mut self,
        group: u32,
        without: GroupCondition,
        with: GroupCondition,
    ) -> Result<GroupCondition, TooMuch> {
        if without == with {
            return Ok(with);
        }
        if self.nodes.len() + self.combined.len() > MOST_NODES {
            return Err(TooMuch);
        }
        let node = ConditionNode { group, without, with };
        let next = GroupCondition(self.nodes.len() as u32 + 2);
        let number = *self.known.entry(node).or_insert(next);
        if number == next {
            self.nodes.push(node);
        }
        Ok(number)
    }

    fn get(&self, condition: GroupCondition) -> Option<ConditionNode> {
        self.nodes.get((condition.0 as usize).checked_sub(2)?).copied()
    }

    fn first_group(&self, one: GroupCondition, two: GroupCondition) -> u32 {
        let group = |condition| self.get(condition).map_or(u32::MAX, |node| node.group);
        group(one).min(group(two))
    }

    /// Returns what is left of a condition without and with a group that it asks for first, if at
    /// all.
    fn split(&self, condition: GroupCondition, group: u32) -> (GroupCondition, GroupCondition) {
        match self.get(condition) {
            Some(node) if node.group == group => (node.without, node.with),
            _ => (condition, condition),
        }
    }
}
