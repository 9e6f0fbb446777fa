//! Room for the way back: looked at before anything is written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::cause::Cause;
use super::stage::places;
use crate::host::{Host, HostError};
use crate::journal::STATE;
use crate::plan::Plan;

/// Files take whole blocks; 4 KiB is the block of every file system a node is likely to have.
const BLOCK: u64 = 4096;

/// Room for what is not a file of the plan: directories, entry, script, journal, history.
const OVERHEAD_BYTES: u64 = 128 * 1024;

/// Refuses if any file system that the plan touches has not enough room for staged files, copies in
/// the journal and the rest.
pub(super) fn check(host: &dyn Host, plan: &Plan) -> Result<(), Cause> {
    let mut needed: BTreeMap<u64, (PathBuf, u64)> = BTreeMap::new();
    let mut need = |path: &Path, bytes: u64| -> Result<(), HostError> {
        let (directory, device) = nearest(host, path)?;
        needed.entry(device).or_insert((directory, 0)).1 += bytes;
        Ok(())
    };
    need(Path::new(STATE), OVERHEAD_BYTES)?;
    for file in plan.files() {
        let bodies = [&file.before, &file.after].into_iter().flatten();
        let bytes: u64 = bodies.map(|body| blocks(body.len() as u64)).sum();
        need(Path::new(STATE), bytes)?;
        for place in places(file.role, &file.path).into_iter().take(1) {
            need(&place, bytes)?;
        }
    }
    for (path, needed) in needed.into_values() {
        let free = host.space(&path)?.free;
        if free < needed {
            return Err(Cause::NoSpace { path: host.place(&path), needed, free });
        }
    }
    Ok(())
}

fn blocks(bytes: u64) -> u64 {
    bytes.div_ceil(BLOCK) * BLOCK
}

/// Returns the nearest directory above `path` that is there, or `path` itself, and its device.
fn nearest(host: &dyn Host, path: &Path) -> Result<(PathBuf, u64), HostError> {
    match (host.stat(path)?, path.parent()) {
        (None, Some(above)) => nearest(host, above),
        (stat, _) => Ok((path.to_owned(), stat.map_or(0, |stat| stat.inode.0))),
    }
}
