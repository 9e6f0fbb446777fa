//! The masks of what is named by patterns: resources and paths.

use super::atom::{Atom, Target};
use super::dimension::{Admits, Dimension, Mask, set};
use crate::policy::request::Resource;

/// The masks of resources.
#[derive(Debug, Clone)]
pub(super) struct Resources {
    /// Of a resource without a subresource: `pods`, and `pods/*` too.
    alone: Dimension,
    /// Of one with a subresource: `pods/*`,
    parents: Dimension,
    /// `*/log`,
    subresources: Dimension,
    /// and `pods/log`.
    both: Dimension,
}

impl Resources {
    pub(super) fn new(atoms: &[Atom<'_>], width: usize) -> Self {
        Self {
            alone: dimension(atoms, width, |pattern| [Some(pattern), pattern.strip_suffix("/*")]),
            parents: dimension(atoms, width, |pattern| [pattern.strip_suffix("/*"), None]),
            subresources: dimension(atoms, width, |pattern| [pattern.strip_prefix("*/"), None]),
            both: dimension(atoms, width, |pattern| [Some(pattern), None]),
        }
    }

    /// Returns one word of the mask of a resource.
    pub(super) fn of(&self, asked: &Resource<'_>, word: usize) -> u64 {
        let Resource { resource, subresource, .. } = asked;
        if subresource.is_empty() {
            return self.alone.of(resource.as_bytes(), word);
        }
        self.parents.of(resource.as_bytes(), word)
            | self.subresources.of(subresource.as_bytes(), word)
            | self.with_both(resource, subresource, word)
    }

    /// Puts the pair together where no memory must be asked for, if it fits there.
    fn with_both(&self, resource: &str, subresource: &str, word: usize) -> u64 {
        const ROOM: usize = 64;
        let length = resource.len() + 1 + subresource.len();
        let mut room = [b'/'; ROOM];
        if length > ROOM {
            return self.both.of([resource, "/", subresource].concat().as_bytes(), word);
        }
        room[..resource.len()].copy_from_slice(resource.as_bytes());
        room[resource.len() + 1..length].copy_from_slice(subresource.as_bytes());
        self.both.of(&room[..length], word)
    }
}

/// Makes the masks of those parts of the patterns that matter in one place.
fn dimension(
    atoms: &[Atom<'_>],
    width: usize,
    parts: for<'p> fn(&'p str) -> [Option<&'p str>; 2],
) -> Dimension {
    let mut admits = vec![];
    for atom in atoms {
        let named = atom.resources.iter().flat_map(|pattern| parts(pattern)).flatten();
        admits.push(match atom.admits_all_resources() {
            true => Admits::All,
            false => Admits::Only(named.collect()),
        });
    }
    Dimension::new(&admits, width)
}

/// The masks of paths.
#[derive(Debug, Clone)]
pub(super) struct Paths {
    whole: Dimension,
    prefixes: Vec<(String, Mask)>,
}

impl Paths {
    pub(super) fn new(atoms: &[Atom<'_>], width: usize) -> Self {
        let mut prefixes: Vec<(String, Mask)> = vec![];
        let mut whole = vec![];
        for (number, atom) in atoms.iter().enumerate() {
            if atom.target != Target::Paths {
                whole.push(Admits::All);
                continue;
            }
            let specs = || atom.rule.non_resource_urls.iter().map(String::as_str);
            whole.push(Admits::Only(specs().collect()));
            for spec in specs().filter(|spec| spec.ends_with('*')) {
                let mut mask = vec![0; width];
                set(&mut mask, number);
                prefixes.push((spec.trim_end_matches('*').to_owned(), mask));
            }
        }
        Self { whole: Dimension::new(&whole, width), prefixes }
    }

    /// Returns one word of the mask of a path.
    pub(super) fn of(&self, path: &str, word: usize) -> u64 {
        let matching = self.prefixes.iter().filter(|(prefix, _)| path.starts_with(prefix));
        matching.fold(self.whole.of(path.as_bytes(), word), |mask, (_, prefix)| mask | prefix[word])
    }
}
