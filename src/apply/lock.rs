//! Keeps two commands from writing at once. Locks leave no file behind.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::stage::manifests_parent;
use crate::host::{Host, HostError, Lock};
use crate::journal::{STATE, make_state};

/// How long a lock that another command holds is waited for. It covers writing only, and one that was
/// killed keeps it until the kernel has ended its last call to the disk.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);
const POLL_INTERVAL: Duration = Duration::from_millis(100);

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
        let end = host.uptime() + LOCK_PATIENCE;
        loop {
            if let Some(lock) = host.lock(directory)? {
                return Ok(Self { _held: vec![lock] });
            }
            if host.uptime() >= end || host.interrupted() {
                return Err(LockError::Held { path: host.place(directory) });
            }
            host.pause(POLL_INTERVAL);
        }
    }
}
