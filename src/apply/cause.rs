//! Why a change did not happen, and what state the machine is in.

use std::path::PathBuf;
use std::time::Duration;

use super::roll_back::RollBack;
use crate::host::HostError;
use crate::journal::{Claim, ClaimError, Damage, JournalError, State};
use crate::plan::Operation;

/// Why a change stopped.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// The machine refused.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The journal cannot be read or trusted.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Another command is changing this node right now.
    #[error("another command holds the lock on `{}`", path.display())]
    Locked {
        /// The directory that is locked.
        path: PathBuf,
    },
    /// An earlier change has not come to an end.
    #[error("change `{id}` has not come to an end: it is {}", state.name())]
    Open {
        /// Its id.
        id: String,
        /// How far it came.
        state: State,
    },
    /// A path that no step could be taken on.
    #[error("`{}` is not an absolute path in plain text without `..`", path.display())]
    Path {
        /// The path.
        path: PathBuf,
    },
    /// A file is no longer what the plan was made from: somebody edited it meanwhile.
    #[error("`{}` was changed by somebody else meanwhile", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// Something else than a regular file stands where one is to be replaced.
    #[error("`{}` is not a regular file", path.display())]
    NotAFile {
        /// What stands there.
        path: PathBuf,
    },
    /// A file or directory is marked so that not even root changes it.
    #[error("`{}` is marked immutable (chattr +i or +a)", path.display())]
    Immutable {
        /// The file or directory.
        path: PathBuf,
    },
    /// There is not enough room for the way back.
    #[error("`{}` has {free} bytes free, {needed} are needed", path.display())]
    NoSpace {
        /// A directory on the file system.
        path: PathBuf,
        /// Bytes needed there.
        needed: u64,
        /// Bytes free there.
        free: u64,
    },
    /// Mode, owner or an attribute of a file could not be given to the one that replaces it.
    #[error("the mode, owner and attributes of `{}` cannot be kept", path.display())]
    NotKept {
        /// The file that would be replaced.
        path: PathBuf,
        /// Why not.
        #[source]
        source: HostError,
    },
    /// Nobody would take the change back if this process died.
    #[error("the dead man could not be armed: {why}")]
    NotArmed {
        /// Why not.
        why: String,
    },
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// Somebody else took the entry: a rescue, or the rollback script.
    #[error("somebody else took the change over")]
    Taken,
}

impl From<ClaimError> for Cause {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::Lost { .. } => Self::Taken,
            ClaimError::Host(error) => Self::Host(error),
        }
    }
}

/// A plan was not carried out. Each variant is a state the machine is in.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Every file is as it was, and the manifest never was anything else.
    #[error("nothing was changed")]
    NothingChanged(#[source] Cause),
    /// Files were changed and put back.
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
    /// Files were changed and not all of them could be put back. The way back is still on disk.
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
    /// Somebody else took the entry and owns the way back. The files were left to them.
    #[error("change `{id}` was taken over{}", by.as_ref().map(describe).unwrap_or_default())]
    Taken {
        /// Id of the entry.
        id: String,
        /// The claim that stands now, if one can be read.
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
pub enum SettleError {
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
    /// An open entry cannot be trusted, so nobody knows what to put back.
    #[error(transparent)]
    Damaged(Box<Damage>),
    /// Not all files could be put back. The way back is still on disk.
    #[error("change `{id}` could not be rolled back completely; run `{command}`")]
    RollbackFailed {
        /// Id of the entry.
        id: String,
        /// What became of each file.
        files: RollBack,
        /// The command that does it by hand.
        command: String,
    },
    /// The machine refused before anything was put back.
    #[error(transparent)]
    Host(#[from] HostError),
}
