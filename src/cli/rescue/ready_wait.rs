//! After the files were restored: the container that lingers, and the server that has to come.

use std::path::Path;

use super::args::RescueArgs;
use crate::apply;
use crate::cli::environment::Environment;
use crate::cli::failure::Failure;
use crate::cli::node::{Node, NodePlace};
use crate::cli::observer::observer;
use crate::cli::ui::Ui;
use crate::distribution::{self, Detection, Distribution};
use crate::health::{self, Server};
use crate::host::Process;
use crate::journal::{EntryState, Journal};
use crate::manifest::Manifest;
use crate::node::{evidence, other_manifests};
use crate::operation::{self, Ending, Former};
use crate::plan::Operation;
use audit_policy::finding::Severity;

/// What is left to do on a running node.
pub(super) struct ReadyWait<'a> {
    pub(super) node: &'a Node,
    pub(super) args: &'a RescueArgs,
    pub(super) environment: &'a Environment,
}

impl ReadyWait<'_> {
    /// Returns the servers that run with the manifest as it is now: they are to be replaced.
    pub(super) fn processes(&self, current: Option<&[u8]>) -> Vec<Process> {
        let manifest = current.and_then(|bytes| Manifest::parse_for_rescue(bytes).ok());
        let servers = manifest.map(|it| Server::of(self.node.host.as_ref(), &it));
        servers.unwrap_or_default().into_iter().map(|server| server.process).collect()
    }

    /// Waits until the server is ready with the present files, and says how it ended.
    pub(super) fn wait(
        &self,
        path: &Path,
        leave: &[Process],
        kubelet_ran: bool,
        ui: &mut Ui,
    ) -> Result<Ending, Failure> {
        if self.node.place != NodePlace::Live {
            return Ok(Ending::Applied);
        }
        let host = self.node.host.as_ref();
        let bytes = operation::path_state(host, path)?.bytes().unwrap_or_default().to_vec();
        self.warn_of_deckhouse(path, &bytes, ui)?;
        if self.other_file_runs(path, ui)? {
            return Ok(Ending::Unverified);
        }
        let manifest = Manifest::parse_for_rescue(&bytes).ok();
        if self.args.restart {
            self.restart(manifest.as_ref(), ui);
        }
        let runs = kubelet_ran && health::kubelet_runs(host);
        let begin = host.uptime();
        let back = match manifest {
            Some(manifest) if runs && !self.args.no_verify => {
                let mut observer = observer(self.args.change.output, self.environment, ui);
                let patience = self.args.patience;
                let former = Former { node: self.node, path, manifest: &manifest, leave };
                former.wait_until_ready(patience, &mut *observer)
            }
            _ => false,
        };
        if !back {
            return Ok(self.not_back(runs, ui));
        }
        self.keep()?;
        let seconds = host.uptime().saturating_sub(begin).as_secs();
        ui.say(&format!("back      the API server is ready again after {seconds} s"));
        Ok(Ending::Verified)
    }

    /// The rescue is proven: what was applied is verified.
    fn keep(&self) -> Result<(), Failure> {
        let host = self.node.host.as_ref();
        let journal = Journal::open(host)?;
        let own = |entry: &&crate::journal::Entry| {
            entry.record.command == Operation::Rescue && entry.state() == EntryState::Applied
        };
        match journal.entries().first().filter(own) {
            Some(entry) => Ok(apply::keep(host, entry, EntryState::Verified)?),
            None => Ok(()),
        }
    }

    /// Says which other file of the directory the kubelet runs instead, if there is one: a server that
    /// is ready now would be replaced when the kubelet lists the directory again.
    fn other_file_runs(&self, path: &Path, ui: &mut Ui) -> Result<bool, Failure> {
        let directory = other_manifests::ManifestsDirectory::read(self.node.host.as_ref(), path)?;
        let findings = other_manifests::check(&directory, path, &[]);
        let Some(other_manifest) = findings.into_iter().find(|it| it.severity == Severity::Error)
        else {
            return Ok(false);
        };
        ui.warn(&format!("the file is restored, and {}", other_manifest.message));
        ui.say("Move the other one away, and the kubelet starts the API server:");
        ui.say(&format!("  {}", other_manifest.help.unwrap_or_default()));
        Ok(true)
    }

    fn restart(&self, manifest: Option<&Manifest>, ui: &mut Ui) {
        let name = manifest.map_or("kube-apiserver", Manifest::container_name);
        match operation::stop_containers(self.node.host.as_ref(), name) {
            Ok(0) => ui.say("restart   no container of the API server runs"),
            Ok(number) => ui.say(&format!("restart   {number} stopped; the kubelet starts again")),
            Err(why) => ui.warn(&format!("no container could be stopped: {why}")),
        }
    }

    fn not_back(&self, kubelet_runs: bool, ui: &mut Ui) -> Ending {
        let crictl = operation::crictl(self.node.host.as_ref()).join(" ");
        ui.warn("the files were restored, but the API server is not ready yet.");
        if !kubelet_runs {
            ui.say("The kubelet does not run, and nothing happens without it:");
            ui.say("  systemctl start kubelet");
            return Ending::Unverified;
        }
        ui.say("What it says:");
        ui.say(&format!("  {crictl} ps -a --name kube-apiserver"));
        ui.say(&format!("  {crictl} logs ID"));
        ui.say("  journalctl -u kubelet | grep -i manifest");
        ui.say("If a container of before lingers:");
        ui.say(&format!("  {}", self.node.command(self.environment, "rescue --restart --force")));
        Ending::Unverified
    }

    /// Deckhouse rewrites the manifest from a Secret, as long as that says to audit.
    fn warn_of_deckhouse(&self, path: &Path, bytes: &[u8], ui: &mut Ui) -> Result<(), Failure> {
        let signs = evidence::read(self.node.host.as_ref(), Some((path, bytes)))?;
        let is_deckhouse = |it: &Detection| *it.distribution == distribution::DECKHOUSE;
        if Distribution::detect(&signs).iter().any(is_deckhouse) {
            ui.warn("Deckhouse rewrites this manifest: correct its Secret, or delete it with");
            ui.say("  kubectl -n kube-system delete secret audit-policy");
        }
        Ok(())
    }
}
