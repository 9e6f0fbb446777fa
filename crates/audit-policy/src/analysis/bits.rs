//! Sets of small numbers, such as the rules that take a value; of any size.

/// The numbers that are in the set. The last word is never zero, so that equal sets are equal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Bits {
    words: Vec<u64>,
}

const WORD: usize = u64::BITS as usize;

impl Bits {
    /// Returns the numbers below `end`.
    pub(super) fn below(end: usize) -> Self {
        let mut words = vec![u64::MAX; end / WORD];
        if !end.is_multiple_of(WORD) {
            words.push((1 << (end % WORD)) - 1);
        }
        Self { words }
    }

    pub(super) fn insert(&mut self, number: usize) {
        if number / WORD >= self.words.len() {
            self.words.resize(number / WORD + 1, 0);
        }
        self.words[number / WORD] |= 1 << (number % WORD);
    }

    pub(super) fn remove(&mut self, number: usize) {
        if let Some(word) = self.words.get_mut(number / WORD) {
            *word &= !(1 << (number % WORD));
            self.trim();
        }
    }

    pub(super) fn contains(&self, number: usize) -> bool {
        self.words.get(number / WORD).is_some_and(|word| word >> (number % WORD) & 1 == 1)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Returns how many numbers are in the set.
    pub(super) fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Returns how many words the set takes: what an operation on it costs.
    pub(super) fn width(&self) -> usize {
        self.words.len()
    }

    pub(super) fn lowest(&self) -> Option<usize> {
        self.iter().next()
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        let both = self.words.iter().zip(&other.words);
        let mut result = Self { words: both.map(|(one, two)| one & two).collect() };
        result.trim();
        result
    }

    /// Returns the numbers that are here and not there.
    pub(super) fn minus(&self, other: &Self) -> Self {
        let mut result = self.clone();
        for (word, gone) in result.words.iter_mut().zip(&other.words) {
            *word &= !gone;
        }
        result.trim();
        result
    }

    pub(super) fn or(&self, other: &Self) -> Self {
        let (mut longer, shorter) = if self.words.len() < other.words.len() {
            (other.clone(), self)
        } else {
            (self.clone(), other)
        };
        for (word, more) in longer.words.iter_mut().zip(&shorter.words) {
            *word |= more;
        }
        longer
    }

    pub(super) fn is_subset(&self, of: &Self) -> bool {
        self.words.len() <= of.words.len()
            && self.words.iter().zip(&of.words).all(|(word, all)| word & !all == 0)
    }

    /// Says whether a number is in both.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(one, two)| one & two != 0)
    }

    /// Returns how many numbers are in both.
    pub(super) fn len_of_and(&self, other: &Self) -> usize {
        let both = self.words.iter().zip(&other.words);
        both.map(|(one, two)| (one & two).count_ones() as usize).sum()
    }

    /// Returns the numbers in rising order.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(index, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let lowest = left.trailing_zeros() as usize;
                left &= left.wrapping_sub(1);
                (lowest < WORD).then_some(index * WORD + lowest)
            })
        })
    }

    fn trim(&mut self) {
        while self.words.last() == Some(&0) {
            self.words.pop();
        }
    }
}

impl FromIterator<usize> for Bits {
    fn from_iter<I: IntoIterator<Item = usize>>(numbers: I) -> Self {
        let mut set = Self::default();
        set.extend(numbers);
        set
    }
}

impl Extend<usize> for Bits {
    fn extend<I: IntoIterator<Item = usize>>(&mut self, numbers: I) {
        numbers.into_iter().for_each(|number| self.insert(number));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::collection::btree_set;
    use proptest::prelude::ProptestConfig;
    use proptest::proptest;
    use proptest::test_runner::RngSeed;

    use super::Bits;

    fn bits(numbers: &BTreeSet<usize>) -> Bits {
        numbers.iter().copied().collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

        #[test]
        fn bits_do_what_sets_do(
            one in btree_set(0_usize..200, 0..12),
            two in btree_set(0_usize..200, 0..12),
            number in 0_usize..200,
        ) {
            let (a, b) = (bits(&one), bits(&two));
            assert_eq!(a.and(&b), bits(&(&one & &two)));
            assert_eq!(a.or(&b), bits(&(&one | &two)));
            assert_eq!(a.minus(&b), bits(&(&one - &two)));
            assert_eq!(a.meets(&b), !one.is_disjoint(&two));
            assert_eq!(a.len_of_and(&b), one.intersection(&two).count());
            assert_eq!(a.is_subset(&b), one.is_subset(&two));
            assert_eq!((a.lowest(), a.len()), (one.first().copied(), one.len()));
            assert_eq!((a.is_empty(), a.contains(number)), (one.is_empty(), one.contains(&number)));
            assert!(a.iter().eq(one.iter().copied()));
            let mut without = a.clone();
            without.remove(number);
            assert_eq!(without, a.minus(&bits(&BTreeSet::from([number]))));
            assert_eq!(Bits::below(number), (0..number).collect());
        }
    }
}
