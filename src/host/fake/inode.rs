//! What a file system in memory consists of: inodes, their names, and where it is mounted.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::owner::Owner;

/// The names in a directory.
pub(super) type Names = BTreeMap<String, u64>;

/// What an inode has beside its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Traits {
    pub(super) mode: u32,
    pub(super) owner: Owner,
    pub(super) xattrs: BTreeMap<String, Vec<u8>>,
}

/// A file's content and traits at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileContent {
    pub(super) bytes: Vec<u8>,
    pub(super) traits: Traits,
}

pub(super) enum InodeBody {
    /// `durable` is what a power cut leaves.
    File {
        now: FileContent,
        durable: FileContent,
    },
    /// `earlier` holds every state of the names since they were last made durable, oldest first.
    Directory {
        now: Names,
        earlier: Vec<Names>,
        traits: Traits,
    },
    Symlink(PathBuf),
}

pub(super) struct Inode {
    pub(super) body: InodeBody,
    pub(super) modified: i128,
    pub(super) immutable: bool,
}

/// Where a file system is mounted, and what can go wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MountPoint {
    /// Where it is mounted.
    pub path: PathBuf,
    /// Its device. Two spots may share one, as bind mounts do; a rename between them fails still.
    pub device: u64,
    /// Nothing can be changed there.
    pub read_only: bool,
    /// Bytes that can still be written; `None` is as many as one likes.
    pub free: Option<u64>,
}
