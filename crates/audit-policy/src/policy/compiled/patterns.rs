//! The masks of what is named by patterns: resources and paths.

use super::atom::{Atom, AtomTarget};
use super::dimension::{AtomIndex, AtomMatch, Mask};
use crate::request::Resource;

/// The masks of resources.
#[derive(Debug, Clone)]
pub(super) struct ResourceMasks {
    /// Of a resource without a subresource: `pods`, and `pods/*` too.
    alone: AtomIndex,
    /// Of one with a subresource: `pods/*`,
    parents: AtomIndex,
    /// `*/log`,
    subresources: AtomIndex,
    /// and `pods/log`.
    both: AtomIndex,
}

impl ResourceMasks {
    pub(super) fn new(atoms: &[Atom<'_>]) -> Self {
        Self {
            alone: dimension(atoms, |pattern| [Some(pattern), pattern.strip_suffix("/*")]),
            parents: dimension(atoms, |pattern| [pattern.strip_suffix("/*"), None]),
            subresources: dimension(atoms, |pattern| [pattern.strip_prefix("*/"), None]),
            both: dimension(atoms, |pattern| [Some(pattern), None]),
        }
    }

    /// Returns the atoms that admit a resource.
    pub(super) fn of(&self, asked: &Resource<'_>) -> Mask {
        let Resource { resource, subresource, .. } = asked;
        if subresource.is_empty() {
            return self.alone.of(resource.as_bytes());
        }
        self.parents.of(resource.as_bytes())
            | self.subresources.of(subresource.as_bytes())
            | self.with_both(resource, subresource)
    }

    /// Puts the pair together where no memory must be asked for, if it fits there.
    fn with_both(&self, resource: &str, subresource: &str) -> Mask {
        const ROOM: usize = 64;
        let length = resource.len() + 1 + subresource.len();
        let mut room = [b'/'; ROOM];
        if length > ROOM {
            return self.both.of([resource, "/", subresource].concat().as_bytes());
        }
        room[..resource.len()].copy_from_slice(resource.as_bytes());
        room[resource.len() + 1..length].copy_from_slice(subresource.as_bytes());
        self.both.of(&room[..length])
    }
}

/// Makes the masks of those parts of the patterns that matter in one place.
fn dimension(atoms: &[Atom<'_>], parts: for<'p> fn(&'p str) -> [Option<&'p str>; 2]) -> AtomIndex {
    let mut admits = vec![];
    for atom in atoms {
        let named = atom.resources.iter().flat_map(|pattern| parts(pattern)).flatten();
        admits.push(match atom.admits_all_resources() {
            true => AtomMatch::All,
            false => AtomMatch::Only(named.collect()),
        });
    }
    AtomIndex::new(&admits)
}

/// The masks of paths.
#[derive(Debug, Clone)]
pub(super) struct PathMasks {
    whole: AtomIndex,
    prefixes: Vec<(String, Mask)>,
}

impl PathMasks {
    pub(super) fn new(atoms: &[Atom<'_>]) -> Self {
        let mut prefixes: Vec<(String, Mask)> = vec![];
        let mut whole = vec![];
        for (number, atom) in atoms.iter().enumerate() {
            if atom.target != AtomTarget::Paths {
                whole.push(AtomMatch::All);
                continue;
            }
            let specs = || atom.rule.non_resource_urls.iter().map(String::as_str);
            whole.push(AtomMatch::Only(specs().collect()));
            for spec in specs().filter(|spec| spec.ends_with('*')) {
                prefixes.push((spec.trim_end_matches('*').to_owned(), 1 << number));
            }
        }
        Self { whole: AtomIndex::new(&whole), prefixes }
    }

    /// Returns the atoms that admit a path.
    pub(super) fn of(&self, path: &str) -> Mask {
        let matching = self.prefixes.iter().filter(|(prefix, _)| path.starts_with(prefix));
        matching.fold(self.whole.of(path.as_bytes()), |mask, (_, prefix)| mask | prefix)
    }
}
