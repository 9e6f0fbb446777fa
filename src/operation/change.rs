//! One change of one node: applied, proven, and kept or rolled back.

use std::path::Path;
use std::time::Duration;

use super::failure::{Failure, with_causes};
use super::left::tell_left;
use super::node::{Node, NodePlace};
use super::observe::{Observer, OperationEvent};
use super::outcome::{Ending, Exit, Outcome};
use super::run::Run;
use super::verify::Verify;
use crate::apply::{self, ApplyError, Cause, WatchedOutcome};
use crate::auditing::{Auditing, Backend};
use crate::health::Baseline;
use crate::journal::{Entry, Operator};
use crate::plan::Plan;
use crate::shell;

/// A plan that is to be carried out on a node.
pub struct NodeChange<'a> {
    /// The node.
    pub node: &'a Node,
    /// What is to be done.
    pub plan: &'a Plan,
    /// On whose behalf.
    pub who: &'a Operator,
    /// What follows once the files are in place.
    pub then: FollowUp<'a>,
}

/// What follows once the files are in place.
pub enum FollowUp<'a> {
    /// Nothing. The entries named (by directory) are taken back by this plan, and end with it.
    Nothing(&'a [String]),
    /// The server is proven to be healthy with them, or everything is restored.
    Proof(Verify<'a>),
}

impl NodeChange<'_> {
    /// Refuses a change of a running node whose proof cannot come, before anyone is asked.
    ///
    /// # Errors
    ///
    /// Each refusal says what overrides it.
    pub fn refuse_the_unprovable(&self) -> Result<(), Failure> {
        match &self.then {
            FollowUp::Proof(verify) if self.node.place == NodePlace::Live => {
                verify.refuse_the_unprovable(self.node, self.plan)
            }
            _ => Ok(()),
        }
    }

    /// Applies the plan; on a running node it proves it, and restores everything when it does not come
    /// up.
    ///
    /// # Errors
    ///
    /// Each failure says in what state the machine is.
    pub fn run(&self, observer: &mut dyn Observer) -> Result<Outcome, Failure> {
        match &self.then {
            FollowUp::Proof(verify) if self.node.place == NodePlace::Live => {
                self.prove(verify, observer)
            }
            FollowUp::Proof(_) => self.apply(&[], observer),
            FollowUp::Nothing(takes_back) => self.apply(takes_back, observer),
        }
    }

    /// Applies the plan and leaves it at that.
    fn apply(
        &self,
        takes_back: &[String],
        observer: &mut dyn Observer,
    ) -> Result<Outcome, Failure> {
        match self.applied(takes_back, observer)? {
            Some(entry) if self.node.place == NodePlace::Live => {
                Ok(self.outcome(&entry, Ending::Unverified))
            }
            Some(entry) => Ok(self.outcome(&entry, Ending::Applied)),
            None => Ok(Outcome::without_change(Ending::Nothing)),
        }
    }

    fn prove(&self, verify: &Verify<'_>, observer: &mut dyn Observer) -> Result<Outcome, Failure> {
        let host = self.node.host.as_ref();
        let restarts = self.plan.manifest_change().is_some();
        let log = Some(Auditing::of(verify.after)).filter(|_| restarts);
        let log = log.and_then(|it| match it.backend()? {
            Backend::File { node, .. } => Some(node),
            Backend::Output | Backend::Webhook => None,
        });
        let before = Baseline::look(host, verify.before, log.as_ref());
        let entry = match verify.watch.dead_man {
            true => self.armed(verify.watch.patience, observer)?,
            false => self.applied(&[], observer)?,
        };
        let Some(entry) = entry else { return Ok(Outcome::without_change(Ending::Nothing)) };
        let run = Run { verify, node: self.node, entry: &entry };
        let proven = match restarts {
            true => run.to_the_end(&self.plan.manifest, &before, observer)?,
            false => run.without_restart(observer)?,
        };
        Ok(Outcome { unproven: proven.unproven, ..self.outcome(&entry, proven.ending) })
    }

    /// Applies the plan without anything that watches over it.
    fn applied(
        &self,
        takes_back: &[String],
        observer: &mut dyn Observer,
    ) -> Result<Option<Box<Entry>>, Failure> {
        let takes_back: Vec<&str> = takes_back.iter().map(String::as_str).collect();
        match apply::run(self.node.host.as_ref(), self.plan, self.who, &takes_back) {
            Ok(apply::ApplyOutcome::Applied(entry)) => {
                self.tell(&entry, observer);
                Ok(Some(entry))
            }
            Ok(apply::ApplyOutcome::Unchanged) => Ok(None),
            Err(error) => Err(not_applied(&error, self.node, observer)),
        }
    }

    /// Applies the plan, with a dead man who watches over it.
    fn armed(
        &self,
        patience: Duration,
        observer: &mut dyn Observer,
    ) -> Result<Option<Box<Entry>>, Failure> {
        match apply::run_watched(self.node.host.as_ref(), self.plan, self.who, patience) {
            Ok(WatchedOutcome::Armed(entry, kind)) => {
                observer.event(&OperationEvent::Armed(kind));
                self.tell(&entry, observer);
                Ok(Some(entry))
            }
            Ok(WatchedOutcome::Unchanged) => Ok(None),
            Err(error) => Err(not_applied(&error, self.node, observer)),
        }
    }

    fn tell(&self, entry: &Entry, observer: &mut dyn Observer) {
        observer.event(&OperationEvent::Applied {
            id: entry.id().to_owned(),
            command: self.plan.operation,
            way_back: apply::rollback_command(self.node.host.as_ref(), entry),
        });
    }

    fn outcome(&self, entry: &Entry, result: Ending) -> Outcome {
        Outcome {
            result,
            change: Some(entry.id().to_owned()),
            way_back: Some(apply::rollback_command(self.node.host.as_ref(), entry)),
            unproven: None,
        }
    }
}

