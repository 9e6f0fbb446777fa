//! YAML features under which one text stands for several places, so that no edit of it is safe.

use std::collections::HashSet;

use goyaml::{MappingEntry, Node, NodeKind, ScalarStyle};

use super::refusal::{ManifestRefusal, RefusalReason};
use super::source::place;
use goyaml::pointer;

/// Refuses a document with a merge key or with a key that is there twice, anywhere in it.
pub(super) fn check_keys(node: &Node) -> Result<(), ManifestRefusal> {
    let mut keys = HashSet::new();
    for MappingEntry { key, value } in node.entries().unwrap_or_default() {
        if is_merge(key) {
            return Err(ManifestRefusal::new(RefusalReason::MergeKey, place(key.span)));
        }
        if let Some(text) = key.scalar()
            && !keys.insert(text)
        {
            let reason = RefusalReason::DuplicateKey { key: text.to_owned() };
            return Err(ManifestRefusal::new(reason, place(key.span)));
        }
        check_keys(value)?;
    }
    node.items().unwrap_or_default().iter().try_for_each(check_keys)
}

fn is_merge(key: &Node) -> bool {
    matches!(&key.kind, NodeKind::Scalar { text, style: ScalarStyle::Plain } if text == "<<")
}

/// Refuses an anchor or alias on any node from the root down to `path`.
pub(super) fn check_way_to(root: &Node, path: &str) -> Result<(), ManifestRefusal> {
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    for end in ends {
        let Some(node) = pointer::node(root, &path[..end]) else { break };
        check_node(node)?;
    }
    Ok(())
}

/// Refuses an anchor or alias on the node at `path`, on the way to it, or in it.
pub(super) fn check_all_of(root: &Node, path: &str) -> Result<(), ManifestRefusal> {
    check_way_to(root, path)?;
    pointer::node(root, path).map_or(Ok(()), check_inside)
}

fn check_inside(node: &Node) -> Result<(), ManifestRefusal> {
    check_node(node)?;
    for MappingEntry { key, value } in node.entries().unwrap_or_default() {
        check_node(key)?;
        check_inside(value)?;
    }
    node.items().unwrap_or_default().iter().try_for_each(check_inside)
}

fn check_node(node: &Node) -> Result<(), ManifestRefusal> {
    let text = match (&node.kind, &node.anchor) {
        (NodeKind::Alias(name), _) => format!("*{name}"),
        (_, Some(name)) => format!("&{name}"),
        _ => return Ok(()),
    };
    Err(ManifestRefusal::new(RefusalReason::Anchor { text }, place(node.span)))
}
