//! A file of the caller, written in one step.

use std::path::Path;

use super::Failure;
use crate::host::{self, Host, HostError};
use crate::host::{FileKind, Local};
use crate::owner::Owner;
use crate::shell;

/// Puts `bytes` in place of what is at `path`, or where nothing is: readers see the old
/// file or the new one, never a part. Without an owner it belongs to the caller.
pub(super) fn replace(
    here: &dyn Host,
    path: &Path,
    bytes: &[u8],
    mode: u32,
    owner: Option<Owner>,
) -> Result<(), HostError> {
    let parent = path.parent().unwrap_or(path);
    let staged = parent.join(format!(".kubectl-audit-{:08x}", here.random()));
    let written = host::make_file(here, &staged, bytes, mode)
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

/// Writes a file for a person; an existing one only with `force`, and then in one step.
pub(super) fn write(out: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let here = Local::new(None);
    let path = std::path::absolute(out)?;
    match here.stat(&path)? {
        None => {}
        Some(stat) if stat.kind == FileKind::File && force => {}
        Some(stat) if stat.kind == FileKind::File => {
            return Err(Failure::refused(format!("{} is there already", out.display()))
                .overridden_by("--force"));
        }
        Some(_) => {
            return Err(Failure::refused(format!("{} is not a regular file", out.display()))
                .never_overridden());
        }
    }
    let parent = path.parent().unwrap_or(&path);
    if here.stat(parent)?.is_none() {
        return Err(Failure::refused(format!("there is no directory {}", parent.display()))
            .next(format!("mkdir -p {}", shell::word(parent))));
    }
    Ok(replace(&here, &path, text.as_bytes(), MODE, None)?)
}

/// Mode of a policy written for a person, who may want to commit it somewhere.
pub(super) const MODE: u32 = 0o644;
