//! Why auditing cannot be turned on like this.

use std::path::{Path, PathBuf};

use crate::flags::FlagError;
use crate::manifest::ManifestRefusal;

/// Why auditing cannot be turned on like this.
#[derive(Debug, thiserror::Error)]
pub enum EnableError {
    /// A path that no flag can take.
    #[error("`{}` ({option}) is not an absolute path of a file without `..`", path.display())]
    Unsound {
        /// The flag it was given with.
        option: &'static str,
        /// The path.
        path: PathBuf,
    },
    /// A mount shows something else at that path.
    #[error("the container cannot see `{}` of the node ({option}): {why}", path.display())]
    Hidden {
        /// The flag it was given with.
        option: &'static str,
        /// The path.
        path: PathBuf,
        /// What is mounted there, and why that does not show the file.
        why: String,
    },
    /// Something is where a file or directory has to be.
    #[error("`{}` is not a {wanted}", path.display())]
    Occupied {
        /// The path.
        path: PathBuf,
        /// `regular file` or `directory`.
        wanted: &'static str,
    },
    /// The server's user could not read a file.
    #[error("the API server runs as user {uid}, which cannot read `{}`", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// The user id of the server.
        uid: u32,
    },
    /// The server would not read the flags.
    #[error("the API server would not start: Error: {0}")]
    Flag(#[from] FlagError),
    /// The server would refuse the values.
    #[error("the API server would not start: {0}")]
    Values(String),
    /// The manifest cannot be edited.
    #[error(transparent)]
    Manifest(#[from] ManifestRefusal),
}

/// Something is where a file or a directory has to be.
pub(super) fn occupied(path: &Path, wanted: &'static str) -> EnableError {
    EnableError::Occupied { path: path.to_owned(), wanted }
}
