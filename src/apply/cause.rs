//! Why a change did not happen.

use std::path::PathBuf;

use crate::host::HostError;
use crate::journal::{ClaimError, EntryState, JournalError};

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
        state: EntryState,
    },
    /// A path that no step could be taken on.
    #[error("`{}` is not an absolute path in plain text without `..`", path.display())]
    Path {
        /// The path.
        path: PathBuf,
    },
    /// A file is no longer what the plan was made from: someone edited it meanwhile.
    #[error("`{}` was changed meanwhile", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// Something else than a regular file is where one is to be replaced.
    #[error("`{}` is not a regular file", path.display())]
    NotAFile {
        /// What is there.
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
    /// Another process took the entry: a rescue, or the rollback script.
    #[error("another process took the change over")]
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
