//! Chooses one value in each dimension so that no unwanted rule takes all of them.

use std::collections::HashSet;

use super::bits::Bits;
use super::work_budget::{TooMuch, WorkBudget};

/// A value of a dimension, and the unwanted rules that take it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HittingValue {
    pub(super) value: usize,
    pub(super) taken: Bits,
}

const DIMENSIONS: usize = 4;

/// What can be chosen in each dimension.
pub(super) type Dimensions = [Vec<HittingValue>; DIMENSIONS];

/// Keeps the choices that no other one beats: a value that fewer rules take is never worse.
///
/// Of equal ones the first stays.
pub(super) fn minimal(
    mut choices: Vec<HittingValue>,
    work: &mut WorkBudget,
) -> Result<Vec<HittingValue>, TooMuch> {
    choices.sort_by_cached_key(|choice| choice.taken.len());
    let mut kept: Vec<HittingValue> = vec![];
    for choice in choices {
        work.spend(choice.taken.width() * (1 + kept.len()))?;
        if !kept.iter().any(|better| better.taken.is_subset(&choice.taken)) {
            kept.push(choice);
        }
    }
    Ok(kept)
}

/// Returns one value of each dimension such that no unwanted rule takes them all; `None` if there
/// are none, and then each combination is taken by one of the rules that are added to `taken`.
pub(super) fn descend(
    dimensions: &Dimensions,
    unwanted: &Bits,
    taken: &mut Bits,
    work: &mut WorkBudget,
) -> Result<Option<[usize; DIMENSIONS]>, TooMuch> {
    if dimensions.iter().any(Vec::is_empty) {
        return Ok(None);
    }
    // The dimension with the fewest values first: a dead end near the root cuts off most of the search,
    // and the sets that failed are remembered by level, so that no subset is searched twice.
    let mut order: Vec<usize> = (0..DIMENSIONS).collect();
    order.sort_by_key(|dimension| dimensions[*dimension].len());
    let levels: Vec<&[HittingValue]> = order.iter().map(|at| &*dimensions[*at]).collect();
    let mut descent = HittingSearch {
        unavoidable: unavoidable(&levels, unwanted),
        levels,
        failed: HashSet::new(),
        taken,
        work,
    };
    let mut path = Vec::with_capacity(DIMENSIONS);
    if !descent.down(unwanted.clone(), &mut path)? {
        return Ok(None);
    }
    let mut values = [0; DIMENSIONS];
    for (level, at) in order.into_iter().enumerate() {
        let chosen = path.get(level).copied().unwrap_or(0);
        values[at] = dimensions[at][chosen].value;
    }
    Ok(Some(values))
}

/// Returns for each level, and for the end, the rules that take everything from there on.
fn unavoidable(levels: &[&[HittingValue]], unwanted: &Bits) -> Vec<Bits> {
    let mut all = vec![unwanted.clone()];
    for level in levels.iter().rev() {
        let below = &all[all.len() - 1];
        all.push(level.iter().fold(below.clone(), |all, choice| all.and(&choice.taken)));
    }
    all.reverse();
    all
}

struct HittingSearch<'a> {
    /// The dimension with the fewest choices first.
    levels: Vec<&'a [HittingValue]>,
    unavoidable: Vec<Bits>,
    failed: HashSet<(usize, Bits)>,
    taken: &'a mut Bits,
    work: &'a mut WorkBudget,
}

impl HittingSearch<'_> {
    /// Says whether the rules that are left can be avoided by choices from here on, and adds those
    /// to the path that matter.
    fn down(&mut self, left: Bits, path: &mut Vec<usize>) -> Result<bool, TooMuch> {
        if left.is_empty() {
            return Ok(true);
        }
        // A rule that takes every value from here on cannot be avoided: the search ends without trying
        // them. That rule is named as the one in the way, the first of several.
        let level = path.len();
        let unavoidable = left.and(&self.unavoidable[level]);
        self.work.spend(2 * left.width())?;
        if !unavoidable.is_empty() {
            if !unavoidable.meets(self.taken) {
                self.taken.extend(unavoidable.lowest());
            }
            return Ok(false);
        }
        if self.failed.contains(&(level, left.clone())) {
            return Ok(false);
        }
        for (at, choice) in self.levels[level].iter().enumerate() {
            path.push(at);
            if self.down(left.and(&choice.taken), path)? {
                return Ok(true);
            }
            path.pop();
        }
        self.failed.insert((level, left));
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Bound;

    fn choices(taken: &[&[usize]]) -> Vec<HittingValue> {
        let choice = |(value, taken): (usize, &&[usize])| HittingValue {
            value,
            taken: taken.iter().copied().collect(),
        };
        taken.iter().enumerate().map(choice).collect()
    }

    fn chosen(dimensions: &Dimensions) -> (Option<[usize; 4]>, Vec<usize>) {
        let (mut taken, mut work) = (Bits::default(), WorkBudget::new(Bound::default()));
        let found = descend(dimensions, &Bits::below(3), &mut taken, &mut work).unwrap();
        (found, taken.iter().collect())
    }

    #[test]
    fn a_value_that_more_rules_take_is_not_tried() {
        let all = choices(&[&[0, 1], &[1], &[0, 1, 2], &[1], &[2]]);
        let kept = minimal(all, &mut WorkBudget::new(Bound::default())).unwrap();
        assert_eq!(kept.iter().map(|choice| choice.value).collect::<Vec<_>>(), [1, 4]);
    }

    #[test]
    fn rules_are_avoided_in_different_dimensions() {
        let all: &[usize] = &[0, 1, 2];
        let dimensions = [
            choices(&[&[0, 1], &[1, 2]]),
            choices(&[all]),
            choices(&[&[0, 2], &[1]]),
            choices(&[all]),
        ];
        assert_eq!(chosen(&dimensions), (None, vec![0, 1, 2]));
        let dimensions =
            [choices(&[&[0, 1], &[1, 2]]), choices(&[all]), choices(&[&[2]]), choices(&[all])];
        assert_eq!(chosen(&dimensions).0, Some([0, 0, 0, 0]));
    }
}
