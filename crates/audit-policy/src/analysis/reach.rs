//! Whether a rule ever decides, and what keeps it from it.

use super::bits::Bits;
use super::point::Point;
use super::search::{SearchArea, SearchOutcome, find_in};
use super::space::Space;
use super::work_budget::{TooMuch, WorkBudget};

/// Whether a rule decides some request.
#[derive(Debug)]
pub(super) enum RuleReach {
    By(Point),
    /// It does not; these earlier rules take all it could decide, and none of them can be left
    /// out. None, if there is nothing to decide.
    Never {
        shadowed_by: Bits,
    },
}

/// Looks for a request that this rule is the first to take.
pub(super) fn reached(
    space: &Space,
    rule: usize,
    work: &mut WorkBudget,
) -> Result<RuleReach, TooMuch> {
    let field = SearchArea::of_all(space, &[rule]);
    match taken_by_one(space, rule, work)? {
        None => reached_in(&field, rule, None, work),
        Some(one) => Ok(match find_in(&field, &Bits::default(), work)? {
            SearchOutcome::Found(_) => RuleReach::Never { shadowed_by: Bits::from_iter([one]) },
            SearchOutcome::Taken(nothing) => RuleReach::Never { shadowed_by: nothing },
        }),
    }
}

/// Looks for a request of the field, which is a part of what this rule takes, that this rule is the
/// first to take. Most often one is found next to a request that the rule is known to decide.
pub(super) fn reached_in(
    field: &SearchArea<'_>,
    rule: usize,
    known: Option<&Point>,
    work: &mut WorkBudget,
) -> Result<RuleReach, TooMuch> {
    work.spend(rule)?;
    if let Some(point) = known.and_then(|known| field.next_to(known, &Bits::below(rule))) {
        return Ok(RuleReach::By(point));
    }
    Ok(match find_in(field, &Bits::below(rule), work)? {
        SearchOutcome::Found(point) => RuleReach::By(point),
        SearchOutcome::Taken(by) => RuleReach::Never { shadowed_by: fewest(field, by, work)? },
    })
}

/// Looks for a request that this rule decides and that the other one takes too.
pub(super) fn decided_of(
    space: &Space,
    rule: usize,
    other: usize,
    work: &mut WorkBudget,
) -> Result<Option<Point>, TooMuch> {
    let both = SearchArea::of_all(space, &[rule, other]);
    Ok(match find_in(&both, &Bits::below(rule), work)? {
        SearchOutcome::Found(point) => Some(point),
        SearchOutcome::Taken(_) => None,
    })
}

/// Returns a set of rules none of which can be left out: one rule if one takes everything, else
/// what remains of these when those are dropped, from the last on, that are not needed.
fn fewest(field: &SearchArea<'_>, taken_by: Bits, work: &mut WorkBudget) -> Result<Bits, TooMuch> {
    let mut take_all = |rules: &Bits| -> Result<bool, TooMuch> {
        Ok(matches!(find_in(field, rules, work)?, SearchOutcome::Taken(_)))
    };
    for one in taken_by.iter().map(|one| Bits::from_iter([one])) {
        if take_all(&one)? {
            return Ok(one);
        }
    }
    let mut needed = taken_by.clone();
    for dropped in taken_by.iter().collect::<Vec<_>>().into_iter().rev() {
        let mut fewer = needed.clone();
        fewer.remove(dropped);
        if take_all(&fewer)? {
            needed = fewer;
        }
    }
    Ok(needed)
}

/// Returns the first earlier rule that takes everything of this one, each dimension by itself.
fn taken_by_one(
    space: &Space,
    rule: usize,
    work: &mut WorkBudget,
) -> Result<Option<usize>, TooMuch> {
    work.spend(rule * 4)?;
    Ok((0..rule).find(|earlier| takes_all_of(space, *earlier, rule)))
}

/// Says whether one rule takes everything of another in each dimension by itself.
pub(super) fn takes_all_of(space: &Space, one: usize, other: usize) -> bool {
    let Space { targets, namespaces, verbs, users, groups, .. } = space;
    let takes_groups = match (groups.wanted_by(one), groups.wanted_by(other)) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(one), Some(other)) => other.is_subset(one),
    };
    takes_groups
        && verbs.taken_by(other).is_subset(verbs.taken_by(one))
        && namespaces.taken_by(other).is_subset(namespaces.taken_by(one))
        && users.taken_by(other).is_subset(users.taken_by(one))
        && targets.taken_by(other).is_subset(targets.taken_by(one))
}
