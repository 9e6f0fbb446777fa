//! A change whose server came up, and that waits for a person to say so.

use std::time::Duration;

use super::failure::Failure;
use super::observe::{Observer, OperationEvent, Progress};
use super::outcome::{Ending, Exit};
use super::run::{ProofOutcome, Run};
use crate::apply;
use crate::journal::{EntryState, mark_healthy};

/// How long to wait for a person before the claim is looked at again.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// Tells that the server came up, and what of it is `unproven`, and waits until a person confirms or
/// undoes it, or nobody does. Where no person is there nobody is waited for.
///
/// From here on the dead man looks at the deadline only, which counts from now.
pub(super) fn wait(
    run: &Run<'_>,
    observer: &mut dyn Observer,
    time: Duration,
    unproven: Option<&str>,
) -> Result<ProofOutcome, Failure> {
    run.extend(time)?;
    mark_healthy(run.host(), &run.entry.name, unproven)?;
    observer.event(&OperationEvent::ToConfirm {
        within: time,
        unproven: unproven.is_some(),
        next: run.node.again("confirm"),
    });
    if !observer.is_person() {
        let what = "not yet confirmed: there is no terminal here";
        return Err(unconfirmed(run, what, unproven));
    }
    let mut shown = time.as_secs();
    loop {
        match apply::state_now(run.host(), run.entry) {
            Some(EntryState::Confirmed) => return Ok(confirmed(run, observer, unproven)),
            Some(EntryState::RolledBack | EntryState::Undone) => return Err(run.claim_lost()),
            _ => {}
        }
        if run.host().interrupted() {
            return Err(unconfirmed(run, "interrupted before it was confirmed", unproven));
        }
        // `confirm --extend` may have moved it.
        let left = run.entry.deadline(run.host()).unwrap_or_default();
        let left = left.saturating_sub(run.host().uptime());
        if left.as_secs() != shown {
            let left = Duration::from_secs(left.as_secs());
            observer.progress(&Progress::ToConfirm { left, unproven: unproven.is_some() });
            shown = left.as_secs();
        }
        if observer.confirms_within(POLL_INTERVAL) {
            run.keep(EntryState::Confirmed)?;
            return Ok(confirmed(run, observer, unproven));
        }
    }
}

fn confirmed(run: &Run<'_>, observer: &mut dyn Observer, unproven: Option<&str>) -> ProofOutcome {
    observer.event(&OperationEvent::Confirmed(run.entry.id().to_owned()));
    ProofOutcome { ending: Ending::Confirmed, unproven: unproven.map(str::to_owned) }
}

fn unconfirmed(run: &Run<'_>, what: &str, unproven: Option<&str>) -> Failure {
    let state = match unproven {
        None => {
            "The API server is healthy with the new files; the former ones are restored when the time is \
             over."
        }
        Some(_) => {
            "The new files are in place; the former ones are restored when the time is over."
        }
    };
    let next = vec![run.node.again("confirm"), run.node.again("rescue")];
    Failure { exit: Exit::Unverified, what: what.to_owned(), state, next, change: run.id() }
}
