//! Keeps two commands from writing at once. Locks leave no file behind.

use std::path::{Path, PathBuf};

use super::stage::manifests_parent;
use crate::host::{Host, HostError, Lock};
use crate::journal::{STATE, make_state};

/// Locks that are held until they are dropped.
pub(super) struct Locks {
    _held: Vec<Box<dyn Lock>>,
}

/// A lock was not to be had.
pub(super) enum LockError {
    Held { path: PathBuf },
    Host(HostError),
}

impl From<HostError> for LockError {
    fn from(error: HostError) -> Self {
        Self::Host(error)
    }
}

impl Locks {
    /// Locks the directory above the manifests directory: one command for one manifest.
    pub(super) fn manifest(host: &dyn Host, manifest: &Path) -> Result<Self, LockError> {
        Self::one(host, &manifests_parent(manifest))
    }

    /// Locks the journal, which all manifests of a machine share, making it if it is missing.
    pub(super) fn journal(host: &dyn Host) -> Result<Self, LockError> {
        make_state(host)?;
        Self::one(host, Path::new(STATE))
    }

    fn one(host: &dyn Host, directory: &Path) -> Result<Self, LockError> {
        match host.lock(directory)? {
            Some(lock) => Ok(Self { _held: vec![lock] }),
            None => Err(LockError::Held { path: host.place(directory) }),
        }
    }
}
