//! Which atoms a value of a request leaves in the running.

use super::table::Table;

/// A set of atoms: bit `n % 64` of word `n / 64` is atom `n`.
pub(super) type Mask = Vec<u64>;

/// Adds an atom.
pub(super) fn set(mask: &mut [u64], atom: usize) {
    mask[atom / 64] |= 1 << (atom % 64);
}

/// What an atom admits in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Admits<'a> {
    /// Every word.
    All,
    /// These words.
    Only(Vec<&'a str>),
}

impl<'a> Admits<'a> {
    /// A list of a rule, which restricts nothing if it is empty.
    pub(super) fn list(list: &'a [String]) -> Self {
        match list {
            [] => Self::All,
            list => Self::Only(list.iter().map(String::as_str).collect()),
        }
    }
}

/// For every word that a policy names in one place, the atoms that admit it.
#[derive(Debug, Clone)]
pub(super) struct Dimension {
    table: Table,
    /// One mask for each word behind another; the first one is that of words nobody names.
    masks: Vec<u64>,
    width: usize,
}

impl Dimension {
    /// Makes the masks for atoms of which each admits some words.
    pub(super) fn new(atoms: &[Admits<'_>], width: usize) -> Self {
        let named = atoms.iter().flat_map(|admits| match admits {
            Admits::All => &[][..],
            Admits::Only(words) => words,
        });
        let table = Table::new(named.copied());
        let mut masks = vec![0; (table.len() + 1) * width];
        let mut admit = |atom, number| set(&mut masks[number * width..][..width], atom);
        for (atom, admits) in atoms.iter().enumerate() {
            match admits {
                Admits::All => (0..=table.len()).for_each(|number| admit(atom, number)),
                Admits::Only(words) => {
                    words.iter().for_each(|word| admit(atom, table.number(word.as_bytes())));
                }
            }
        }
        Self { table, masks, width }
    }

    /// Returns one word of the mask of a value.
    pub(super) fn of(&self, value: &[u8], word: usize) -> u64 {
        self.masks[self.table.number(value) * self.width + word]
    }

    /// Returns one word of the mask of no value at all.
    pub(super) fn of_nothing(&self, word: usize) -> u64 {
        self.masks[word]
    }
}
