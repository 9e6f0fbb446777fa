//! How much is kept: the files of the last entries, and never less of an open one.

use std::path::Path;

use super::place::KEPT;
use super::{Bodies, Claim, Journal, entries_directory};
use crate::host::{FileKind, Host, HostError};

/// Removes the directories of entries beyond the last [`KEPT`]. Open entries and damaged ones stay.
/// Their lines must be in the history already, see [`super::record_final`].
///
/// # Errors
///
/// The machine refuses. A directory may be there in part; it is no entry any more.
pub fn prune(host: &dyn Host, journal: &Journal) -> Result<(), HostError> {
    let kept = journal.entries().iter().filter(|entry| entry.bodies == Bodies::Kept);
    for entry in kept.skip(KEPT).filter(|entry| entry.claim.is_final()) {
        remove_entry(host, &entry.name)?;
    }
    Ok(())
}

/// Removes the directory of an entry, its claim first: without one it is nothing to anybody.
///
/// # Errors
///
/// The machine refuses.
pub fn remove_entry(host: &dyn Host, name: &str) -> Result<(), HostError> {
    let directory = entries_directory().join(name);
    let names = host.list(&directory)?;
    for claim in names.iter().filter(|name| Claim::parse(name).is_some()) {
        host.remove(&directory.join(claim))?;
        host.sync_directory(&directory)?;
    }
    remove_tree(host, &directory)?;
    host.sync_directory(&entries_directory())
}

fn remove_tree(host: &dyn Host, directory: &Path) -> Result<(), HostError> {
    for name in host.list(directory)? {
        let path = directory.join(name);
        match host.stat(&path)?.map(|stat| stat.kind) {
            Some(FileKind::Directory) => remove_tree(host, &path)?,
            Some(_) => host.remove(&path)?,
            None => {}
        }
    }
    host.remove_directory(directory)
}
