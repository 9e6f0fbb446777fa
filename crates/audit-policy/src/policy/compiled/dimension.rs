//! Which atoms a value of a request leaves in the running.

use super::table::Table;

/// A set of the atoms of a block: bit `n` is atom `n`.
pub(super) type Mask = u64;

/// What an atom admits in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AtomMatch<'a> {
    /// Every word.
    All,
    /// These words.
    Only(Vec<&'a str>),
}

impl<'a> AtomMatch<'a> {
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
pub(super) struct AtomIndex {
    table: Table,
    /// The mask of each word; the first one is that of words nobody names.
    masks: Vec<Mask>,
}

impl AtomIndex {
    /// Makes the masks for atoms of which each admits some words.
    pub(super) fn new(atoms: &[AtomMatch<'_>]) -> Self {
        let named = atoms.iter().flat_map(|admits| match admits {
            AtomMatch::All => &[][..],
            AtomMatch::Only(words) => words,
        });
        let table = Table::new(named.copied());
        let mut masks = vec![0; table.len() + 1];
        for (atom, admits) in atoms.iter().enumerate() {
            match admits {
                AtomMatch::All => masks.iter_mut().for_each(|mask| *mask |= 1 << atom),
                AtomMatch::Only(words) => {
                    for word in words {
                        masks[table.number(word.as_bytes())] |= 1 << atom;
                    }
                }
            }
        }
        Self { table, masks }
    }

    /// Returns the atoms that admit a value.
    pub(super) fn of(&self, value: &[u8]) -> Mask {
        self.masks[self.table.number(value)]
    }

    /// Returns the atoms that admit no value at all.
    pub(super) fn of_nothing(&self) -> Mask {
        self.masks[0]
    }
}
