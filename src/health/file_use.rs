//! Files that a process holds open, whatever has become of their names.

use std::path::{Path, PathBuf};

use crate::host::{Host, Process};

/// What a process does with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileUse {
    /// It holds it open.
    Open,
    /// It holds a file open that had this name and has none any more.
    Deleted,
    /// It holds a file of the same directory open that has this name now.
    Moved(PathBuf),
    /// It holds none of these open.
    Not,
    /// We may not look.
    Unknown,
}

/// Returns what a process does with a file that it calls `path`.
#[must_use]
pub fn file_use(host: &dyn Host, process: &Process, path: &Path) -> FileUse {
    let descriptors = PathBuf::from(format!("/proc/{}/fd", process.pid));
    let Ok(open) = host.list(&descriptors) else { return FileUse::Unknown };
    let links: Vec<PathBuf> = open
        .iter()
        .filter_map(|name| host.read_link(&descriptors.join(name)).ok().flatten())
        .collect();
    // The kernel writes it after the last name.
    let deleted = PathBuf::from(format!("{} (deleted)", path.display()));
    let beside = |link: &&PathBuf| link.is_absolute() && link.parent() == path.parent();
    if links.iter().any(|link| link == path) {
        FileUse::Open
    } else if links.contains(&deleted) {
        FileUse::Deleted
    } else {
        links.iter().find(beside).map_or(FileUse::Not, |link| FileUse::Moved(link.clone()))
    }
}
