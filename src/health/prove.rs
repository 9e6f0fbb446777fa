//! Looks at a machine until it is known how a restart of its API server ends.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::course::{Course, Failed, Look, Next, Tick, Unproven};
use super::credentials::Credentials;
use super::pod_logs::{ContainerLog, container_logs, pod_directories};
use super::probe::{ask, readyz};
use super::server::Server;
use super::witness::{End, Sink, sees};
use super::{Endpoint, kubelet};
use crate::host::{Host, Process};
use crate::manifest::Manifest;

/// Time between two looks.
const TURN: Duration = Duration::from_millis(250);
/// Time between two looks into the kubelet's journal, and between two requests of ours.
const SELDOM: Duration = Duration::from_secs(3);

/// What a machine showed before a change: everything that is new afterwards is new because of it.
#[derive(Debug, Clone, Default)]
pub struct Before {
    at: Duration,
    processes: Vec<Process>,
    directories: BTreeSet<String>,
    logs: BTreeSet<(u64, u64)>,
    end: End,
}

impl Before {
    /// Returns whether a process was seen that is the API server of the manifest.
    #[must_use]
    pub fn has_seen_a_server(&self) -> bool {
        !self.processes.is_empty()
    }

    /// Looks at the machine as long as `manifest` is what runs there. `log` is the file that the new
    /// server will write to.
    #[must_use]
    pub fn look(host: &dyn Host, manifest: &Manifest, log: Option<&PathBuf>) -> Self {
        let directories = pod_directories(host, manifest);
        let logs = container_logs(host, manifest, &directories);
        Self {
            at: host.uptime(),
            processes: Server::of(host, manifest).into_iter().map(|it| it.process).collect(),
            logs: logs.into_iter().map(|log| log.inode).collect(),
            directories,
            end: log.map(|log| End::of(host, log)).unwrap_or_default(),
        }
    }
}

/// What is to be proven.
pub struct Subject<'a> {
    /// Where the manifest lies on the node.
    pub path: &'a Path,
    /// The new manifest.
    pub manifest: &'a Manifest,
    /// Where its server listens.
    pub endpoint: Endpoint,
    /// Certificates for servers that tell strangers nothing.
    pub credentials: &'a [Credentials],
    /// Where the server writes events; `None` if it writes none.
    pub sink: Option<Sink>,
    /// The request of ours that its policy records; `None` if it records none of them.
    pub request: Option<&'static str>,
    /// The id of that request.
    pub audit_id: String,
    /// When patience is over, in time since boot.
    pub end: Duration,
    /// How often the kubelet lists its directory.
    pub recheck: Duration,
    /// How long the server may hold events back.
    pub batch: Duration,
}

/// Who watches while it is being proven.
pub trait Watcher {
    /// A part of the proof was seen, that long after the beginning.
    fn tick(&mut self, tick: Tick, after: Duration);
    /// Another look was taken; these parts of the proof stand.
    fn turn(&mut self, seen: &[(Tick, Duration)], after: Duration);
    /// Returns whether the change still is ours to prove.
    fn goes_on(&mut self) -> bool;
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The server is healthy with the new files.
    Proven,
    /// All that can be seen is well.
    Unproven(Unproven),
    /// It will not come up.
    Failed(Failed),
    /// The user asked to stop.
    Interrupted,
    /// The watcher said that it is no longer ours.
    Stopped,
}

/// Looks until it is known how the restart ends.
pub fn prove(
    host: &dyn Host,
    subject: &Subject<'_>,
    before: &Before,
    watcher: &mut dyn Watcher,
) -> Proof {
    let begin = host.uptime();
    let mut course = Course::new(subject.end, subject.recheck, subject.batch);
    let mut eye = Eye { host, subject, before, complaint: None, read: None, asked: None };
    let mut told = 0;
    loop {
        if !watcher.goes_on() {
            return Proof::Stopped;
        }
        if host.interrupted() {
            return Proof::Interrupted;
        }
        let next = course.see(&eye.look(&course));
        // A server that died takes its ticks with it.
        told = told.min(course.ticks().len());
        let seen: Vec<_> =
            course.ticks().iter().map(|(tick, at)| (*tick, at.saturating_sub(begin))).collect();
        for (tick, after) in &seen[told..] {
            watcher.tick(*tick, *after);
        }
        told = seen.len();
        watcher.turn(&seen, host.uptime().saturating_sub(begin));
        match next {
            Next::Wait => {}
            Next::Proven => return Proof::Proven,
            Next::Unproven(why) => return Proof::Unproven(why),
            Next::Failed(why) => return Proof::Failed(why),
        }
        host.pause(TURN);
    }
}

