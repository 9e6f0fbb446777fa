//! Texts of earlier states, as far as the files of entries are kept.

use std::path::Path;

use super::{Bodies, Entry, Journal, JournalError};
use crate::host::Host;
use crate::plan::Role;

impl Journal {
    /// Returns what was at `path` when `entry` had been applied: what it put there, else what the
    /// next entry with that path found there. `None` if nobody knows, or nothing was there.
    ///
    /// # Errors
    ///
    /// [`JournalError::Pruned`] if the files of `entry` are no longer kept, or
    /// [`JournalError::Damaged`].
    pub fn left_at(
        &self,
        host: &dyn Host,
        entry: &Entry,
        path: &Path,
    ) -> Result<Option<Vec<u8>>, JournalError> {
        if entry.bodies == Bodies::Pruned {
            return Err(JournalError::Pruned { id: entry.record.id.clone() });
        }
        let of = |entry: &Entry| entry.record.files.iter().find(|file| file.path == path).cloned();
        if let Some(file) = of(entry) {
            return entry.latter(host, &file);
        }
        let later = self.kept().rev().filter(|other| other.name > entry.name);
        match later.filter_map(|other| Some((other, of(other)?))).next() {
            Some((other, file)) => other.former(host, &file),
            None => Ok(None),
        }
    }

    /// Returns the file with that role and that SHA-256 from whichever entry keeps it.
    ///
    /// # Errors
    ///
    /// [`JournalError::Damaged`] if the copy is not what was kept.
    pub fn text_of(
        &self,
        host: &dyn Host,
        role: Role,
        sha256: &str,
    ) -> Result<Option<Vec<u8>>, JournalError> {
        for entry in self.kept() {
            for file in entry.record.files.iter().filter(|file| file.role == role) {
                let is_it = |body: &super::Body| body.sha256 == sha256;
                if file.after.as_ref().is_some_and(is_it) {
                    return entry.latter(host, file);
                }
                if file.before.as_ref().is_some_and(is_it) {
                    return entry.former(host, file);
                }
            }
        }
        Ok(None)
    }

    /// The entries whose files are kept, newest first.
    fn kept(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries().iter().filter(|entry| entry.bodies == Bodies::Kept)
    }
}
