//! The proof that a change of a running node came up, and the way back when it did not.

mod args;
mod back;
mod confirm;
mod failed;
mod outcome;
mod progress;
mod refuse;
mod subject;

use std::path::Path;
use std::time::Duration;

use super::carry_out::not_applied;
use super::environment::Environment;
use super::failure::{Failure, with_causes};
use super::node::Node;
use super::{Exit, ui::Ui};
use crate::apply::{self, FinishError, Kind, Outcome, Watched};
use crate::auditing::{Auditing, Backend, Endpoint};
use crate::health::{self, Before, Failed, Proof, RestartTimes, Subject, Unproven};
use crate::host::Host;
use crate::journal::{Entry, State, Who, set_deadline};
use crate::manifest::Manifest;
use crate::plan::Plan;
use audit_policy::policy::AcceptedPolicy;
use progress::Progress;

pub(super) use args::{VerifyArgs, confirm_within, patience, spoken};
pub(super) use back::wait_until_back;
pub(super) use subject::credentials;

/// A change of a running node that is to be proven.
pub(super) struct Verify<'a> {
    /// How long, and what watches.
    pub(super) args: &'a VerifyArgs,
    /// The manifest as it is now.
    pub(super) manifest: &'a Manifest,
    /// The policy that will be in use, if one will.
    pub(super) policy: Option<&'a AcceptedPolicy>,
}

/// How a change of a running node ended, if not with a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verified {
    /// The server is healthy with it.
    Yes,
    /// It stands, and nobody has proven it.
    No,
}

impl Verify<'_> {
    /// Applies `plan`, proves it, and puts everything back when it does not come up.
    pub(super) fn run(
        &self,
        node: &Node,
        plan: &Plan,
        environment: &Environment,
        ui: &mut Ui,
    ) -> Result<Verified, Failure> {
        let host = node.host.as_ref();
        let after =
            plan.manifest_change().and_then(|file| Manifest::parse(file.after.as_deref()?).ok());
        let who = Who { user: environment.user.clone(), terminal: environment.terminal.clone() };
        let auditing = after.as_ref().map(Auditing::of);
        let log = auditing.and_then(|it| match it.backend()? {
            Backend::File { node, .. } => Some(node),
            Backend::Output | Backend::Webhook => None,
        });
        let before = Before::look(host, self.manifest, log.as_ref());
        let Some(entry) = self.apply(node, plan, &who, environment, ui)? else {
            return Ok(Verified::Yes);
        };
        ui.say(&format!("applied   change {} ({})", entry.id(), plan.operation.name()));
        ui.say(&format!("way back  {}", apply::rollback_command(host, &entry)));
        let run = Run { verify: self, node, entry: &entry, environment };
        let Some(after) = after else {
            return run.without_restart(ui);
        };
        run.to_the_end(&plan.manifest, &after, &before, ui)
    }

    fn apply(
        &self,
        node: &Node,
        plan: &Plan,
        who: &Who,
        environment: &Environment,
        ui: &mut Ui,
    ) -> Result<Option<Box<Entry>>, Failure> {
        let host = node.host.as_ref();
        if self.args.no_dead_man {
            return match apply::run(host, plan, who, &[]) {
                Ok(Outcome::Applied(entry)) => Ok(Some(entry)),
                Ok(Outcome::Unchanged) => Ok(None),
                Err(error) => Err(not_applied(&error, node, environment, ui)),
            };
        }
        match apply::run_watched(host, plan, who, self.args.patience) {
            Err(error) => Err(not_applied(&error, node, environment, ui)),
            Ok(Watched::Unchanged) => Ok(None),
            Ok(Watched::Armed(entry, kind)) => {
                ui.say("armed     everything is put back by itself unless the API server comes up");
                ui.say(match kind {
                    Kind::Service => "          by a service of systemd, also after a reboot",
                    Kind::Process => "          by a process of its own; a reboot would end it",
                });
                Ok(Some(entry))
            }
        }
    }
}

/// How long whoever took a change over may take to decide.
const DECISION: Duration = Duration::from_secs(30);

/// One change that was applied.
struct Run<'a> {
    verify: &'a Verify<'a>,
    node: &'a Node,
    entry: &'a Entry,
    environment: &'a Environment,
}

