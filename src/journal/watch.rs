//! What the dead man of an entry reads and writes: three small files beside the claim.
//!
//! | file | who writes it | what it says |
//! |---|---|---|
//! | `deadline` | the command, `confirm --extend` | seconds since boot at which patience is over |
//! | `deadman` | the dead man | boot id, number, start time, and the deadline it read first |
//! | `healthy` | the command | the server came up; from here on only the deadline counts. Empty, or what could not be proven |

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Entry, entries_directory};
use crate::host::{Host, HostError, Process, make_file};

/// Only root looks into the journal.
const FILE_MODE: u32 = 0o600;

/// The process that rolls an entry back when nobody says that all is well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadMan {
    /// The process.
    pub process: Process,
}

impl Entry {
    /// Returns the dead man that said he watches; whether he still lives, the host tells.
    #[must_use]
    pub fn dead_man(&self, host: &dyn Host) -> Option<DeadMan> {
        let line = text(host, &self.name, "deadman")?;
        let mut words = line.split_whitespace();
        let process = Process {
            boot_id: words.next()?.to_owned(),
            pid: words.next()?.parse().ok()?,
            start_time: words.next()?.parse().ok()?,
        };
        Some(DeadMan { process })
    }

    /// Returns when the dead man strikes, in time since boot; `None` where none is armed.
    #[must_use]
    pub fn deadline(&self, host: &dyn Host) -> Option<Duration> {
        let seconds = text(host, &self.name, "deadline")?.trim().parse().ok()?;
        Some(Duration::from_secs(seconds))
    }

    /// Returns whether the server came up with this entry's files, as far as the command that made it
    /// could see.
    ///
    /// # Errors
    ///
    /// The machine refuses to tell.
    pub fn is_healthy(&self, host: &dyn Host) -> Result<bool, HostError> {
        Ok(host.stat(&file(&self.name, "healthy"))?.is_some())
    }

    /// Returns what could not be proven of a server that came up; `None` if all was.
    #[must_use]
    pub fn unproven(&self, host: &dyn Host) -> Option<String> {
        let why = text(host, &self.name, "healthy")?;
        (!why.trim().is_empty()).then(|| why.trim().to_owned())
    }

    /// Returns how much time is left to confirm a change whose server came up; `None` if there is
    /// nothing to confirm: it is not open, has not come up, or nobody watches it any more.
    #[must_use]
    pub fn time_to_confirm(&self, host: &dyn Host) -> Option<Duration> {
        let open = !self.claim.is_final() && self.is_healthy(host).unwrap_or(false);
        let watched = self.dead_man(host).is_some_and(|man| host.alive(&man.process));
        let left = self.deadline(host)?.checked_sub(host.uptime())?;
        (open && watched).then_some(left)
    }
}

/// Says when the dead man of an entry is to strike, in time since boot, and makes it durable.
///
/// # Errors
///
/// The machine refuses; the former deadline may still stand.
pub fn set_deadline(host: &dyn Host, entry: &str, at: Duration) -> Result<(), HostError> {
    put(host, entry, "deadline", &format!("{}\n", at.as_secs()))
}

/// Says that the server came up, and what of it could not be proven, in one line: from here on
/// the life of this process does not count.
///
/// # Errors
///
/// The machine refuses.
pub fn mark_healthy(host: &dyn Host, entry: &str, unproven: Option<&str>) -> Result<(), HostError> {
    put(host, entry, "healthy", unproven.unwrap_or_default())
}

/// Replaces a file by one rename, as the dead man reads it again each second.
fn put(host: &dyn Host, entry: &str, name: &str, text: &str) -> Result<(), HostError> {
    let fresh = file(entry, &format!(".{name}"));
    if host.stat(&fresh)?.is_some() {
        host.remove(&fresh)?;
    }
    make_file(host, &fresh, text.as_bytes(), FILE_MODE)?;
    host.rename(&fresh, &file(entry, name))?;
    host.sync_directory(&entries_directory().join(entry))
}

fn text(host: &dyn Host, entry: &str, name: &str) -> Option<String> {
    let bytes = host.read(&file(entry, name)).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn file(entry: &str, name: &str) -> PathBuf {
    Path::new(&entries_directory()).join(entry).join(name)
}
