//! Describes users and the conditions on their groups.

use super::part::{SetPart, select};
use crate::analysis::bits::Bits;
use crate::analysis::class::Caller;
use crate::analysis::class::Membership;
use crate::analysis::class::Selection;
use crate::analysis::conditions::ALWAYS;
use crate::analysis::conditions::Cube;
use crate::analysis::conditions::NEVER;
use crate::analysis::group_sets::GroupSets;
use crate::analysis::group_sets::People;
use crate::analysis::identity::service_account_namespace;
use crate::analysis::people::UserAtom;
use crate::analysis::space::Space;
use crate::analysis::work_budget::TooMuch;

/// Returns the users of a crowd, and the condition that their groups must fulfil.
pub(super) fn people(
    space: &Space,
    group_sets: &mut GroupSets,
    people: &People,
) -> Result<(Selection<Caller>, Vec<Membership>), TooMuch> {
    let parts = user_parts(group_sets, people)?;
    let atoms = space.users.atoms.iter().zip(&parts);
    let values = atoms.flat_map(|(all, part)| all.iter().map(move |who| (who, *part)));
    let users = select(values.map(|(who, part)| (caller(space, who), part)));
    let meant = users.meant(&parts);
    Ok((users, groups(space, group_sets, people, &meant)?))
}

fn user_parts(group_sets: &mut GroupSets, people: &People) -> Result<Vec<SetPart>, TooMuch> {
    let users = 0..group_sets.possible.len();
    let part = |user: usize| {
        Ok(if people.users.contains(user) {
            SetPart::In
        } else if group_sets.can_be(user, people.groups)? {
            SetPart::Out
        } else {
            SetPart::Impossible
        })
    };
    users.map(part).collect()
}

fn caller(space: &Space, who: &UserAtom) -> Option<Caller> {
    let everybody = || space.users.atoms.iter().flatten();
    Some(match who {
        UserAtom::Other(_) => return None,
        UserAtom::Nobody => Caller::Nobody,
        UserAtom::Named(name) => Caller::Named(name.to_string()),
        UserAtom::AccountsOf { namespace, .. } => {
            let named = everybody().filter_map(|who| match who {
                UserAtom::Named(name) => Some(&**name),
                _ => None,
            });
            let here = named.filter(|name| service_account_namespace(name) == Some(namespace));
            let namespaces = Selection::Only(vec![namespace.to_string()]);
            Caller::ServiceAccounts { namespaces, except: here.map(str::to_owned).collect() }
        }
        UserAtom::OtherAccounts { .. } => {
            let namespaces = everybody().filter_map(|who| match who {
                UserAtom::AccountsOf { namespace, .. } => Some(namespace.to_string()),
                _ => None,
            });
            let namespaces = Selection::Except(namespaces.collect());
            Caller::ServiceAccounts { namespaces, except: vec![] }
        }
    })
}

/// Says only of such groups anything that one of the users may or may not carry.
fn groups(
    space: &Space,
    group_sets: &mut GroupSets,
    people: &People,
    users: &Bits,
) -> Result<Vec<Membership>, TooMuch> {
    let mut can_be = NEVER;
    for user in users.iter() {
        can_be = group_sets.conditions.or(can_be, group_sets.possible[user])?;
    }
    let others = group_sets.conditions.minus(can_be, people.groups)?;
    let at_most = group_sets.conditions.minus(ALWAYS, others)?;
    let cubes = group_sets.conditions.cubes(people.groups, at_most)?;
    if cubes == [Cube::default()] {
        return Ok(vec![]);
    }
    let names = |groups: &Bits| {
        let names = groups.iter().flat_map(|group| &space.groups.atoms[group]);
        let mut names: Vec<String> = names.map(ToString::to_string).collect();
        names.sort_unstable();
        names
    };
    let membership = |(one_of, none_of): (Vec<Bits>, Bits)| Membership {
        one_of: one_of.iter().map(names).collect(),
        none_of: names(&none_of),
    };
    Ok(join(cubes).into_iter().map(membership).collect())
}

/// Joins the cubes that want one group: a user needs one of those groups.
fn join(cubes: Vec<Cube>) -> Vec<(Vec<Bits>, Bits)> {
    let mut joined: Vec<(Vec<Bits>, Bits)> = vec![];
    for Cube { with, without } in cubes {
        let alike = joined.iter_mut().find_map(|(one_of, none_of)| match &mut one_of[..] {
            [groups] if with.len() == 1 && *none_of == without => Some(groups),
            _ => None,
        });
        match alike {
            Some(groups) => *groups = groups.or(&with),
            None => {
                let each = with.iter().map(|group| Bits::from_iter([group]));
                joined.push((each.collect(), without));
            }
        }
    }
    joined
}