/// Takes the looks, and remembers what is looked at seldom.
struct Eye<'a> {
    host: &'a dyn Host,
    subject: &'a Subject<'a>,
    before: &'a Before,
    complaint: Option<String>,
    read: Option<Duration>,
    asked: Option<Duration>,
}

impl Eye<'_> {
    fn look(&mut self, course: &Course) -> Look {
        let at = self.host.uptime();
        let servers = Server::of(self.host, self.subject.manifest);
        let is_old = |server: &Server| self.before.processes.contains(&server.process);
        let runs = servers.iter().any(|server| !is_old(server));
        let server = servers
            .iter()
            .find(|server| !is_old(server) && server.audits_as(self.subject.manifest))
            .map(|server| server.process.clone());
        let directories = pod_directories(self.host, self.subject.manifest);
        let logs = self.new_logs(&directories);
        let asks = server.is_some() && course.asks(at);
        let recorded =
            server.as_ref().is_some_and(|it| course.seeks() && self.records(it, &logs, at));
        Look {
            at,
            old_runs: self.before.processes.iter().any(|process| self.host.alive(process)),
            taken: !directories.is_subset(&self.before.directories) || !logs.is_empty(),
            stranger: runs && server.is_none(),
            last_words: self.last_words(&logs, runs),
            complaint: if server.is_none() { self.complaint(at, &logs) } else { None },
            readiness: asks.then(|| readyz(self.subject.endpoint, self.subject.credentials)),
            recorded,
            server,
        }
    }

    fn new_logs(&self, directories: &BTreeSet<String>) -> Vec<ContainerLog> {
        let mut logs = container_logs(self.host, self.subject.manifest, directories);
        logs.retain(|log| !self.before.logs.contains(&log.inode));
        logs
    }

    /// The last words of each run that has ended: all but the last one while a server runs.
    fn last_words(&self, logs: &[ContainerLog], runs: bool) -> Vec<String> {
        let ended = logs.len() - usize::from(runs && !logs.is_empty());
        logs[..ended].iter().filter_map(|log| log.last_words(self.host)).collect()
    }

    fn complaint(&mut self, at: Duration, logs: &[ContainerLog]) -> Option<String> {
        if self.read.is_none_or(|read| at >= read + SELDOM) {
            self.read = Some(at);
            let seconds = at.saturating_sub(self.before.at).as_secs() + 1;
            let (path, manifest) = (self.subject.path, self.subject.manifest);
            self.complaint = kubelet::complaint(self.host, seconds, path, manifest, logs);
        }
        self.complaint.clone()
    }

    fn records(&mut self, server: &Process, logs: &[ContainerLog], at: Duration) -> bool {
        let Some(sink) = &self.subject.sink else { return true };
        let Some(path) = self.subject.request else { return self.holds(sink, server) };
        if self.asked.is_none_or(|asked| at >= asked + SELDOM) {
            self.asked = Some(at);
            // What it answers does not matter, and whether it does the next look shows.
            let _ = ask(self.subject.endpoint, path, &self.subject.audit_id);
        }
        let id = &self.subject.audit_id;
        match sink {
            Sink::File { node, .. } => self.before.end.is_followed_by(self.host, node, id),
            Sink::Output => logs.iter().any(|log| log.names(self.host, id)),
            Sink::Webhook => true,
        }
    }

    /// Without a request of ours that is recorded, it has to do that the server made its log, and
    /// that this is the file on the node.
    fn holds(&self, sink: &Sink, server: &Process) -> bool {
        match sink {
            Sink::File { node, container } => sees(self.host, server, container, node),
            Sink::Output | Sink::Webhook => true,
        }
    }
}
