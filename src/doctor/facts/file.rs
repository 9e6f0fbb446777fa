//! A path of the node and what is there.

use std::path::PathBuf;

use crate::host::{FileKind, Stat};
use audit_policy::finding::Finding;

/// A path of the node and what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// The path on the node.
    pub node: PathBuf,
    /// The path as the caller would type it.
    pub place: PathBuf,
    /// What is there.
    pub state: FileState,
    /// The content of a file, where it was read.
    pub content: Option<Vec<u8>>,
    /// Who could put something else in its place.
    pub dangers: Vec<Finding>,
}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// We may not look.
    Unseen,
    /// Nothing.
    Missing,
    /// This.
    Is(Stat),
}

impl At {
    /// Returns what is known of what is there.
    #[must_use]
    pub fn stat(&self) -> Option<&Stat> {
        match &self.state {
            FileState::Is(stat) => Some(stat),
            FileState::Unseen | FileState::Missing => None,
        }
    }

    /// Returns the content of a file that was read.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        self.content.as_deref()
    }

    /// Returns whether it is known that nothing is there.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.state == FileState::Missing
    }

    /// Returns whether a directory is there.
    #[must_use]
    pub fn is_directory(&self) -> bool {
        self.stat().is_some_and(|stat| stat.kind == FileKind::Directory)
    }

    /// Returns whether a regular file is there.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.stat().is_some_and(|stat| stat.kind == FileKind::File)
    }
}
