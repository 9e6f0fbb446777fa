//! A change that was applied and has not come to its end yet.

use std::time::Duration;

use super::failure::{Failure, with_causes};
use super::node::Node;
use super::outcome::{Ending, Exit};
use super::verify::Verify;
use crate::apply::{self, FinishError};
use crate::host::Host;
use crate::journal::{Entry, EntryState, set_deadline};

/// How long a process that took a change over may take to decide.
const DECISION_TIME: Duration = Duration::from_secs(30);
/// Time between two looks at what was decided.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// One change that was applied.
pub(super) struct Run<'a> {
    pub(super) verify: &'a Verify<'a>,
    pub(super) node: &'a Node,
    pub(super) entry: &'a Entry,
}

/// How a proof ended, if not with a failure.
pub(super) struct ProofOutcome {
    pub(super) ending: Ending,
    pub(super) unproven: Option<String>,
}

impl Run<'_> {
    pub(super) fn host(&self) -> &dyn Host {
        self.node.host.as_ref()
    }

    /// The id of the change.
    pub(super) fn id(&self) -> Option<String> {
        Some(self.entry.id().to_owned())
    }

    /// Ends the change and sends the dead man away.
    pub(super) fn keep(&self, state: EntryState) -> Result<(), Failure> {
        apply::keep(self.host(), self.entry, state).map_err(|error| self.not_finished(&error))
    }

    /// Another process decides now: waits a while for it, and tells how it was decided.
    pub(super) fn claim_lost(&self) -> Failure {
        let end = self.host().uptime() + DECISION_TIME;
        let open = |state: &Option<EntryState>| state.is_none_or(|state| !state.is_final());
        let mut state = apply::state_now(self.host(), self.entry);
        while open(&state) && self.host().uptime() < end && !self.host().interrupted() {
            self.host().pause(POLL_INTERVAL);
            state = apply::state_now(self.host(), self.entry);
        }
        let (exit, state) = match state {
            Some(EntryState::RolledBack | EntryState::Undone) => {
                (Exit::RolledBack, "Every file is as it was before.")
            }
            _ => (
                Exit::Unverified,
                "The process that took the change over decides what becomes of it.",
            ),
        };
        Failure {
            exit,
            what: format!("change {} was taken over by another command", self.entry.id()),
            state,
            next: vec![self.node.again("history")],
            change: self.id(),
        }
    }

    pub(super) fn not_finished(&self, error: &FinishError) -> Failure {
        match error {
            FinishError::Taken { .. } => self.claim_lost(),
            FinishError::RollbackFailed { command, .. } => Failure {
                exit: Exit::RollbackFailed,
                what: with_causes(error),
                state: "The change could not be rolled back completely. By hand:",
                next: vec![command.clone().into()],
                change: self.id(),
            },
            FinishError::Host(_) => Failure {
                exit: Exit::Unverified,
                what: with_causes(error),
                state: "The files are in place; nobody could write down that they are proven.",
                next: vec![self.node.again("history")],
                change: self.id(),
            },
        }
    }

    /// Gives the dead man a new time, from now.
    pub(super) fn extend(&self, time: Duration) -> Result<(), Failure> {
        Ok(set_deadline(self.host(), &self.entry.name, self.host().uptime() + time)?)
    }
}
