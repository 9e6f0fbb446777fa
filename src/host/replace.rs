//! A file of the caller, written in one step.

use std::path::Path;

use super::{Host, HostError, make_file};
use crate::owner::Owner;

/// Puts `bytes` in place of what is at `path`, or where nothing is: readers see the old
/// file or the new one, never a part. Without an owner it belongs to the caller.
///
/// # Errors
///
/// The machine refuses; what was at `path` is still there.
pub fn replace(
    here: &dyn Host,
    path: &Path,
    bytes: &[u8],
    mode: u32,
    owner: Option<Owner>,
) -> Result<(), HostError> {
    let parent = path.parent().unwrap_or(path);
    let staged = parent.join(format!(".kubectl-audit-{:08x}", here.random()));
    let written = make_file(here, &staged, bytes, mode)
        .and_then(|()| give(here, &staged, owner))
        .and_then(|()| here.rename(&staged, path))
        .and_then(|()| here.sync_directory(parent));
    if written.is_err() {
        // The error that matters is the first one; a file that was not made cannot be removed.
        let _ = here.remove(&staged);
    }
    written
}

/// Gives a file to its owner, unless it is theirs: only root may give files away.
fn give(here: &dyn Host, path: &Path, owner: Option<Owner>) -> Result<(), HostError> {
    let Some(owner) = owner else { return Ok(()) };
    match here.stat(path)? {
        Some(stat) if stat.owner != owner => here.set_owner(path, owner),
        _ => Ok(()),
    }
}
