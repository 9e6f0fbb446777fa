//! JSON pointers into the syntax tree, such as `/spec/containers/0/command`.
//!
//! No key on the way may hold a slash; keys that do are never part of a path here.

use crate::{MappingEntry, Node};

/// Returns the node at `path`; the empty path is `root`.
#[must_use]
pub fn node<'a>(root: &'a Node, path: &str) -> Option<&'a Node> {
    path.split('/').skip(1).try_fold(root, |node, step| match node.items() {
        Some(items) => items.get(step.parse::<usize>().ok()?),
        None => node.get(step),
    })
}

/// Returns the key and value at `path`.
#[must_use]
pub fn entry<'a>(root: &'a Node, path: &str) -> Option<&'a MappingEntry> {
    let (mapping, key) = split(path)?;
    node(root, mapping)?.entry(key)
}

/// Splits `path` into the path of the mapping and the key in it.
#[must_use]
pub fn split(path: &str) -> Option<(&str, &str)> {
    path.rsplit_once('/')
}

/// Returns the path of the nearest node that exists at or above `path`.
#[must_use]
pub fn nearest<'a>(root: &'a Node, path: &str) -> &'a Node {
    let mut path = path;
    loop {
        match (node(root, path), split(path)) {
            (Some(found), _) => return found,
            (None, Some((above, _))) => path = above,
            (None, None) => return root,
        }
    }
}
