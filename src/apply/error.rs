//! What a command that changes files fails with. Each variant is a state the machine is in.

use std::path::PathBuf;
use std::time::Duration;

use super::cause::Cause;
use super::roll_back::RollBack;
use crate::host::HostError;
use crate::journal::{Claim, Damage};
use crate::plan::Operation;

/// A plan was not carried out. Each variant is a state the machine is in.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Every file is as it was, and the manifest never was anything else.
    #[error("nothing was changed")]
    NothingChanged(#[source] Cause),
    /// Files were changed and restored.
    #[error("the change was rolled back")]
    RolledBack {
        /// Id of the entry.
        id: String,
        /// Why it was.
        #[source]
        cause: Box<Cause>,
        /// What became of each file; some may have been left because they were edited since.
        files: RollBack,
    },
    /// Files were changed and not all of them could be restored. The way back is still on disk.
    #[error("the change could not be rolled back completely; run `{command}`")]
    RollbackFailed {
        /// Id of the entry.
        id: String,
        /// Why it was to be rolled back.
        #[source]
        cause: Box<Cause>,
        /// What became of each file.
        files: RollBack,
        /// The command that does it by hand.
        command: String,
    },
    /// Another process took the entry and owns the way back. The files were left to them.
    #[error("change `{id}` was taken over{}", by.as_ref().map(describe).unwrap_or_default())]
    Taken {
        /// Id of the entry.
        id: String,
        /// The current claim, if one can be read.
        by: Option<Claim>,
    },
}

fn describe(claim: &Claim) -> String {
    match claim {
        Claim::By { who, process } => format!(" by {who} (process {})", process.pid),
        Claim::Plain(state) => format!("; it is {}", state.name()),
    }
}

/// What an earlier run left open could not be settled.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// The process that works on it lives.
    #[error("change `{id}` ({}) is under way in process {pid}", command.name())]
    Busy {
        /// Id of the entry.
        id: String,
        /// The command that made it.
        command: Operation,
        /// The process on it.
        pid: u32,
    },
    /// It was proven healthy and waits to be confirmed.
    #[error(
        "change `{id}` ({}) waits to be confirmed for another {} s", command.name(), left.as_secs()
    )]
    Unconfirmed {
        /// Id of the entry.
        id: String,
        /// The command that made it.
        command: Operation,
        /// How much time is left.
        left: Duration,
    },
    /// Another command is changing this node right now.
    #[error("another command holds the lock on `{}`", path.display())]
    Locked {
        /// The directory that is locked.
        path: PathBuf,
    },
    /// An open entry cannot be trusted, so nobody knows what to restore.
    #[error(transparent)]
    Damaged(Box<Damage>),
    /// Not all files could be restored. The way back is still on disk.
    #[error("change `{id}` could not be rolled back completely; run `{command}`")]
    RollbackFailed {
        /// Id of the entry.
        id: String,
        /// What became of each file.
        files: RollBack,
        /// The command that does it by hand.
        command: String,
    },
    /// The machine refused before anything was restored.
    #[error(transparent)]
    Host(#[from] HostError),
}
