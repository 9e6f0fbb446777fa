//! Reversible changes and their order.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::manifest::Manifest;
use crate::owner::Owner;

/// What a file is to the API server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The audit policy.
    Policy,
    /// The kubeconfig of the audit webhook.
    Webhook,
    /// The static pod manifest; always changed last.
    Manifest,
}

/// A file with its content before and after; `None` is "does not exist".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// What the file is to the API server.
    pub role: Role,
    /// Path on the node.
    pub path: PathBuf,
    /// The bytes the plan was made from.
    pub before: Option<Vec<u8>>,
    /// The bytes that are to be there.
    pub after: Option<Vec<u8>>,
    /// Mode of a file that is new; one that exists keeps its own, unless it must become readable.
    pub mode: u32,
    /// Owner of a file that is new; one that exists keeps its own.
    pub owner: Owner,
}

/// A directory that is to exist. One that exists already stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// Path on the node.
    pub path: PathBuf,
    /// Mode, if it has to be made.
    pub mode: u32,
    /// Owner, if it has to be made.
    pub owner: Owner,
}

/// One reversible change: enough for the diff, for the undo, and to refuse when the file is no
/// longer what the plan was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A directory is made.
    Directory(Directory),
    /// A file is made, replaced or removed.
    File(FileChange),
}

impl Change {
    /// Returns the change of a static pod manifest into another one; `None` if they are equal.
    #[must_use]
    pub fn manifest(path: &Path, before: &Manifest, after: &Manifest) -> Option<Self> {
        let file = FileChange {
            role: Role::Manifest,
            path: path.to_owned(),
            before: Some(before.text().as_bytes().to_vec()),
            after: Some(after.text().as_bytes().to_vec()),
            mode: 0o600,
            owner: Owner::ROOT,
        };
        (file.before != file.after).then_some(Self::File(file))
    }

    /// Returns the path on the node.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Directory(directory) => &directory.path,
            Self::File(file) => &file.path,
        }
    }
}

/// The command a plan belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// `enable`
    Enable,
    /// `disable`
    Disable,
    /// `rescue`; never undone by a later rescue.
    Rescue,
    /// `history restore`
    Restore,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Self; 4] = [Self::Enable, Self::Disable, Self::Rescue, Self::Restore];

    /// Returns the name as it is in the journal and the system log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::Rescue => "rescue",
            Self::Restore => "restore",
        }
    }
}

/// An ordered list of changes to one control plane: files in order, the manifest last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The command it belongs to.
    pub operation: Operation,
    /// Path of the static pod manifest on the node, changed or not.
    pub manifest: PathBuf,
    /// The changes in the order in which they are made. Empty: nothing to do.
    pub changes: Vec<Change>,
}

impl Plan {
    /// Returns whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Returns the change of the manifest, if it is changed: then the API server restarts.
    #[must_use]
    pub fn manifest_change(&self) -> Option<&FileChange> {
        self.files().find(|file| file.role == Role::Manifest)
    }

    /// Returns the changes of files, in order.
    pub fn files(&self) -> impl Iterator<Item = &FileChange> {
        self.changes.iter().filter_map(|change| match change {
            Change::File(file) => Some(file),
            Change::Directory(_) => None,
        })
    }
}
