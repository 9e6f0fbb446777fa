//! What reading the journal fails with.

use std::path::PathBuf;

use super::claim::Claim;
use super::place::KEPT;
use crate::host::HostError;

/// A part of the journal that cannot be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal is damaged: `{}`: {why}", place.display())]
pub struct Damage {
    /// The file or directory, as the caller would type it.
    pub place: PathBuf,
    /// The directory name of the entry it belongs to, if it belongs to one.
    pub entry: Option<String>,
    /// The claim of that entry, which is also when the rest cannot be read.
    pub claim: Option<Claim>,
    /// What is wrong with it.
    pub why: String,
}

/// The journal did not give what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The machine refused.
    #[error(transparent)]
    Host(#[from] HostError),
    /// It is there, but it is not what was written.
    #[error(transparent)]
    Damaged(Box<Damage>),
    /// No entry has an id that begins like this.
    #[error("no entry begins with `{id}`")]
    Unknown {
        /// What was asked for.
        id: String,
    },
    /// Several entries have an id that begins like this.
    #[error("`{id}` is the beginning of {count} entries")]
    Ambiguous {
        /// What was asked for.
        id: String,
        /// How many begin with it.
        count: usize,
    },
    /// Only the line in the history is left of an old entry.
    #[error("the files of entry `{id}` are no longer kept: only the last {KEPT} are")]
    Pruned {
        /// The id of the entry.
        id: String,
    },
}

impl From<Damage> for JournalError {
    fn from(damage: Damage) -> Self {
        Self::Damaged(Box::new(damage))
    }
}
