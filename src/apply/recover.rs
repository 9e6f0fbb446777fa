//! Settles what an earlier run left open, before anything new begins.

use std::collections::BTreeSet;
use std::time::Duration;

use super::cause::Cause;
use super::claims::take;
use super::dead_man;
use super::error::RecoverError;
use super::lock::{LockError, lock};
use super::record::{give_reason, line_of, rollback_command};
use super::roll_back::{ClaimLost, RollBack, roll_back};
use super::tidy::{is_untidy, tidy};
use crate::host::{Host, HostError, Process};
use crate::journal::{Claim, Entry, EntryState, Journal, JournalStep, move_claim, steps};
use crate::plan::Operation;

/// An entry that was left open and has come to an end now.
#[derive(Debug)]
pub struct RecoveredEntry {
    /// Its id.
    pub id: String,
    /// The command that made it.
    pub command: Operation,
    /// When it was made, RFC 3339.
    pub time: String,
    /// What became of it.
    pub how: RecoveredAs,
}

/// What became of an entry that was left open.
#[derive(Debug)]
pub enum RecoveredAs {
    /// No file had been changed; staged files were removed.
    Undone,
    /// Its files were restored.
    RolledBack(RollBack),
    /// A newer change is in effect, so nothing was touched.
    Superseded,
}

/// Recovers every entry whose process is gone, newest first, and removes what crashes left.
///
/// Without anything to recover it writes nothing and takes no lock. A process that is restoring files
/// right now is waited for.
///
/// # Errors
///
/// [`RecoverError::Busy`] or [`RecoverError::Locked`] while another process works on it;
/// [`RecoverError::Unconfirmed`] while the time to confirm it runs;
/// [`RecoverError::Damaged`] if nobody knows what to restore; [`RecoverError::RollbackFailed`] with
/// the command that does it by hand.
pub fn recover(host: &dyn Host) -> Result<Vec<RecoveredEntry>, RecoverError> {
    let journal = after_the_way_back(host)?;
    if journal.open_names().is_empty() && !is_untidy(host, &journal)? {
        return Ok(vec![]);
    }
    refuse_busy(host, &journal)?;
    let _lock = lock(host)?;
    // What was read before the lock was held may have come to an end meanwhile.
    let journal = Journal::open(host)?;
    refuse_busy(host, &journal)?;
    let recovered = open(&journal).map(|entry| recover_one(host, &journal, entry)).collect();
    // Leftovers are harmless; a command that cannot remove them fails at its own writing.
    let _ = tidy(host);
    recovered
}

/// How long a process that restores files is waited for: a few renames, beside a busy disk.
const WAY_BACK: Duration = Duration::from_secs(15);
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Opens the journal when nobody is restoring files any more: a dead man, a rescue, the script by
/// hand. One that takes longer is reported as busy.
fn after_the_way_back(host: &dyn Host) -> Result<Journal, HostError> {
    let end = host.uptime() + WAY_BACK;
    loop {
        let journal = Journal::open(host)?;
        let is_on_it = |entry: &Entry| match &entry.claim {
            Claim::By { process, .. } => *process != host.process() && host.alive(process),
            Claim::Plain(_) => false,
        };
        let wait = open(&journal).any(is_on_it);
        if !wait || host.uptime() >= end || host.interrupted() {
            return Ok(journal);
        }
        host.pause(POLL_INTERVAL);
    }
}

fn open(journal: &Journal) -> impl Iterator<Item = &Entry> {
    journal.entries().iter().filter(|entry| !entry.claim.is_final())
}

