//! The proof that a change of a running node came up, and the way back when it did not.

use std::path::Path;
use std::time::Duration;

use super::failure::Failure;
use super::former::Former;
use super::left::tell_left;
use super::observe::{Observer, OperationEvent, Progress, Watching};
use super::outcome::{Ending, Exit};
use super::run::{ProofOutcome, Run};
use super::{confirmation, failed, proof_words};
use crate::apply;
use crate::auditing::{Auditing, Endpoint};
use crate::health::{
    self, Baseline, Milestone, Proof, ProofSubject, RestartFailure, RestartTimes, UnprovenReason,
    WaitTarget, Watcher,
};
use crate::journal::EntryState;

impl Run<'_> {
    /// Watches the restart until it is known how it ends, and ends the change.
    pub(super) fn to_the_end(
        &self,
        path: &Path,
        before: &Baseline,
        observer: &mut dyn Observer,
    ) -> Result<ProofOutcome, Failure> {
        let after = self.verify.after;
        let auditing = Auditing::of(after);
        let lets_strangers_in = after.flag("anonymous-auth") != Some("false");
        let policy = self.verify.policy;
        let request =
            policy.and_then(|policy| health::request(policy, auditing.version, lets_strangers_in));
        let subject = ProofSubject {
            path,
            manifest: after,
            endpoint: auditing.endpoint,
            credentials: &self.node.credentials(after),
            backend: auditing.backend(),
            request,
            audit_id: format!("kubectl-audit-{}", self.entry.id()),
            end: self.host().uptime() + self.verify.watch.patience,
            recheck: self.verify.recheck,
            batch: auditing.log_wait(),
        };
        let times = RestartTimes::of(self.verify.before);
        observer.event(&OperationEvent::Watching(Watching {
            record: proof_words::record(&subject),
            times,
            restored_after: self.verify.watch.patience,
        }));
        let mut watch = Restart { run: self, observer };
        let proof = health::prove(self.host(), &subject, before, &mut watch);
        observer.event(&OperationEvent::Watched);
        match proof {
            Proof::Proven => self.proven(proof_words::proven(&subject), observer),
            Proof::Unproven(why) => self.unproven(&why, observer),
            Proof::Failed(why) => Err(self.roll_back(&why, path, observer)),
            Proof::Interrupted => Err(self.interrupted()),
            Proof::Stopped => Err(self.claim_lost()),
        }
    }

    /// No manifest changed, so no server restarts: all that can be proven is that it is still up.
    pub(super) fn without_restart(
        &self,
        observer: &mut dyn Observer,
    ) -> Result<ProofOutcome, Failure> {
        if let Some(time) = self.verify.watch.confirm_within {
            let why = "no API server has started with these files yet";
            return confirmation::wait(self, observer, time, Some(why));
        }
        let manifest = self.verify.before;
        let credentials = self.node.credentials(manifest);
        if !health::readyz(Endpoint::of(manifest), &credentials).lives() {
            self.keep(EntryState::Applied)?;
            return Ok(ProofOutcome { ending: Ending::Unverified, unproven: None });
        }
        self.proven(
            "nothing restarts: the API server is up, and reads the file when it starts again",
            observer,
        )
    }

    fn proven(&self, what: &str, observer: &mut dyn Observer) -> Result<ProofOutcome, Failure> {
        if let Some(time) = self.verify.watch.confirm_within {
            return confirmation::wait(self, observer, time, None);
        }
        self.keep(EntryState::Verified)?;
        observer.event(&OperationEvent::Proven(what.to_owned()));
        Ok(ProofOutcome { ending: Ending::Verified, unproven: None })
    }

    /// What could not be proven is said. A user who asked for a time to confirm gets it: the change
    /// stays armed until then, because only a person can tell now whether all is well.
    fn unproven(
        &self,
        why: &UnprovenReason,
        observer: &mut dyn Observer,
    ) -> Result<ProofOutcome, Failure> {
        let why = proof_words::why_unproven(why);
        observer.event(&OperationEvent::Unproven(why.clone()));
        if let Some(time) = self.verify.watch.confirm_within {
            return confirmation::wait(self, observer, time, Some(&why));
        }
        self.keep(EntryState::Applied)?;
        Ok(ProofOutcome { ending: Ending::Unverified, unproven: Some(why) })
    }

    /// Restores everything, and waits until the former server is there again.
    fn roll_back(&self, why: &RestartFailure, path: &Path, observer: &mut dyn Observer) -> Failure {
        let patience = self.verify.watch.patience;
        let what = failed::explanation(why, patience, path);
        let reason = failed::reason(why, patience, path);
        observer.event(&OperationEvent::GivenUp);
        let begin = self.host().uptime();
        let files = match apply::take_back(self.host(), self.entry, &reason) {
            Ok(files) => files,
            Err(error) => return Failure { what, ..self.not_finished(&error) },
        };
        tell_left(&files, self.node, observer);
        let whole = files.left().next().is_none();
        let former = Former { node: self.node, path, manifest: self.verify.before, leave: &[] };
        let back = former.wait_until_ready(patience, observer);
        if back {
            observer
                .event(&OperationEvent::FormerReady(self.host().uptime().saturating_sub(begin)));
        }
        let state = match (whole, back) {
            (true, true) => "Rolled back: every file is as it was before, the API server is ready.",
            (true, false) => {
                "Rolled back: every file is as it was before. But the API server is not ready yet."
            }
            (false, true) => {
                "Rolled back, but for files that someone edited since. The API server is ready."
            }
            (false, false) => {
                "Rolled back, but for files that someone edited since. The API server is not ready \
                 yet."
            }
        };
        let next = vec![self.node.again(&format!("history show {}", self.entry.id()))];
        Failure { exit: Exit::RolledBack, what, state, next, change: self.id() }
    }

    fn interrupted(&self) -> Failure {
        Failure {
            exit: Exit::Unverified,
            what: "interrupted while waiting for the API server".to_owned(),
            state: if self.verify.watch.dead_man {
                "The files are in place and not proven: within 15 s everything is restored."
            } else {
                "The files are in place and not proven."
            },
            next: vec![self.node.again("history"), self.node.again("rescue")],
            change: self.id(),
        }
    }
}

/// Passes on what is seen of a restart, and asks whether the change still is ours.
struct Restart<'a, 'b> {
    run: &'a Run<'a>,
    observer: &'b mut dyn Observer,
}

impl Watcher for Restart<'_, '_> {
    fn milestone(&mut self, milestone: Milestone, after: Duration) {
        self.observer.event(&OperationEvent::Reached { milestone, after });
    }

    fn turn(&mut self, reached: &[(Milestone, Duration)], awaited: WaitTarget, after: Duration) {
        self.observer.progress(&Progress::Restart { reached, awaited, after });
    }

    fn goes_on(&mut self) -> bool {
        // What is not known now may be known at the next look.
        apply::is_ours(self.run.host(), self.run.entry).unwrap_or(true)
    }
}