/// Returns the failure of a plan that was not carried out.
fn not_applied(error: &ApplyError, node: &Node, observer: &mut dyn Observer) -> Failure {
    match error {
        ApplyError::NothingChanged(cause) => nothing_changed(cause, node),
        ApplyError::RolledBack { id, cause, files } => {
            tell_left(files, node, observer);
            Failure {
                exit: Exit::RolledBack,
                what: with_causes(cause),
                state: "The change was rolled back: every file is as it was before.",
                next: vec![node.again(&format!("history show {id}"))],
                change: Some(id.clone()),
            }
        }
        ApplyError::RollbackFailed { id, cause, files, command } => {
            tell_left(files, node, observer);
            Failure {
                exit: Exit::RollbackFailed,
                what: with_causes(cause),
                state: "The change could not be rolled back completely. By hand:",
                next: vec![command.clone().into()],
                change: Some(id.clone()),
            }
        }
        ApplyError::Taken { id, .. } => Failure {
            exit: Exit::Unverified,
            what: with_causes(error),
            state: "The process that took the change over decides what becomes of it.",
            next: vec![node.again("history")],
            change: Some(id.clone()),
        },
    }
}

fn nothing_changed(cause: &Cause, node: &Node) -> Failure {
    let failure = Failure::refused(with_causes(cause));
    match cause {
        Cause::Changed { .. } => failure.next("Run the command again to see the new preview."),
        Cause::Locked { .. } => failure.next("Wait until it has ended, then try again."),
        Cause::Open { .. } => failure.next(node.again("rescue")),
        Cause::Immutable { path } => {
            let path: &Path = path;
            failure.next(format!("chattr -ia {}", shell::word(path))).never_overridden()
        }
        Cause::NoSpace { .. } => failure.next("Free some space there, then try again."),
        Cause::Interrupted => failure,
        _ => failure.never_overridden(),
    }
}
