//! Where the journal is on the node, and how much of it is kept.

use std::path::{Path, PathBuf};

/// Where the journal is on the node.
pub const STATE: &str = "/var/lib/kubectl-audit";

/// Returns the directory that holds the entries.
#[must_use]
pub fn entries_directory() -> PathBuf {
    Path::new(STATE).join("entries")
}

/// The files of that many entries are kept; of older ones a line in the history.
pub const KEPT: usize = 20;
