//! Users together with what their groups must be.

use std::collections::HashMap;

use super::bits::Bits;
use super::conditions::{Conditions, GroupCondition, NEVER};
use super::space::Space;
use super::work_budget::TooMuch;

/// The number of a crowd. Crowds of the same people have the same number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct GroupSet(usize);

/// All users of some atoms whose groups fulfil a condition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct People {
    /// The users: only such as can fulfil the condition.
    pub(super) users: Bits,
    /// The condition: it holds only where one of the users can be.
    pub(super) groups: GroupCondition,
}

/// All crowds of a question.
#[derive(Debug)]
pub(super) struct GroupSets {
    pub(super) conditions: Conditions,
    /// For each atom of users the groups that they can carry.
    pub(super) possible: Vec<GroupCondition>,
    people: Vec<People>,
    known: HashMap<People, GroupSet>,
}

impl GroupSets {
    pub(super) fn new(space: &Space) -> Result<Self, TooMuch> {
        let groups = space.groups.atoms.len();
        let mut conditions = Conditions::new(groups)?;
        let kinds = space.users.kinds.iter();
        let possible =
            kinds.map(|carried| conditions.of_kind(carried, groups)).collect::<Result<_, _>>()?;
        Ok(Self { conditions, possible, people: vec![], known: HashMap::new() })
    }

    pub(super) fn people(&self, of: GroupSet) -> &People {
        &self.people[of.0]
    }

    /// Says whether a user can fulfil a condition.
    pub(super) fn can_be(&mut self, user: usize, groups: GroupCondition) -> Result<bool, TooMuch> {
        Ok(self.conditions.and(self.possible[user], groups)? != NEVER)
    }

    /// Returns the crowd of these users under this condition, which some of them can fulfil.
    pub(super) fn group_set(
        &mut self,
        users: &Bits,
        groups: GroupCondition,
    ) -> Result<GroupSet, TooMuch> {
        let (mut able, mut fulfilled) = (Bits::default(), NEVER);
        for user in users.iter() {
            let of_user = self.conditions.and(self.possible[user], groups)?;
            if of_user != NEVER {
                able.insert(user);
                fulfilled = self.conditions.or(fulfilled, of_user)?;
            }
        }
        let people = People { users: able, groups: fulfilled };
        let next = GroupSet(self.people.len());
        let group_set = *self.known.entry(people.clone()).or_insert(next);
        if group_set == next {
            self.people.push(people);
        }
        Ok(group_set)
    }

    /// Returns both crowds as one, if nobody else is in it.
    pub(super) fn union(
        &mut self,
        one: GroupSet,
        two: GroupSet,
    ) -> Result<Option<GroupSet>, TooMuch> {
        let (one, two) = (self.people(one).clone(), self.people(two).clone());
        let fits = self.has_no_users(&one.users.minus(&two.users), two.groups, one.groups)?
            && self.has_no_users(&two.users.minus(&one.users), one.groups, two.groups)?;
        if !fits {
            return Ok(None);
        }
        let groups = self.conditions.or(one.groups, two.groups)?;
        self.group_set(&one.users.or(&two.users), groups).map(Some)
    }

    /// Says whether none of the users can fulfil a further condition without their own one.
    fn has_no_users(
        &mut self,
        users: &Bits,
        further: GroupCondition,
        own: GroupCondition,
    ) -> Result<bool, TooMuch> {
        let more = self.conditions.minus(further, own)?;
        for user in users.iter() {
            if self.can_be(user, more)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
