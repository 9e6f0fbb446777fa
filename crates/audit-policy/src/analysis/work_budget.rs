//! How much work a question may cost before the honest answer is "not decided".

/// A bound on the work of a question, in words of memory looked at; about a nanosecond each.
///
/// Counted and not timed, so that the same question has the same answer on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound(pub u64);

impl Default for Bound {
    /// About a second on a machine of 2020.
    fn default() -> Self {
        Self(400_000_000)
    }
}

/// The work would cost more than it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMuch;

/// What is left of a bound.
#[derive(Debug)]
pub(super) struct WorkBudget {
    left: u64,
}

impl WorkBudget {
    pub(super) fn new(bound: Bound) -> Self {
        Self { left: bound.0 }
    }

    /// Takes so much from what is left.
    pub(super) fn spend(&mut self, words: usize) -> Result<(), TooMuch> {
        self.left = self.left.checked_sub(words as u64 + 1).ok_or(TooMuch)?;
        Ok(())
    }

    /// Does one of many pieces of work, which may take an eighth of what is left, so that a hard
    /// one leaves something to the others.
    pub(super) fn share<T>(
        &mut self,
        piece: impl FnOnce(&mut Self) -> Result<T, TooMuch>,
    ) -> Result<T, TooMuch> {
        let lent = self.left / 8;
        let mut share = Self { left: lent };
        let done = piece(&mut share);
        self.left -= lent - share.left;
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hard_piece_leaves_work_for_the_others() {
        let mut work = WorkBudget::new(Bound(800));
        assert_eq!(work.share(|share| share.spend(5)), Ok(()));
        assert_eq!(work.left, 794);
        assert_eq!(work.share(|share| (0..).try_for_each(|_| share.spend(10))), Err(TooMuch));
        assert!(work.left > 690, "{}", work.left);
        assert_eq!(work.spend(10_000), Err(TooMuch));
    }
}
