//! The end of a change that a dead man watched: kept, or taken back.

use super::claims::current_claim;
use super::dead_man;
use super::lock::lock;
use super::record::{give_reason, line_of, rollback_command};
use super::roll_back::{ClaimLost, RollBack, roll_back};
use crate::host::{Host, HostError};
use crate::journal::{Claim, ClaimError, Entry, EntryState, is_current, move_claim};

/// A change could not be ended as it was meant to.
#[derive(Debug, thiserror::Error)]
pub enum FinishError {
    /// Another process owns it now: a rescue, the dead man, another `confirm`.
    #[error("change `{id}` was taken over: it is {}", now.map_or("gone", EntryState::name))]
    Taken {
        /// Id of the entry.
        id: String,
        /// What it is now, if that can be read.
        now: Option<EntryState>,
    },
    /// Not every file could be restored. The way back is still on disk.
    #[error("change `{id}` could not be rolled back completely; run `{command}`")]
    RollbackFailed {
        /// Id of the entry.
        id: String,
        /// What became of each file.
        files: RollBack,
        /// The command that does it by hand.
        command: String,
    },
    /// The machine refused. Nothing was decided; the dead man goes on.
    #[error(transparent)]
    Host(#[from] HostError),
}

/// Returns whether an entry that is armed still is this command's to end.
///
/// # Errors
///
/// The machine refuses to tell.
pub fn is_ours(host: &dyn Host, entry: &Entry) -> Result<bool, HostError> {
    is_current(host, &entry.name, &entry.claim)
}

/// Returns the claim of an entry now; `None` if that cannot be read.
#[must_use]
pub fn state_now(host: &dyn Host, entry: &Entry) -> Option<EntryState> {
    current_claim(host, &entry.name).ok().flatten().map(|claim| claim.state())
}

/// Keeps a change that was armed: one rename to a final state, then the dead man is sent away.
///
/// # Errors
///
/// [`FinishError::Taken`] if another process was faster.
pub fn keep(host: &dyn Host, entry: &Entry, state: EntryState) -> Result<(), FinishError> {
    match move_claim(host, &entry.name, &entry.claim, &Claim::Plain(state)) {
        Ok(()) => {}
        Err(ClaimError::Lost { .. }) => return Err(claim_lost(host, entry)),
        Err(ClaimError::Host(error)) => return Err(error.into()),
    }
    dead_man::dismiss(host, entry.id());
    host.log(&line_of(entry, state.name()));
    Ok(())
}

/// Takes back a change that was armed: its files are restored, each only if it still is what the
/// entry wrote. `why` is kept in the journal, one sentence without a full stop.
///
/// # Errors
///
/// As [`FinishError`] says. After [`FinishError::RollbackFailed`] the dead man is still there and
/// tries as well.
pub fn take_back(host: &dyn Host, entry: &Entry, why: &str) -> Result<RollBack, FinishError> {
    // The claim is what keeps others out: without the lock the files are restored all the same.
    let _lock = lock(host).ok();
    let who = entry.record.command.name().to_owned();
    let claim = Claim::By { who, process: host.process() };
    let ours = match move_claim(host, &entry.name, &entry.claim, &claim) {
        Ok(()) => Some(claim),
        Err(ClaimError::Lost { .. }) => return Err(claim_lost(host, entry)),
        // Nothing can be written there: the files are restored all the same.
        Err(ClaimError::Host(_)) => None,
    };
    give_reason(host, entry, why);
    let all = (0..entry.record.files.len()).collect();
    let files = match roll_back(host, entry, &all, ours.as_ref()) {
        Err(ClaimLost) => return Err(claim_lost(host, entry)),
        Ok(files) => files,
    };
    if files.has_failed() {
        host.log(&line_of(entry, "could NOT be rolled back completely"));
        let command = rollback_command(host, entry);
        return Err(FinishError::RollbackFailed { id: entry.record.id.clone(), files, command });
    }
    // A claim that cannot be moved is found open by the next command, which settles it.
    if let Some(ours) = ours {
        let _ = move_claim(host, &entry.name, &ours, &Claim::Plain(EntryState::RolledBack));
    }
    dead_man::dismiss(host, entry.id());
    host.log(&line_of(entry, "failed and was rolled back"));
    Ok(files)
}

fn claim_lost(host: &dyn Host, entry: &Entry) -> FinishError {
    FinishError::Taken { id: entry.record.id.clone(), now: state_now(host, entry) }
}
