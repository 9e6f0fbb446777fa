//! Carries out a plan from the first look to the last claim.

use std::time::Duration;

use super::attempt::{Attempt, Guard};
use super::cause::Cause;
use super::claims::SupersededEntries;
use super::dead_man;
use super::error::ApplyError;
use super::lock::{LockError, lock};
use super::record::line_of;
use super::space;
use super::target::{TargetFile, check_path};
use super::tidy::tidy;
use crate::host::{Host, Lock};
use crate::journal::{Entry, EntryDraft, Journal, Operator};
use crate::plan::{Change, Plan};

/// What came of a plan.
#[derive(Debug)]
pub enum ApplyOutcome {
    /// The plan was empty; nothing was written.
    Unchanged,
    /// The files are in place. The entry is claimed `applied`.
    Applied(Box<Entry>),
}

/// What came of a plan that a dead man watches.
#[derive(Debug)]
pub enum WatchedOutcome {
    /// The plan was empty; nothing was written.
    Unchanged,
    /// The files are in place. The entry is claimed `armed`, and the process that proves the server healthy
    /// ends it with [`super::keep`], gives it up with [`super::take_back`].
    Armed(Box<Entry>, dead_man::DeadManKind),
}

/// Carries out `plan` in the order of the safety model, and takes it back if anything fails.
///
/// `supersedes` names the entries (by directory name) that this plan takes the place of: nobody
/// rolls them back any more, and they end as `undone`. An open entry that is not named there stops
/// the run; [`super::recover()`] comes first.
///
/// A crash at any call leaves the manifest, and all it names, exactly old or exactly new, and the
/// way back on disk; [`super::recover()`] then goes back to the old files.
///
/// # Errors
///
/// Each variant of [`ApplyError`] is a state of the machine.
pub fn run(
    host: &dyn Host,
    plan: &Plan,
    who: &Operator,
    supersedes: &[&str],
) -> Result<ApplyOutcome, ApplyError> {
    let attempt = carry_out(host, plan, who, supersedes, Guard::None)?;
    let Some(entry) = attempt.and_then(|attempt| attempt.entry) else {
        return Ok(ApplyOutcome::Unchanged);
    };
    host.log(&line_of(&entry, "applied"));
    Ok(ApplyOutcome::Applied(Box::new(entry)))
}

/// As [`run()`], with a dead man who is seen alive before the first file changes, and who takes the
/// change back when this process dies, or when `patience` and a bit more is over.
///
/// # Errors
///
/// As [`run()`]; [`Cause::NotArmed`] among them, with nothing changed.
pub fn run_watched(
    host: &dyn Host,
    plan: &Plan,
    who: &Operator,
    patience: Duration,
) -> Result<WatchedOutcome, ApplyError> {
    let attempt = carry_out(host, plan, who, &[], Guard::DeadMan { patience })?;
    let Some((entry, kind)) = attempt.and_then(|attempt| attempt.entry.zip(attempt.watched)) else {
        return Ok(WatchedOutcome::Unchanged);
    };
    host.log(&line_of(&entry, "applied, not yet proven"));
    Ok(WatchedOutcome::Armed(Box::new(entry), kind))
}

/// The road of both; `None` for an empty plan. The lock is held no longer than this.
fn carry_out<'a>(
    host: &'a dyn Host,
    plan: &'a Plan,
    who: &'a Operator,
    supersedes: &[&str],
    guard: Guard,
) -> Result<Option<Attempt<'a>>, ApplyError> {
    if plan.is_empty() {
        return Ok(None);
    }
    let (mut attempt, _lock) =
        begin(host, plan, who, supersedes, guard).map_err(ApplyError::NothingChanged)?;
    if let Err(cause) = attempt.carry_out(supersedes) {
        return Err(attempt.give_up(cause));
    }
    attempt.superseded.undo(host);
    // The change is in effect. What is left to tidy up, the next command tidies up.
    let _ = tidy(host);
    Ok(Some(attempt))
}

/// Locks, and makes sure that the plan fits the machine as it is now. Writes no more than the
/// journal's own directory.
fn begin<'a>(
    host: &'a dyn Host,
    plan: &'a Plan,
    who: &'a Operator,
    supersedes: &[&str],
    guard: Guard,
) -> Result<(Attempt<'a>, Box<dyn Lock>), Cause> {
    let paths = plan.changes.iter().map(Change::path);
    paths.chain([plan.manifest.as_path()]).try_for_each(check_path)?;
    space::check(host, plan)?;
    let lock = lock(host)?;
    let targets =
        plan.files().map(|file| TargetFile::look(host, file)).collect::<Result<_, _>>()?;
    let journal = Journal::open(host)?;
    refuse_open(&journal, supersedes)?;
    let newest = journal.newest_name();
    let attempt = Attempt {
        host,
        plan,
        targets,
        draft: EntryDraft::new(host, newest, plan.operation, who, &plan.manifest),
        entry: None,
        superseded: SupersededEntries::default(),
        places: Default::default(),
        made: vec![],
        reached: Default::default(),
        guard,
        watched: None,
    };
    Ok((attempt, lock))
}

fn refuse_open(journal: &Journal, supersedes: &[&str]) -> Result<(), Cause> {
    let foreign = |name: &&str| !supersedes.contains(name);
    let Some(name) = journal.open_names().into_iter().find(foreign) else { return Ok(()) };
    match journal.find(name) {
        Ok(entry) => Err(Cause::Open { id: entry.record.id.clone(), state: entry.state() }),
        Err(error) => Err(error.into()),
    }
}

impl From<LockError> for Cause {
    fn from(error: LockError) -> Self {
        match error {
            LockError::Held { path } => Self::Locked { path },
            LockError::Host(error) => Self::Host(error),
        }
    }
}
