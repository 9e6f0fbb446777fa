//! What is in a description, what is not, and what cannot be.

use crate::analysis::bits::Bits;
use crate::analysis::class::Selection;

/// Whether values are in a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SetPart {
    In,
    Out,
    /// No request of the set can have them.
    Impossible,
}

impl<T> Selection<T> {
    /// Returns the atoms that the selection takes in: all that are in, and the impossible ones,
    /// unless it lists what is in.
    pub(super) fn meant(&self, parts: &[SetPart]) -> Bits {
        let takes_impossible = !matches!(self, Self::Only(_));
        let is_in = |part: SetPart| {
            part == SetPart::In || (takes_impossible && part == SetPart::Impossible)
        };
        (0..parts.len()).filter(|atom| is_in(parts[*atom])).collect()
    }
}

/// Describes values by what is in, or by what is not, if the others that nobody names are in.
pub(super) fn select<T: Ord>(values: impl Iterator<Item = (Option<T>, SetPart)>) -> Selection<T> {
    let (mut these, mut except, mut has_others) = (vec![], vec![], false);
    for (value, part) in values {
        match (value, part) {
            (_, SetPart::Impossible) => {}
            (Some(value), SetPart::In) => these.push(value),
            (Some(value), SetPart::Out) => except.push(Some(value)),
            (None, SetPart::In) => has_others = true,
            (None, SetPart::Out) => except.push(None),
        }
    }
    if except.is_empty() {
        return Selection::Any;
    }
    let mut except: Vec<T> = except.into_iter().flatten().collect();
    these.sort_unstable();
    except.sort_unstable();
    if has_others { Selection::Except(except) } else { Selection::Only(these) }
}