impl Run<'_> {
    fn host(&self) -> &dyn Host {
        self.node.host.as_ref()
    }

    fn to_the_end(
        &self,
        path: &Path,
        after: &Manifest,
        before: &Before,
        ui: &mut Ui,
    ) -> Result<Verified, Failure> {
        let patience = self.verify.args.patience;
        let auditing = Auditing::of(after);
        let policy = self.verify.policy;
        let request = policy.and_then(|policy| {
            health::request(policy, auditing.version, subject::strangers(after))
        });
        let subject = Subject {
            path,
            manifest: after,
            endpoint: auditing.endpoint,
            credentials: &subject::credentials(self.node, after),
            backend: auditing.backend(),
            request,
            audit_id: format!("kubectl-audit-{}", self.entry.id()),
            end: self.host().uptime() + patience,
            recheck: crate::node::Kubelet::read(self.host()).recheck,
            batch: auditing.log_wait(),
        };
        let times = RestartTimes::of(self.verify.manifest);
        let record = outcome::record(&subject);
        let mut progress = Progress::new(self.host(), self.entry, record, times, ui);
        let proof = health::prove(self.host(), &subject, before, &mut progress);
        progress.end();
        match proof {
            Proof::Proven => self.proven(&subject, ui),
            Proof::Unproven(why) => self.unproven(&why, ui),
            Proof::Failed(why) => Err(self.roll_back(&why, path, ui)),
            Proof::Interrupted => Err(self.interrupted()),
            Proof::Stopped => Err(self.taken()),
        }
    }

    /// Ends the change and sends the dead man away.
    fn keep(&self, state: State) -> Result<(), Failure> {
        apply::keep(self.host(), self.entry, state).map_err(|error| self.not_finished(&error))
    }

    fn proven(&self, subject: &Subject<'_>, ui: &mut Ui) -> Result<Verified, Failure> {
        if let Some(time) = self.verify.args.confirm_within {
            return confirm::wait(self, ui, time, None);
        }
        self.keep(State::Verified)?;
        ui.say(&format!("verified  {}", outcome::proven(subject)));
        Ok(Verified::Yes)
    }

    /// What could not be proven is said. Whoever asked for a time to confirm gets it: the change
    /// stays armed until then, because only a person can tell now whether all is well.
    fn unproven(&self, why: &Unproven, ui: &mut Ui) -> Result<Verified, Failure> {
        let why = outcome::why_unproven(why);
        ui.warn(&why);
        if let Some(time) = self.verify.args.confirm_within {
            return confirm::wait(self, ui, time, Some(&why));
        }
        self.keep(State::Applied)?;
        Ok(Verified::No)
    }

    /// No manifest changed, so no server restarts: all that can be proven is that it is still up.
    fn without_restart(&self, ui: &mut Ui) -> Result<Verified, Failure> {
        if let Some(time) = self.verify.args.confirm_within {
            let why = "no API server has started with these files yet";
            return confirm::wait(self, ui, time, Some(why));
        }
        let manifest = self.verify.manifest;
        if !health::readyz(Endpoint::of(manifest), &subject::credentials(self.node, manifest))
            .lives()
        {
            self.keep(State::Applied)?;
            return Ok(Verified::No);
        }
        self.keep(State::Verified)?;
        ui.say("verified  nothing restarts: the API server is up, and reads the file when it starts again");
        Ok(Verified::Yes)
    }

    /// Puts everything back, and waits until the former server is there again.
    fn roll_back(&self, why: &Failed, path: &Path, ui: &mut Ui) -> Failure {
        let what = failed::explanation(why, self.verify.args.patience, path);
        ui.warn("the change does not come up: everything is put back");
        let begin = self.host().uptime();
        let files = match apply::take_back(self.host(), self.entry) {
            Ok(files) => files,
            Err(error) => return Failure { what, ..self.not_finished(&error) },
        };
        super::carry_out::say_left(&files, self.node, ui);
        let whole = files.left().next().is_none();
        let (manifest, patience) = (self.verify.manifest, self.verify.args.patience);
        let back = wait_until_back(self.node, manifest, &[], patience, ui);
        if back {
            let seconds = self.host().uptime().saturating_sub(begin).as_secs();
            ui.say(&format!("back      the former API server is ready again after {seconds} s"));
        }
        let state = match (whole, back) {
            (true, true) => "Rolled back: every file is as it was before, the API server is ready.",
            (true, false) => {
                "Rolled back: every file is as it was before. But the API server is not ready yet."
            }
            (false, true) => {
                "Rolled back, but for files that somebody edited since. The API server is ready."
            }
            (false, false) => {
                "Rolled back, but for files that somebody edited since. The API server is not ready \
                 yet."
            }
        };
        let show =
            self.node.command(self.environment, &format!("history show {}", self.entry.id()));
        Failure { exit: Exit::RolledBack, what, state, next: vec![show] }
    }

    fn interrupted(&self) -> Failure {
        let command = |line: &str| self.node.command(self.environment, line);
        let armed = !self.verify.args.no_dead_man;
        Failure {
            exit: Exit::Unverified,
            what: "interrupted while waiting for the API server".to_owned(),
            state: if armed {
                "The files are in place and not proven: within 15 s everything is put back."
            } else {
                "The files are in place and not proven."
            },
            next: vec![command("history"), command("rescue")],
        }
    }

    /// Somebody else decides now: waits a while for it, and tells how it was decided.
    fn taken(&self) -> Failure {
        let end = self.host().uptime() + DECISION;
        let open = |state: &Option<State>| state.is_none_or(|state| !state.is_final());
        let mut state = apply::state_now(self.host(), self.entry);
        while open(&state) && self.host().uptime() < end && !self.host().interrupted() {
            self.host().pause(Duration::from_millis(500));
            state = apply::state_now(self.host(), self.entry);
        }
        let (exit, state) = match state {
            Some(State::RolledBack | State::Undone) => {
                (Exit::RolledBack, "Every file is as it was before.")
            }
            _ => (Exit::Unverified, "Whoever took the change over decides what becomes of it."),
        };
        Failure {
            exit,
            what: format!("change {} was taken over by another command", self.entry.id()),
            state,
            next: vec![self.node.command(self.environment, "history")],
        }
    }

    fn not_finished(&self, error: &FinishError) -> Failure {
        match error {
            FinishError::Taken { .. } => self.taken(),
            FinishError::RollbackFailed { command, .. } => Failure {
                exit: Exit::RollbackFailed,
                what: with_causes(error),
                state: "The change could not be rolled back completely. By hand:",
                next: vec![command.clone()],
            },
            FinishError::Host(_) => Failure {
                exit: Exit::Unverified,
                what: with_causes(error),
                state: "The files are in place; nobody could write down that they are proven.",
                next: vec![self.node.command(self.environment, "history")],
            },
        }
    }

    /// Gives the dead man a new time, from now.
    fn extend(&self, time: Duration) -> Result<(), Failure> {
        Ok(set_deadline(self.host(), &self.entry.name, self.host().uptime() + time)?)
    }
}
