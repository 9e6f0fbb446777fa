//! Looks at a node for a plan: what exists at the paths it is about.

use std::path::Path;

use crate::host::{FileKind, Host, HostError};
use crate::plan::{Layout, NodeFiles, PathState};

/// Looks at every path of `layout` and everything above it.
///
/// # Errors
///
/// The machine refuses.
pub fn look(host: &dyn Host, layout: &Layout) -> Result<NodeFiles, HostError> {
    let mut node_files = NodeFiles::default();
    let log = layout.log.as_ref().map(|log| log.node.as_path());
    for path in layout.node_paths() {
        // The log itself can be large, and no plan is about its content.
        let is_log = Some(path) == log;
        if is_log && host.stat(path)?.is_some_and(|stat| stat.kind == FileKind::Directory) {
            node_files.note(path, PathState::Directory);
        }
        let from = if is_log { path.parent() } else { Some(path) };
        for path in from.into_iter().flat_map(Path::ancestors) {
            node_files.note(path, path_state(host, path)?);
        }
    }
    Ok(node_files)
}

/// Returns what exists at `path`; below something that is not a directory nothing does.
///
/// # Errors
///
/// The machine refuses.
pub fn path_state(host: &dyn Host, path: &Path) -> Result<PathState, HostError> {
    Ok(match host.stat(path)? {
        None => PathState::Missing,
        Some(stat) => match stat.kind {
            FileKind::Directory => PathState::Directory,
            FileKind::File => {
                PathState::File { bytes: host.read(path)?, mode: stat.mode, owner: stat.owner }
            }
            FileKind::Symlink | FileKind::Other => PathState::Other,
        },
    })
}
