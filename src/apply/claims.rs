//! Taking entries over: one's own for the way back, and older ones that a change supersedes.

use super::cause::Cause;
use crate::host::{Host, HostError};
use crate::journal::{Claim, EntryState, claim_of, move_claim};

/// Returns the claim that is in effect, `None` if there is none that makes sense.
pub(super) fn current_claim(host: &dyn Host, name: &str) -> Result<Option<Claim>, HostError> {
    Ok(claim_of(host, name)?.ok().flatten())
}

/// Claims the way back of an entry for this process, from whatever claim it has, and returns the claim.
///
/// # Errors
///
/// [`Cause::Taken`] if a living process has it, it came to an end, or another process was faster.
pub(super) fn take(host: &dyn Host, name: &str, who: &str) -> Result<Claim, Cause> {
    let ours = Claim::By { who: who.to_owned(), process: host.process() };
    let from = match current_claim(host, name)? {
        Some(claim) if claim == ours => return Ok(ours),
        Some(Claim::By { process, .. }) if host.alive(&process) => return Err(Cause::Taken),
        Some(Claim::Plain(EntryState::RolledBack | EntryState::Undone)) | None => {
            return Err(Cause::Taken);
        }
        Some(claim) => claim,
    };
    move_claim(host, name, &from, &ours)?;
    Ok(ours)
}

/// Older entries that this process has taken over, with the claims they had.
#[derive(Default)]
pub(super) struct SupersededEntries {
    claim_lost: Vec<(String, Claim, Claim)>,
}

impl SupersededEntries {
    /// Takes an older entry over, so that nobody rolls it back any more. One that was rolled back or
    /// undone already needs no taking.
    pub(super) fn take_over(
        &mut self,
        host: &dyn Host,
        name: &str,
        who: &str,
    ) -> Result<(), Cause> {
        let former = match current_claim(host, name)? {
            Some(Claim::Plain(EntryState::RolledBack | EntryState::Undone)) | None => return Ok(()),
            Some(claim) => claim,
        };
        let ours = take(host, name, who)?;
        self.claim_lost.push((name.to_owned(), former, ours));
        Ok(())
    }

    /// Marks them as undone. One that cannot be marked is found by the next command, which sees that
    /// a newer change is in effect.
    pub(super) fn undo(&mut self, host: &dyn Host) {
        for (name, _, ours) in self.claim_lost.drain(..) {
            let _ = move_claim(host, &name, &ours, &Claim::Plain(EntryState::Undone));
        }
    }

    /// Gives them back as they were.
    pub(super) fn give_back(&mut self, host: &dyn Host) {
        for (name, former, ours) in self.claim_lost.drain(..) {
            let _ = move_claim(host, &name, &ours, &former);
        }
    }
}
