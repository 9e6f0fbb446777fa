//! Files and directories made in small steps, each of which a crash may end.

use std::io;
use std::path::Path;

use super::{Host, HostError};
use crate::owner::Owner;

/// Mode of directories on the way to one that is asked for, as a distribution would make them.
const PARENT_MODE: u32 = 0o755;

/// Makes a durable file with this content and mode, and reads it back.
///
/// Nothing may be at `path`. The name itself is durable only after the directory is synced,
/// which is left to the caller, who often makes several files.
///
/// # Errors
///
/// Whatever the machine refuses, and content that reads back differently from what was written: a
/// full disk or a lying one. The file may then be there, whole or in part.
pub fn make_file(host: &dyn Host, path: &Path, bytes: &[u8], mode: u32) -> Result<(), HostError> {
    host.create(path, mode)?;
    host.write(path, bytes)?;
    host.set_mode(path, mode)?;
    host.sync(path)?;
    if host.read(path)? == bytes {
        return Ok(());
    }
    Err(HostError {
        verb: "read back",
        path: host.place(path),
        source: io::Error::new(io::ErrorKind::InvalidData, "it is not what was written"),
    })
}

/// Makes the missing directories above `path` (0755, root's) and makes their names durable.
///
/// # Errors
///
/// Whatever the machine refuses.
pub fn make_parents(host: &dyn Host, path: &Path) -> Result<(), HostError> {
    let Some(parent) = path.parent() else { return Ok(()) };
    match host.stat(parent)? {
        Some(_) => Ok(()),
        None => {
            make_parents(host, parent)?;
            match host.make_directory(parent, PARENT_MODE) {
                // Another command was faster; it sets owner and mode.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
                made => made?,
            }
            host.set_owner(parent, Owner::ROOT)?;
            host.set_mode(parent, PARENT_MODE)?;
            match parent.parent() {
                Some(above) => host.sync_directory(above),
                None => Ok(()),
            }
        }
    }
}
