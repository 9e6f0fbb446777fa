//! The users and the groups that rules tell apart.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::bits::Bits;
use super::cluster_facts::Identities;
use super::dimension::{Dimension, KeyedValue};
use super::identity::{self, GroupMembership, UserKind};
use super::value::{Lists, fresh};

/// Who can ask.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum UserAtom {
    /// Authentication failed.
    Nobody,
    /// A user whom a rule names, or the anonymous one.
    Named(Rc<str>),
    /// The service accounts of a namespace that no rule names, and one of them.
    AccountsOf { namespace: Rc<str>, example: Rc<str> },
    /// The service accounts of all other namespaces, and one of them.
    OtherAccounts { example: Rc<str> },
    /// All other users, and one of them.
    Other(Rc<str>),
}

impl UserAtom {
    /// Returns the name of the user, or of the example.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Nobody => None,
            Self::Named(name)
            | Self::AccountsOf { example: name, .. }
            | Self::OtherAccounts { example: name }
            | Self::Other(name) => Some(name),
        }
    }
}

/// The groups that rules tell apart, and which users can carry them.
///
/// Users carry sets of groups, so that a group is not one value of a dimension but a dimension of
/// its own, with the values yes and no.
#[derive(Debug)]
pub(super) struct KnownGroups {
    /// The names of the groups of each atom.
    pub(super) atoms: Vec<Vec<Rc<str>>>,
    /// For each atom the rules that name it.
    pub(super) rules: Vec<Bits>,
    /// The rules that name no group.
    pub(super) open: Bits,
    /// For each selector the atoms it names; `None` if it asks for no group.
    wanted: Vec<Option<Bits>>,
    of_rule: Vec<usize>,
}

/// The groups that a user carries for certain, and those that it may carry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct UserGroups {
    pub(super) always: Bits,
    pub(super) sometimes: Bits,
}

impl KnownGroups {
    pub(super) fn new(lists: &Lists<'_>, identities: Identities) -> Self {
        let keyed = lists.listing.iter().map(|(group, listing)| KeyedValue {
            value: Some(Rc::from(*group)),
            taken_by: lists.open.or(listing),
            kind: Some(special(group, identities)),
        });
        // This is for carrying no group, so that a list of all groups is not taken for no list.
        let none = KeyedValue { value: None, taken_by: lists.open.clone(), kind: None };
        let dimension =
            Dimension::new(&lists.selectors, std::iter::once(none).chain(keyed).collect());
        let of_rule: Vec<usize> =
            (0..lists.selectors.of_rule.len()).map(|rule| dimension.selector(rule)).collect();
        let mut wanted = vec![None; of_rule.len()];
        for (rule, selector) in of_rule.iter().enumerate() {
            let taken = dimension.taken_by(rule);
            wanted[*selector] =
                (!dimension.takes_all(rule)).then(|| taken.iter().map(|atom| atom - 1).collect());
        }
        Self {
            open: dimension.rules[0].clone(),
            rules: dimension.rules[1..]
                .iter()
                .map(|rules| rules.minus(&dimension.rules[0]))
                .collect(),
            atoms: dimension
                .atoms
                .into_iter()
                .skip(1)
                .map(|names| names.into_iter().flatten().collect())
                .collect(),
            wanted,
            of_rule,
        }
    }

    /// Returns the groups of which a rule wants one; `None` if it wants none.
    pub(super) fn wanted_by(&self, rule: usize) -> Option<&Bits> {
        self.wanted[self.of_rule[rule]].as_ref()
    }

    /// Returns a number that two rules share if they want the same groups.
    pub(super) fn selector(&self, rule: usize) -> usize {
        self.of_rule[rule]
    }

    /// Returns the rules that do not turn down a user with these groups.
    pub(super) fn rules_taking(&self, carried: &Bits) -> Bits {
        carried.iter().fold(self.open.clone(), |rules, group| rules.or(&self.rules[group]))
    }

    fn carried_by(&self, kind: &UserKind) -> UserGroups {
        let those = |how: GroupMembership| {
            let is_so =
                |names: &[Rc<str>]| names.first().is_some_and(|group| kind.carries(group) == how);
            (0..self.atoms.len()).filter(|atom| is_so(&self.atoms[*atom])).collect()
        };
        UserGroups {
            always: those(GroupMembership::Always),
            sometimes: those(GroupMembership::Sometimes),
        }
    }
}

/// Returns a group that not everybody may carry; the others are alike.
fn special(group: &str, identities: Identities) -> Option<Rc<str>> {
    let is_ordinary = identities == Identities::Any
        || UserKind::Person.carries(group) == GroupMembership::Sometimes;
    (!is_ordinary).then(|| group.into())
}

/// Returns the users that rules tell apart, by name or by the groups they can carry.
pub(super) fn users(
    lists: &Lists<'_>,
    groups: &KnownGroups,
    identities: Identities,
) -> Dimension<UserAtom, UserGroups> {
    let mut everybody =
        vec![UserAtom::Other(fresh(&["alice", "bob", "carol", "someone"], |name| {
            lists.names(name)
        }))];
    everybody.extend(lists.listing.keys().map(|name| UserAtom::Named((*name).into())));
    if identities == Identities::AsAuthenticated {
        everybody.extend(service_accounts(lists, groups));
        if !lists.names(identity::ANONYMOUS) {
            everybody.push(UserAtom::Named(identity::ANONYMOUS.into()));
        }
    }
    everybody.push(UserAtom::Nobody);
    let keyed = everybody.into_iter().map(|who| KeyedValue {
        taken_by: who.name().map_or_else(|| lists.open.clone(), |name| lists.taking(name)),
        kind: groups.carried_by(&UserKind::of(who.name(), identities)),
        value: who,
    });
    Dimension::new(&lists.selectors, keyed.collect())
}

/// Returns the service accounts that no rule names: of each namespace that matters, and of others.
fn service_accounts(lists: &Lists<'_>, groups: &KnownGroups) -> Vec<UserAtom> {
    let of_groups = groups
        .atoms
        .iter()
        .flatten()
        .filter_map(|group| identity::service_accounts_namespace(group));
    let of_users =
        lists.listing.keys().filter_map(|user| identity::service_account_namespace(user));
    let namespaces: BTreeSet<&str> = of_groups.chain(of_users).collect();
    let unnamed = |namespace: &str| {
        let account = |name: &str| identity::service_account(namespace, name);
        let name = fresh(&["default", "app", "robot"], |name| lists.names(&account(name)));
        Rc::from(account(&name))
    };
    let mut accounts: Vec<UserAtom> = namespaces
        .iter()
        .map(|namespace| UserAtom::AccountsOf {
            namespace: (*namespace).into(),
            example: unnamed(namespace),
        })
        .collect();
    let elsewhere = fresh(&["prod", "shop", "team"], |name| namespaces.contains(name));
    accounts.push(UserAtom::OtherAccounts { example: unnamed(&elsewhere) });
    accounts
}
