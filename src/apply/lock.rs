//! Keeps two commands from writing at once. The lock leaves no file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::host::{Host, HostError, Lock};
use crate::journal::{STATE, make_state};

/// How long a lock that another command holds is waited for. It covers writing only, and one that was
/// killed keeps it until the kernel has ended its last call to the disk.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);
const POLL_INTERVAL: Duration = Duration::from_millis(100);

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

/// Locks the journal until what is returned is dropped, and makes its directory if it is missing.
///
/// It is the one lock of a machine, for all manifests. Nobody but root can open the directory: a lock
/// on one that others may read, such as `/etc/kubernetes`, could be held by any user for ever.
pub(super) fn lock(host: &dyn Host) -> Result<Box<dyn Lock>, LockError> {
    make_state(host)?;
    let directory = Path::new(STATE);
    let end = host.uptime() + LOCK_PATIENCE;
    loop {
        if let Some(lock) = host.lock(directory)? {
            return Ok(lock);
        }
        if host.uptime() >= end || host.interrupted() {
            return Err(LockError::Held { path: host.place(directory) });
        }
        host.pause(POLL_INTERVAL);
    }
}
