//! Whether a rule ever decides, and what keeps it from it.

use super::bits::Bits;
use super::search::{Outcome, Point, find};
use super::space::Space;
use super::work::{TooMuch, Work};

/// Whether a rule decides some request.
#[derive(Debug)]
pub(super) enum Reached {
    By(Point),
    /// It does not; these earlier rules take all it could decide.
    Never {
        shadowed_by: Bits,
    },
}

/// Looks for a request that this rule is the first to take.
pub(super) fn reached(space: &Space, rule: usize, work: &mut Work) -> Result<Reached, TooMuch> {
    Ok(match find(space, &[rule], &Bits::below(rule), work)? {
        Outcome::Found(point) => Reached::By(point),
        Outcome::Taken(by) => Reached::Never { shadowed_by: fewest(space, rule, by, work)? },
    })
}

/// Looks for a request that this earlier rule decides although the later one takes it too.
pub(super) fn taken_from(
    space: &Space,
    earlier: usize,
    later: usize,
    work: &mut Work,
) -> Result<Option<Point>, TooMuch> {
    Ok(match find(space, &[earlier, later], &Bits::below(earlier), work)? {
        Outcome::Found(point) => Some(point),
        Outcome::Taken(_) => None,
    })
}

/// Returns a set of rules none of which can be left out: one rule if one takes everything, else
/// what remains of these when those are dropped, from the last on, that are not needed.
fn fewest(space: &Space, rule: usize, shadowed_by: Bits, work: &mut Work) -> Result<Bits, TooMuch> {
    if shadowed_by.is_empty() {
        return Ok(shadowed_by);
    }
    work.spend(rule * 4)?;
    if let Some(one) = (0..rule).find(|earlier| takes_all_of(space, *earlier, rule)) {
        return Ok(Bits::from_iter([one]));
    }
    let mut needed = shadowed_by.clone();
    for dropped in shadowed_by.iter().collect::<Vec<_>>().into_iter().rev() {
        let mut fewer = needed.clone();
        fewer.remove(dropped);
        if matches!(find(space, &[rule], &fewer, work)?, Outcome::Taken(_)) {
            needed = fewer;
        }
    }
    Ok(needed)
}

/// Says whether one rule takes everything of another in each dimension by itself.
fn takes_all_of(space: &Space, earlier: usize, rule: usize) -> bool {
    let Space { targets, namespaces, verbs, users, groups, .. } = space;
    let takes_groups = match (groups.wanted_by(earlier), groups.wanted_by(rule)) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(earlier), Some(later)) => later.is_subset(earlier),
    };
    takes_groups
        && verbs.taken_by(rule).is_subset(verbs.taken_by(earlier))
        && namespaces.taken_by(rule).is_subset(namespaces.taken_by(earlier))
        && users.taken_by(rule).is_subset(users.taken_by(earlier))
        && targets.taken_by(rule).is_subset(targets.taken_by(earlier))
}
