//! What was at the paths a plan is about when it was made.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::owner::Owner;

/// What is at a path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PathState {
    /// Nothing.
    #[default]
    Missing,
    /// A regular file.
    File {
        /// Its content.
        bytes: Vec<u8>,
        /// Its permission bits.
        mode: u32,
        /// Its owner.
        owner: Owner,
    },
    /// A directory.
    Directory,
    /// A symbolic link, a device, a socket.
    Other,
}

impl PathState {
    /// Returns the content of a file.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::File { bytes, .. } => Some(bytes),
            _ => None,
        }
    }
}

/// What is at every path a plan asks about; a path nobody looked at is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NodeFiles {
    paths: BTreeMap<PathBuf, PathState>,
}

impl NodeFiles {
    /// Notes what is at `path`.
    pub fn note(&mut self, path: &Path, path_state: PathState) {
        self.paths.insert(path.to_owned(), path_state);
    }

    /// Returns what is at `path`.
    #[must_use]
    pub fn at(&self, path: &Path) -> &PathState {
        const MISSING: &PathState = &PathState::Missing;
        self.paths.get(path).unwrap_or(MISSING)
    }
}
