//! After a rescue restored the files: the container that lingers, and the server that has to come.

use std::path::Path;
use std::time::Duration;

use super::containers::{crictl, stop_containers};
use super::failure::Failure;
use super::files::path_state;
use super::former::Former;
use super::node::{Node, NodePlace};
use super::notes::{Note, NoteKind};
use super::observe::{Observer, OperationEvent};
use super::outcome::Ending;
use crate::apply;
use crate::distribution::{self, Detection, Distribution};
use crate::health::{self, Server};
use crate::host::Process;
use crate::journal::{Entry, EntryState, Journal};
use crate::manifest::Manifest;
use crate::node::{evidence, other_manifests};
use crate::plan::Operation;
use audit_policy::finding::Severity;

/// What is left to do on a running node.
pub struct ReadyWait<'a> {
    /// The node.
    pub node: &'a Node,
    /// How long to wait for the server; `None` does not wait.
    pub patience: Option<Duration>,
    /// Whether a container of the server that lingers is stopped.
    pub restart: bool,
}

impl ReadyWait<'_> {
    /// Returns the servers that run with the manifest as it is now: they are to be replaced.
    #[must_use]
    pub fn processes(&self, current: Option<&[u8]>) -> Vec<Process> {
        let manifest = current.and_then(|bytes| Manifest::parse_for_rescue(bytes).ok());
        let servers = manifest.map(|it| Server::of(self.node.host.as_ref(), &it));
        servers.unwrap_or_default().into_iter().map(|server| server.process).collect()
    }

    /// Waits until the server is ready with the present files, and returns how it ended. The processes in
    /// `leave` are of the server before, whose answers do not count.
    ///
    /// # Errors
    ///
    /// The files cannot be read any more, or the journal cannot be written.
    pub fn wait(
        &self,
        path: &Path,
        leave: &[Process],
        kubelet_ran: bool,
        observer: &mut dyn Observer,
    ) -> Result<Ending, Failure> {
        if self.node.place != NodePlace::Live {
            return Ok(Ending::Applied);
        }
        let host = self.node.host.as_ref();
        let bytes = path_state(host, path)?.bytes().unwrap_or_default().to_vec();
        self.rewritten(path, &bytes, observer)?;
        if self.other_file_runs(path, observer)? {
            return Ok(Ending::Unverified);
        }
        let manifest = Manifest::parse_for_rescue(&bytes).ok();
        if self.restart {
            self.stop(manifest.as_ref(), observer);
        }
        let runs = kubelet_ran && health::kubelet_runs(host);
        let begin = host.uptime();
        let is_ready = match (&manifest, self.patience) {
            (Some(manifest), Some(patience)) if runs => {
                Former { node: self.node, path, manifest, leave }
                    .wait_until_ready(patience, observer)
            }
            _ => false,
        };
        if !is_ready {
            observer.event(&OperationEvent::Note(self.not_ready(runs)));
            return Ok(Ending::Unverified);
        }
        self.keep()?;
        observer.event(&OperationEvent::Ready(host.uptime().saturating_sub(begin)));
        Ok(Ending::Verified)
    }

    /// The rescue is proven: what was applied is verified.
    fn keep(&self) -> Result<(), Failure> {
        let host = self.node.host.as_ref();
        let journal = Journal::open(host)?;
        let own = |entry: &&Entry| {
            entry.record.command == Operation::Rescue && entry.state() == EntryState::Applied
        };
        match journal.entries().first().filter(own) {
            Some(entry) => Ok(apply::keep(host, entry, EntryState::Verified)?),
            None => Ok(()),
        }
    }

    /// Says which other file of the directory the kubelet runs instead, if there is one: a server that
    /// is ready now would be replaced when the kubelet lists the directory again.
    fn other_file_runs(&self, path: &Path, observer: &mut dyn Observer) -> Result<bool, Failure> {
        let directory = other_manifests::ManifestsDirectory::read(self.node.host.as_ref(), path)?;
        let findings = other_manifests::check(&directory, path, &[]);
        let Some(other) = findings.into_iter().find(|it| it.severity == Severity::Error) else {
            return Ok(false);
        };
        let what = format!("the file is restored, and {}", other.message);
        let note = Note::new(NoteKind::OtherManifestRuns, what)
            .next("Move the other one away, and the kubelet starts the API server:")
            .next(other.help.unwrap_or_default());
        observer.event(&OperationEvent::Note(note));
        Ok(true)
    }

    fn stop(&self, manifest: Option<&Manifest>, observer: &mut dyn Observer) {
        let name = manifest.map_or("kube-apiserver", Manifest::container_name);
        let note = match stop_containers(self.node.host.as_ref(), name) {
            Ok(0) => Note::new(NoteKind::ContainersStopped, "no container of the API server runs"),
            Ok(number) => Note::new(
                NoteKind::ContainersStopped,
                format!("{number} stopped; the kubelet starts again"),
            ),
            Err(why) => Note::new(
                NoteKind::ContainersNotStopped,
                format!("no container could be stopped: {why}"),
            ),
        };
        observer.event(&OperationEvent::Note(note));
    }

    fn not_ready(&self, kubelet_runs: bool) -> Note {
        let note = Note::new(
            NoteKind::NotReady,
            "the files were restored, but the API server is not ready yet.",
        );
        if !kubelet_runs {
            return note
                .next("The kubelet does not run, and nothing happens without it:")
                .next("systemctl start kubelet");
        }
        let crictl = crictl(self.node.host.as_ref()).join(" ");
        note.next("What it says:")
            .next(format!("{crictl} ps -a --name kube-apiserver"))
            .next(format!("{crictl} logs ID"))
            .next("journalctl -u kubelet | grep -i manifest")
            .next("If a container of before lingers:")
            .next(self.node.again("rescue --restart --force"))
    }

    /// Deckhouse rewrites the manifest from a Secret, as long as that says to audit.
    fn rewritten(
        &self,
        path: &Path,
        bytes: &[u8],
        observer: &mut dyn Observer,
    ) -> Result<(), Failure> {
        let signs = evidence::read(self.node.host.as_ref(), Some((path, bytes)))?;
        let is_deckhouse = |it: &Detection| *it.distribution == distribution::DECKHOUSE;
        if Distribution::detect(&signs).iter().any(is_deckhouse) {
            let note = Note::new(
                NoteKind::ManifestRewritten,
                "Deckhouse rewrites this manifest: correct its Secret, or delete it with",
            )
            .next("kubectl -n kube-system delete secret audit-policy");
            observer.event(&OperationEvent::Note(note));
        }
        Ok(())
    }
}
