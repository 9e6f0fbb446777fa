//! Volumes and mounts as groups of lines.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::manifest::path;
use crate::manifest::removable_mounts::is_shared;

use super::row::TextLine;

/// A list item that is a volume or a mount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ListItem {
    /// The rows it consists of.
    pub(super) rows: Range<usize>,
    /// The name of the volume, if it has one.
    name: Option<String>,
    /// `mountPath` of a mount; `None` for a volume.
    mount_path: Option<String>,
    /// `path` of a hostPath volume.
    host_path: Option<String>,
}

/// Every key that a volume or a mount of a manifest may have; a list item with another one, such as
/// a container, is neither.
const KEYS: &[&str] = &[
    "name",
    "mountpath",
    "readonly",
    "subpath",
    "mountpropagation",
    "recursivereadonly",
    "hostpath",
    "path",
    "type",
];

/// Returns the volumes and mounts that serve only `paths`, where the rows in `gone` are removed.
///
/// The rules are those of [`strip`](crate::manifest::strip()), on lines.
pub(super) fn removable(
    rows: &[TextLine<'_>],
    gone: &BTreeSet<usize>,
    paths: &[String],
) -> Vec<ListItem> {
    let blocks = blocks(rows);
    let covers = |top: &str| !is_shared(top) && paths.iter().any(|it| path::is_below(it, top));
    let is_candidate = |block: &&ListItem| {
        let top = block.mount_path.as_deref().or(block.host_path.as_deref());
        top.is_some_and(covers)
    };
    let mut going: Vec<&ListItem> = blocks.iter().filter(is_candidate).collect();
    // A volume whose mount goes belongs to it, wherever it is on the node.
    let mounted: Vec<&str> = going.iter().filter_map(|it| it.mounted_volume()).collect();
    let is_mounted = |it: &&ListItem| {
        it.mount_path.is_none() && it.name.as_deref().is_some_and(|name| mounted.contains(&name))
    };
    going.extend(blocks.iter().filter(|it| !is_candidate(it)).filter(is_mounted));
    loop {
        let stays = |at: &usize| {
            !gone.contains(at)
                && !rows[*at].is_blank_or_comment()
                && !going.iter().any(|block| block.rows.contains(at))
        };
        let names_below = |top: &str| {
            let staying = (0..rows.len()).filter(stays);
            staying.flat_map(|at| path::named(rows[at].content)).any(|it| path::is_below(it, top))
        };
        let is_used = |name: &str| {
            let others = blocks.iter().filter(|block| !going.contains(block));
            others.filter_map(ListItem::mounted_volume).any(|it| it == name)
                || (0..rows.len()).filter(stays).any(|at| rows[at].mounts_in_flow(name))
        };
        let kept: Vec<&ListItem> = going
            .iter()
            .copied()
            .filter(|block| !block.name.as_deref().is_some_and(is_used))
            .filter(|block| !block.mount_path.as_deref().is_some_and(names_below))
            .collect();
        if kept.len() == going.len() {
            return kept.into_iter().cloned().collect();
        }
        going = kept;
    }
}

impl ListItem {
    fn mounted_volume(&self) -> Option<&str> {
        self.mount_path.as_ref().and(self.name.as_deref())
    }
}

/// Returns all volumes and mounts.
fn blocks(rows: &[TextLine<'_>]) -> Vec<ListItem> {
    (0..rows.len()).filter_map(|at| block_at(rows, at)).collect()
}

fn block_at(rows: &[TextLine<'_>], at: usize) -> Option<ListItem> {
    let first = &rows[at];
    let is_object = first.content.starts_with('{')
        && first.content.trim_end_matches(',').ends_with('}')
        && first.content.matches('{').count() == first.content.matches('}').count();
    if !first.has_bullet && !is_object {
        return None;
    }
    let below = (at + 1..rows.len())
        .take_while(|below| rows[*below].is_blank_or_comment() || rows[*below].continues(first));
    let last = match is_object {
        true => at,
        false => below.filter(|it| !rows[*it].is_blank_or_comment()).last().unwrap_or(at),
    };
    let rows_of = || rows[at..=last].iter().filter(|row| !row.is_blank_or_comment());
    let value = |key: &str| rows_of().find_map(|row| row.value_of(key));
    let is_one = rows_of()
        .all(|row| row.key().is_some_and(|key| KEYS.contains(&key.to_ascii_lowercase().as_str())));
    let (mount_path, host_path) = (value("mountPath"), value("path"));
    let is_volume = rows_of().any(|row| row.content.contains("hostPath"));
    (is_one && (mount_path.is_some() || is_volume)).then(|| ListItem {
        rows: at..last + 1,
        name: value("name"),
        mount_path,
        host_path,
    })
}
