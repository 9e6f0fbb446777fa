//! The one file of an entry that says who owns the way back.
//!
//! Every step is one rename of the file that is there: of two who try, exactly one succeeds, and
//! the process that succeeds owns the way back.

use serde::{Deserialize, Serialize};

use crate::host::{HostError, Process};

/// Where an entry is, as users see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryState {
    /// The way back is on disk; no file was changed.
    Prepared,
    /// Files may have changed; a process watches, or did until now.
    Armed,
    /// The files are in place; nobody proved that the server took them.
    Applied,
    /// The server runs with them.
    Verified,
    /// And the user confirmed it.
    Confirmed,
    /// The former files were restored.
    RolledBack,
    /// It came to nothing, or a later change took its place.
    Undone,
}

/// The claim file of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// A claim that names nobody.
    Plain(EntryState),
    /// A process is on the way back. Users see it as armed.
    By {
        /// What the process is: a command, `dead-man`, `hand`.
        who: String,
        /// The process; when it is gone, the claim may be taken again.
        process: Process,
    },
}

const PLAIN: [(EntryState, &str); 7] = [
    (EntryState::Prepared, "prepared"),
    (EntryState::Armed, "armed"),
    (EntryState::Applied, "applied"),
    (EntryState::Verified, "verified"),
    (EntryState::Confirmed, "confirmed"),
    (EntryState::RolledBack, "rolled-back"),
    (EntryState::Undone, "undone"),
];

const CLAIMED_BY: &str = "claimed-by-";

/// Length of a boot id as the kernel prints it. It has dashes itself, as a `who` may.
const BOOT_ID: usize = 36;

impl EntryState {
    /// Returns the name users see and the plain claim file has.
    #[must_use]
    pub fn name(self) -> &'static str {
        PLAIN.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    /// Returns whether nothing more will happen to the entry by itself.
    #[must_use]
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Prepared | Self::Armed)
    }

    /// Returns whether the files of the entry are the ones in use, as far as the journal knows.
    #[must_use]
    pub fn is_in_effect(self) -> bool {
        matches!(self, Self::Applied | Self::Verified | Self::Confirmed)
    }
}

impl Claim {
    /// Returns the state users see.
    #[must_use]
    pub fn state(&self) -> EntryState {
        match self {
            Self::Plain(state) => *state,
            Self::By { .. } => EntryState::Armed,
        }
    }

    /// Returns whether nothing more will happen to the entry by itself.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.state().is_final()
    }

    /// Returns the name of the file that makes this claim.
    #[must_use]
    pub fn file_name(&self) -> String {
        match self {
            Self::Plain(state) => state.name().to_owned(),
            Self::By { who, process: Process { boot_id, pid, start_time } } => {
                format!("{CLAIMED_BY}{who}-{boot_id}-{pid}-{start_time}")
            }
        }
    }

    /// Reads a file's name; `None` if it makes no claim.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        if let Some((state, _)) = PLAIN.iter().find(|(_, plain)| *plain == name) {
            return Some(Self::Plain(*state));
        }
        let (rest, start_time) = name.strip_prefix(CLAIMED_BY)?.rsplit_once('-')?;
        let (rest, pid) = rest.rsplit_once('-')?;
        // Where the kernel did not tell the boot, one word stands for it.
        let (who, boot_id) = match rest.len().checked_sub(BOOT_ID + 1).map(|at| rest.split_at(at)) {
            Some((who, boot)) if boot.starts_with('-') => (who, &boot[1..]),
            _ => rest.rsplit_once('-')?,
        };
        let process = Process {
            boot_id: boot_id.to_owned(),
            pid: pid.parse().ok()?,
            start_time: start_time.parse().ok()?,
        };
        Some(Self::By { who: who.to_owned(), process })
    }
}

/// A claim could not be moved.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// Another process moved it first: the entry is theirs.
    #[error("entry `{entry}` was taken over by another process")]
    Lost {
        /// The directory name of the entry.
        entry: String,
    },
    /// The machine refused.
    #[error(transparent)]
    Host(#[from] HostError),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(boot_id: &str) -> Process {
        Process { boot_id: boot_id.to_owned(), pid: 4711, start_time: 123_456 }
    }

    #[test]
    fn a_claim_comes_back_from_its_name() {
        let by = |who: &str, boot| Claim::By { who: who.to_owned(), process: process(boot) };
        let claims = PLAIN.map(|(state, _)| Claim::Plain(state)).into_iter().chain([
            by("enable", "6d1c2a50-7f3b-4c57-9a0e-0d6b1c2d3e4f"),
            by("dead-man", "6d1c2a50-7f3b-4c57-9a0e-0d6b1c2d3e4f"),
            by("hand", "unknown"),
            by("dead-man", "unknown"),
        ]);
        for claim in claims {
            assert_eq!(Claim::parse(&claim.file_name()).as_ref(), Some(&claim));
        }
    }

    #[test]
    fn other_files_make_no_claim() {
        for name in ["entry.json", "before", "deadline", "claimed-by-", "claimed-by-x-1-2", "Armed"]
        {
            assert_eq!(Claim::parse(name), None, "{name}");
        }
    }

    #[test]
    fn users_see_a_claimed_entry_as_armed() {
        let claim = Claim::By { who: "rescue".to_owned(), process: process("unknown") };
        assert_eq!(claim.state().name(), "armed");
        assert!(!claim.is_final());
    }
}
