//! What can be seen of an API server that does not answer, from the facts that doctor has: the
//! manifest, the last change, the last words of its container, the kubelet's complaint, the cause.

use std::path::Path;
use std::time::Duration;

use crate::cli::inspect;
use crate::cli::node::{Node, Place};
use crate::cli::ui::Ui;
use crate::diagnosis;
use crate::doctor::{self, Cause, Facts, Fault, Server};
use crate::health::Readiness;
use crate::journal::Journal;
use audit_policy::finding::Severity;

/// What was found.
pub(super) struct Found {
    /// Everything that was read.
    pub(super) facts: Facts,
    /// Everything that is wrong.
    pub(super) faults: Vec<Fault>,
    /// Why the server is down.
    pub(super) cause: Option<Cause>,
}

/// How long a server that has just ended may take until somebody says why: it is started again soon.
const FIRST_WORDS: Duration = Duration::from_secs(10);

impl Found {
    /// Looks at a node, and again for a while where a server is down and nothing says why yet.
    pub(super) fn look_until_told(node: &Node, path: &Path, ui: &mut Ui) -> Self {
        let host = node.host.as_ref();
        let end = host.uptime() + FIRST_WORDS;
        loop {
            let found = Self::look(node, path);
            let told = found.cause.is_some() || !found.kubelet_runs();
            if told || !found.facts.is_down() || host.uptime() >= end || host.interrupted() {
                ui.end_progress("");
                return found;
            }
            ui.progress("looking   for the last words of the API server");
            host.pause(Duration::from_secs(1));
        }
    }

    fn look(node: &Node, path: &Path) -> Self {
        let facts = inspect::facts_of(node, path, &|| None);
        let faults = doctor::check(&facts);
        let cause = Cause::of(&facts, &faults);
        Self { facts, faults, cause }
    }

    /// Returns whether a kubelet runs, or nothing that runs was looked at.
    pub(super) fn kubelet_runs(&self) -> bool {
        self.facts.server.as_ref().is_none_or(|server| server.kubelet)
    }

    /// Returns what keeps the server from starting: now, or where it is up at its next start.
    pub(super) fn trouble(&self) -> Option<Cause> {
        Cause::of_trouble(&self.facts, &self.faults)
    }

    /// Returns the fault of another file that the kubelet may run in the place of the manifest.
    pub(super) fn stray(&self) -> Option<&Fault> {
        let is_stray = |it: &&Fault| it.id == "stray-manifest" && it.severity == Severity::Error;
        self.faults.iter().find(is_stray)
    }

    /// Returns how the server answers, if it does and nothing keeps it from doing so after its next
    /// start: then there is nothing to rescue.
    pub(super) fn healthy(&self) -> Option<String> {
        let server = self.facts.server.as_ref()?;
        let answers = match server.readiness {
            Readiness::Ready => "is ready".to_owned(),
            Readiness::Alive(status) => format!("answers {status}, as one that is up"),
            Readiness::NotReady(_) | Readiness::Unreachable(_) => return None,
        };
        let is_sound = self.trouble().is_none() && self.stray().is_none();
        is_sound.then(|| format!("The API server at {} {answers}", server.address))
    }

    /// Returns what was found, in the order in which it is shown.
    pub(super) fn lines(&self, node: &Node, journal: &Journal) -> Vec<(&'static str, String)> {
        let mut lines = vec![("manifest", said_of_manifest(&self.facts, &self.faults))];
        lines.extend(last_change(journal, node).map(|line| ("changed", line)));
        lines.extend(self.stray().map(|it| ("beside it", it.what.clone())));
        if node.place == Place::Live {
            if let Some(server) = &self.facts.server {
                lines.push(("server", said_of_server(server)));
                // Of a server that is up, an earlier run says nothing.
                let last_run = server.last_run.iter().filter(|_| self.facts.is_down());
                lines.extend(last_run.map(|it| ("last words", it.words.clone())));
                let complaint = server.complaint.iter();
                lines.extend(complaint.map(|it| ("kubelet", diagnosis::gist(it).to_owned())));
            }
            if !self.kubelet_runs() {
                lines.push(("kubelet", "it does not run".to_owned()));
            }
        }
        let name = if self.facts.is_down() { "cause" } else { "next start" };
        lines.extend(self.trouble().map(|cause| (name, cause.what)));
        lines
    }
}

/// What doctor says of the manifest, in one line.
fn said_of_manifest(facts: &Facts, faults: &[Fault]) -> String {
    if facts.file.is_missing() {
        return "it is missing".to_owned();
    }
    match faults.iter().find(|fault| fault.id == "manifest-refused") {
        Some(fault) => {
            let line = fault.place.map(|place| format!("line {}: ", place.line));
            format!("the kubelet does not run it: {}{}", line.unwrap_or_default(), fault.what)
        }
        None if facts.file.content.is_none() => "it cannot be read".to_owned(),
        None => "the kubelet would run it".to_owned(),
    }
}

fn last_change(journal: &Journal, node: &Node) -> Option<String> {
    let entry = journal.entries().iter().find(|entry| node.is_about(entry))?;
    let (record, state) = (&entry.record, entry.state().name());
    let command = record.command.name();
    Some(format!("{command} {} of {} by {}, {state}", entry.id(), record.time, record.user))
}

fn said_of_server(server: &Server) -> String {
    let answers = match &server.readiness {
        Readiness::Ready => "is ready".to_owned(),
        Readiness::Alive(status) | Readiness::NotReady(status) => format!("answers {status}"),
        Readiness::Unreachable(_) => "does not answer".to_owned(),
    };
    let runs = if server.running.is_some() { "a process runs" } else { "no process runs" };
    format!("{} {answers}; {runs}", server.address)
}