/// Refuses while a process that lives owns an open entry, and if one cannot be trusted.
fn refuse_busy(host: &dyn Host, journal: &Journal) -> Result<(), RecoverError> {
    let is_open = |claim: &Option<Claim>| claim.as_ref().is_none_or(|claim| !claim.is_final());
    if let Some(damage) =
        journal.damages().iter().find(|damage| damage.entry.is_some() && is_open(&damage.claim))
    {
        return Err(RecoverError::Damaged(Box::new(damage.clone())));
    }
    if let Some((entry, left)) =
        open(journal).find_map(|entry| Some((entry, entry.time_to_confirm(host)?)))
    {
        return Err(RecoverError::Unconfirmed {
            id: entry.record.id.clone(),
            command: entry.record.command,
            left,
        });
    }
    let owned = open(journal).find(|entry| host.alive(owner(entry)));
    owned.map_or(Ok(()), |entry| {
        Err(RecoverError::Busy {
            id: entry.record.id.clone(),
            command: entry.record.command,
            pid: owner(entry).pid,
        })
    })
}

fn owner(entry: &Entry) -> &Process {
    match &entry.claim {
        Claim::By { process, .. } => process,
        Claim::Plain(_) => &entry.record.process,
    }
}

fn recover_one(
    host: &dyn Host,
    journal: &Journal,
    entry: &Entry,
) -> Result<RecoveredEntry, RecoverError> {
    let ours = match take(host, &entry.name, "settle") {
        Ok(claim) => claim,
        Err(Cause::Host(error)) => return Err(error.into()),
        Err(_) => return Err(busy(entry)),
    };
    let steps = steps(host, &entry.name)?;
    let reached: BTreeSet<usize> = steps.iter().filter_map(changed).collect();
    let newer = |other: &&Entry| other.name > entry.name && other.state().is_in_effect();
    let (how, state) = if journal.entries().iter().any(|other| newer(&other)) {
        (RecoveredAs::Superseded, EntryState::Undone)
    } else if reached.is_empty() {
        (RecoveredAs::Undone, EntryState::Undone)
    } else {
        if !steps.iter().any(|step| matches!(step, JournalStep::Reason { .. })) {
            give_reason(host, entry, why_left_open(host, entry));
        }
        (RecoveredAs::RolledBack(back(host, entry, &reached, &ours)?), EntryState::RolledBack)
    };
    match move_claim(host, &entry.name, &ours, &Claim::Plain(state)) {
        Ok(()) => {}
        Err(crate::journal::ClaimError::Lost { .. }) => return Err(busy(entry)),
        Err(crate::journal::ClaimError::Host(error)) => return Err(error.into()),
    }
    dead_man::dismiss(host, entry.id());
    host.log(&line_of(entry, "was left open and is settled"));
    let record = &entry.record;
    Ok(RecoveredEntry {
        id: record.id.clone(),
        command: record.command,
        time: record.time.clone(),
        how,
    })
}

/// Why an entry is rolled back that its command left open. The dead man says the same.
fn why_left_open(host: &dyn Host, entry: &Entry) -> &'static str {
    match entry.is_healthy(host) {
        Ok(true) => "it was not confirmed in time",
        _ => "the command ended before the API server was proven healthy",
    }
}

fn back(
    host: &dyn Host,
    entry: &Entry,
    reached: &BTreeSet<usize>,
    ours: &Claim,
) -> Result<RollBack, RecoverError> {
    match roll_back(host, entry, reached, Some(ours)) {
        Err(ClaimLost) => Err(busy(entry)),
        Ok(files) if files.has_failed() => Err(RecoverError::RollbackFailed {
            id: entry.record.id.clone(),
            files,
            command: rollback_command(host, entry),
        }),
        Ok(files) => Ok(files),
    }
}

fn changed(step: &JournalStep) -> Option<usize> {
    match step {
        JournalStep::Change { file } => Some(*file),
        _ => None,
    }
}

/// Another process took it between two looks.
fn busy(entry: &Entry) -> RecoverError {
    RecoverError::Busy {
        id: entry.record.id.clone(),
        command: entry.record.command,
        pid: owner(entry).pid,
    }
}

impl From<LockError> for RecoverError {
    fn from(error: LockError) -> Self {
        match error {
            LockError::Held { path } => Self::Locked { path },
            LockError::Host(error) => Self::Host(error),
        }
    }
}
