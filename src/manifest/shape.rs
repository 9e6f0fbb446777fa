//! YAML features under which one text stands for several places, so that no edit of it is safe.

use std::collections::HashSet;

use goyaml::{Entry, Kind, Node, ScalarStyle};

use super::refusal::{Reason, Refusal};
use super::source::place;
use goyaml::pointer;

/// Refuses a document with a merge key or with a key that is there twice, anywhere in it.
pub(super) fn check_keys(node: &Node) -> Result<(), Refusal> {
    let mut keys = HashSet::new();
    for Entry { key, value } in node.entries().unwrap_or_default() {
        if is_merge(key) {
            return Err(Refusal::new(Reason::MergeKey, place(key.span)));
        }
        if let Some(text) = key.scalar()
            && !keys.insert(text)
        {
            let reason = Reason::DuplicateKey { key: text.to_owned() };
            return Err(Refusal::new(reason, place(key.span)));
        }
        check_keys(value)?;
    }
    node.items().unwrap_or_default().iter().try_for_each(check_keys)
}

fn is_merge(key: &Node) -> bool {
    matches!(&key.kind, Kind::Scalar { text, style: ScalarStyle::Plain } if text == "<<")
}

/// Refuses an anchor or alias on any node from the root down to `path`.
pub(super) fn check_way_to(root: &Node, path: &str) -> Result<(), Refusal> {
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    for end in ends {
        let Some(node) = pointer::node(root, &path[..end]) else { break };
        check_node(node)?;
    }
    Ok(())
}

/// Refuses an anchor or alias on the node at `path`, on the way to it, or in it.
pub(super) fn check_all_of(root: &Node, path: &str) -> Result<(), Refusal> {
    check_way_to(root, path)?;
    pointer::node(root, path).map_or(Ok(()), check_inside)
}

fn check_inside(node: &Node) -> Result<(), Refusal> {
    check_node(node)?;
    for Entry { key, value } in node.entries().unwrap_or_default() {
        check_node(key)?;
        check_inside(value)?;
    }
    node.items().unwrap_or_default().iter().try_for_each(check_inside)
}

fn check_node(node: &Node) -> Result<(), Refusal> {
    let text = match (&node.kind, &node.anchor) {
        (Kind::Alias(name), _) => format!("*{name}"),
        (_, Some(name)) => format!("&{name}"),
        _ => return Ok(()),
    };
    Err(Refusal::new(Reason::Anchor { text }, place(node.span)))
}
