//! What can be seen of an API server that does not answer: the manifest, the last change, the last
//! words of its container, the kubelet's complaint, and the cause behind them.

use std::path::Path;
use std::time::Duration;

use crate::cli::node::{Node, Place};
use crate::cli::ui::Ui;
use crate::cli::verify::endpoint;
use crate::diagnosis::{self, Blame, Diagnosis};
use crate::health::{self, Readiness, Server};
use crate::journal::{Entry, Journal};
use crate::manifest::{self, Manifest};
use crate::plan::Role;

/// How far back the kubelet's journal is read, in seconds.
const JOURNAL: u64 = 600;

/// What was found, in the order in which it is shown.
pub(super) struct Found {
    pub(super) lines: Vec<(&'static str, String)>,
    /// Why the server does not run, if anything tells.
    pub(super) cause: Option<Diagnosis>,
    /// Whether the manifest is one that the kubelet would run.
    pub(super) manifest_is_valid: bool,
    /// Whether a kubelet runs; without one nothing happens.
    pub(super) kubelet_runs: bool,
    /// Whether nothing answers where the server should.
    silent: bool,
}

/// How long a server that has just ended may take until somebody says why: it is started again soon.
const FIRST_WORDS: Duration = Duration::from_secs(10);

/// Looks at a node, and again for a while where a server is silent and nothing says why yet.
pub(super) fn look_until_told(
    node: &Node,
    path: &Path,
    current: Option<&[u8]>,
    journal: &Journal,
    ui: &mut Ui,
) -> Found {
    let host = node.host.as_ref();
    let end = host.uptime() + FIRST_WORDS;
    loop {
        let found = look(node, path, current, journal);
        let told = found.cause.is_some() || !found.manifest_is_valid || !found.kubelet_runs;
        if told || !found.silent || host.uptime() >= end || host.interrupted() {
            ui.end_progress("");
            return found;
        }
        ui.progress("looking   for the last words of the API server");
        host.pause(Duration::from_secs(1));
    }
}

/// Looks at a node. Below a directory nothing runs, so only files are looked at.
fn look(node: &Node, path: &Path, current: Option<&[u8]>, journal: &Journal) -> Found {
    let (valid, manifest) = said_of_manifest(current);
    let mut lines = vec![("manifest", manifest)];
    lines.extend(last_change(journal, node).map(|line| ("changed", line)));
    let mut found =
        Found { lines, cause: None, manifest_is_valid: valid, kubelet_runs: true, silent: false };
    if node.place == Place::Live {
        let known = known_manifest(node, current, journal);
        found.look_at_what_runs(node, path, known.as_ref());
    }
    found
}

impl Found {
    /// Returns whether something else than auditing keeps the server from running.
    pub(super) fn is_foreign(&self) -> bool {
        let foreign = self.cause.as_ref().is_some_and(|cause| cause.blame == Blame::Other);
        self.manifest_is_valid && (foreign || (!self.kubelet_runs && self.cause.is_none()))
    }

    fn look_at_what_runs(&mut self, node: &Node, path: &Path, known: Option<&Manifest>) {
        let host = node.host.as_ref();
        self.kubelet_runs = health::kubelet_runs(host);
        if !self.kubelet_runs {
            self.lines.push(("kubelet", "it does not run".to_owned()));
        }
        let Some(manifest) = known else { return };
        let runs = !Server::of(host, manifest).is_empty();
        let readiness = health::readyz(endpoint(manifest), &[]);
        self.silent = matches!(readiness, Readiness::Unreachable(_));
        self.lines.push(("server", said_of_server(runs, manifest, &readiness)));
        let logs = health::container_logs(host, manifest, &health::pod_directories(host, manifest));
        // While a server runs, the newest log is its own, and it has not said its last words yet.
        let ended = logs.len() - usize::from(runs && !logs.is_empty());
        if let Some(log) = logs[..ended].last() {
            self.lines.extend(log.last_words(host).map(|words| ("last words", words)));
            self.cause = log.diagnosis(host);
        }
        let complaint = health::complaint(&health::journal(host, JOURNAL), path, manifest);
        if let Some(line) = complaint.filter(|_| !runs) {
            self.cause = diagnosis::of_kubelet(&line).or(self.cause.take());
            self.lines.push(("kubelet", line));
        }
        if let Some(cause) = self.cause.as_ref().filter(|cause| cause.id != "unknown") {
            self.lines.push(("cause", cause.cause.clone()));
        }
    }
}

fn said_of_manifest(current: Option<&[u8]>) -> (bool, String) {
    let Some(bytes) = current else { return (false, "it is missing".to_owned()) };
    let Ok(text) = str::from_utf8(bytes) else { return (false, "it is no text".to_owned()) };
    match manifest::check(text) {
        Ok(()) => (true, "the kubelet would run it".to_owned()),
        Err(problems) => {
            let first = problems.first();
            let what = first.map(|it| format!("line {}: {it}", it.place.line)).unwrap_or_default();
            (false, format!("the kubelet does not run it: {what}"))
        }
    }
}

fn last_change(journal: &Journal, node: &Node) -> Option<String> {
    let entry = journal.entries().iter().find(|entry| node.is_about(entry))?;
    let (record, state) = (&entry.record, entry.state().name());
    let command = record.command.name();
    Some(format!("{command} {} of {} by {}, {state}", entry.id(), record.time, record.user))
}

/// The manifest, or the last one that could be read: it names the pod whose logs are looked for.
fn known_manifest(node: &Node, current: Option<&[u8]>, journal: &Journal) -> Option<Manifest> {
    let parse = |bytes: &[u8]| Manifest::parse_for_rescue(bytes).ok();
    let former = |entry: &Entry| {
        let file = entry.record.files.iter().find(|file| file.role == Role::Manifest)?;
        parse(&entry.former(node.host.as_ref(), file).ok()??)
    };
    current.and_then(parse).or_else(|| journal.entries().iter().find_map(former))
}

fn said_of_server(runs: bool, manifest: &Manifest, readiness: &Readiness) -> String {
    let at = endpoint(manifest).address;
    let answers = match readiness {
        Readiness::Ready => "is ready".to_owned(),
        Readiness::Alive(status) | Readiness::NotReady(status) => format!("answers {status}"),
        Readiness::Unreachable(_) => "does not answer".to_owned(),
    };
    format!("{at} {answers}; {}", if runs { "a process runs" } else { "no process runs" })
}
