//! A lock on a directory, which ends with the process that holds it.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

use rustix::fs::OFlags;

use super::Local;
use crate::host::Lock;

impl Local {
    pub(super) fn try_lock(&self, path: &Path) -> io::Result<Option<Box<dyn Lock>>> {
        let directory = File::from(self.open(path, OFlags::RDONLY | OFlags::DIRECTORY)?);
        match directory.try_lock() {
            Ok(()) => Ok(Some(Box::new(DirectoryLock { directory }))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// An open directory with a lock on it.
struct DirectoryLock {
    directory: File,
}

impl Lock for DirectoryLock {}

impl Drop for DirectoryLock {
    /// Closing alone would not do while a child that was forked meanwhile still has it open.
    fn drop(&mut self) {
        let _ = self.directory.unlock();
    }
}
