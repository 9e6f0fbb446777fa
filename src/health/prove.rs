//! Looks at a machine until it is known how a restart of its API server ends.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::credentials::Credentials;
use super::kubelet::PodJournal;
use super::pod_logs::{ContainerLog, container_logs, pod_directories};
use super::probe::{ask, is_stopping, readyz};
use super::restart::{
    Milestone, Observation, RestartDecision, RestartFailure, RestartTracker, UnprovenReason,
    WaitTarget,
};
use super::server::Server;
use super::witness::{LogPosition, sees};
use crate::auditing::{Backend, Endpoint};
use crate::host::{Host, Process};
use crate::manifest::Manifest;

/// Time between two observations.
const POLL_INTERVAL: Duration = Duration::from_millis(250);
/// Time between two questions to the old server whether it stops.
const STOP_INTERVAL: Duration = Duration::from_millis(500);
/// Time between two looks into the kubelet's journal, and between two requests of this program.
const JOURNAL_INTERVAL: Duration = Duration::from_secs(3);

/// What a machine showed before a change: everything that is new afterwards is new because of it.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    at: Duration,
    processes: Vec<Process>,
    /// Whether the server of the manifest answered: one that did not cannot be seen to stop.
    answered: bool,
    directories: BTreeSet<String>,
    logs: BTreeSet<(u64, u64)>,
    end: LogPosition,
}

impl Baseline {
    /// Looks at the machine as long as `manifest` is what runs there. `log` is the file that the new
    /// server will write to.
    #[must_use]
    pub fn look(host: &dyn Host, manifest: &Manifest, log: Option<&PathBuf>) -> Self {
        let directories = pod_directories(host, manifest);
        let logs = container_logs(host, manifest, &directories);
        Self {
            at: host.uptime(),
            answered: readyz(Endpoint::of(manifest), &[]).lives(),
            processes: Server::of(host, manifest).into_iter().map(|it| it.process).collect(),
            logs: logs.into_iter().map(|log| log.inode).collect(),
            directories,
            end: log.map(|log| LogPosition::of(host, log)).unwrap_or_default(),
        }
    }
}

/// What is to be proven.
pub struct ProofSubject<'a> {
    /// Where the manifest is on the node.
    pub path: &'a Path,
    /// The new manifest.
    pub manifest: &'a Manifest,
    /// Where its server listens.
    pub endpoint: Endpoint,
    /// Certificates for servers that tell strangers nothing.
    pub credentials: &'a [Credentials],
    /// Where the server writes events; `None` if it writes none.
    pub backend: Option<Backend>,
    /// The request of this program that its policy records; `None` if it records none of them.
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
    fn milestone(&mut self, milestone: Milestone, after: Duration);
    /// Another look was taken: these parts of the proof hold, and this is waited for.
    fn turn(&mut self, reached: &[(Milestone, Duration)], awaited: WaitTarget, after: Duration);
    /// Returns whether the change still is ours to prove.
    fn goes_on(&mut self) -> bool;
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The server is healthy with the new files.
    Proven,
    /// All that can be seen is well.
    Unproven(UnprovenReason),
    /// It will not come up.
    Failed(RestartFailure),
    /// The user asked to stop.
    Interrupted,
    /// The watcher said that it is no longer ours.
    Stopped,
}

/// Looks until it is known how the restart ends.
pub fn prove(
    host: &dyn Host,
    subject: &ProofSubject<'_>,
    before: &Baseline,
    watcher: &mut dyn Watcher,
) -> Proof {
    let begin = host.uptime();
    let mut tracker = RestartTracker::new(subject.end, subject.recheck, subject.batch);
    let mut observer = NodeObserver::new(host, subject, before);
    let mut reported = 0;
    loop {
        if !watcher.goes_on() {
            return Proof::Stopped;
        }
        if host.interrupted() {
            return Proof::Interrupted;
        }
        let next = tracker.see(&observer.observe(&tracker));
        // A server that died takes its milestones with it.
        reported = reported.min(tracker.milestones().len());
        let since =
            |(milestone, at): &(Milestone, Duration)| (*milestone, at.saturating_sub(begin));
        let reached: Vec<_> = tracker.milestones().iter().map(since).collect();
        for (milestone, after) in &reached[reported..] {
            watcher.milestone(*milestone, *after);
        }
        reported = reached.len();
        watcher.turn(&reached, tracker.awaited(), host.uptime().saturating_sub(begin));
        match next {
            RestartDecision::Wait => {}
            RestartDecision::Proven => return Proof::Proven,
            RestartDecision::Unproven(why) => return Proof::Unproven(why),
            RestartDecision::Failed(why) => {
                return Proof::Failed(observer.with_the_kubelets_words(why));
            }
        }
        host.pause(POLL_INTERVAL);
    }
}

/// What the kubelet said of the new pod.
#[derive(Debug, Clone, Default)]
struct PodReport {
    complaint: Option<String>,
    back_off: Option<Duration>,
}

/// Observes the node, and keeps what is looked at seldom.
struct NodeObserver<'a> {
    host: &'a dyn Host,
    subject: &'a ProofSubject<'a>,
    before: &'a Baseline,
    said: PodReport,
    journal_read: Option<Duration>,
    stop_asked: Option<Duration>,
    event_asked: Option<Duration>,
}

impl<'a> NodeObserver<'a> {
    fn new(host: &'a dyn Host, subject: &'a ProofSubject<'a>, before: &'a Baseline) -> Self {
        Self {
            host,
            subject,
            before,
            said: PodReport::default(),
            journal_read: None,
            stop_asked: None,
            event_asked: None,
        }
    }

    fn observe(&mut self, tracker: &RestartTracker) -> Observation {
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
        let asks = server.is_some() && tracker.asks(at);
        let recorded = server
            .as_ref()
            .is_some_and(|it| tracker.seeks_an_event() && self.records(it, &logs, at));
        let said = if server.is_none() {
            self.said_by_the_kubelet(at, &logs)
        } else {
            PodReport::default()
        };
        let old_runs = self.before.processes.iter().any(|process| self.host.alive(process));
        Observation {
            at,
            old_runs,
            old_stops: old_runs && tracker.seeks_the_stop() && self.old_stops(at),
            new_pod: !directories.is_subset(&self.before.directories) || !logs.is_empty(),
            stranger: runs && server.is_none(),
            last_words: self.last_words(&logs, runs),
            complaint: said.complaint,
            back_off: said.back_off,
            readiness: asks.then(|| readyz(self.subject.endpoint, self.subject.credentials)),
            recorded,
            server,
        }
    }

    /// When nothing was started in time, the kubelet knows why: at the end also a complaint counts that
    /// could have healed, and a back-off that outlasted patience.
    fn with_the_kubelets_words(&self, why: RestartFailure) -> RestartFailure {
        match why {
            RestartFailure::Patience {
                missing: missing @ Milestone::Running, words: None, ..
            } => {
                let logs = self.new_logs(&pod_directories(self.host, self.subject.manifest));
                let journal = self.journal(self.host.uptime());
                let kubelet = journal.why_not_started(&logs).map(str::to_owned);
                RestartFailure::Patience { missing, words: None, kubelet }
            }
            why => why,
        }
    }

    fn old_stops(&mut self, at: Duration) -> bool {
        let is_due = self.stop_asked.is_none_or(|asked| at >= asked + STOP_INTERVAL);
        if !self.before.answered || !is_due {
            return false;
        }
        self.stop_asked = Some(at);
        is_stopping(self.subject.endpoint)
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

    fn said_by_the_kubelet(&mut self, at: Duration, logs: &[ContainerLog]) -> PodReport {
        if self.journal_read.is_none_or(|read| at >= read + JOURNAL_INTERVAL) {
            self.journal_read = Some(at);
            let journal = self.journal(at);
            self.said = PodReport {
                complaint: journal.lasting_complaint(logs).map(str::to_owned),
                back_off: journal.back_off(logs),
            };
        }
        self.said.clone()
    }

    /// What the kubelet wrote since the change.
    fn journal(&self, at: Duration) -> PodJournal {
        let seconds = at.saturating_sub(self.before.at).as_secs() + 1;
        PodJournal::read(self.host, seconds, self.subject.path, self.subject.manifest)
    }

    fn records(&mut self, server: &Process, logs: &[ContainerLog], at: Duration) -> bool {
        let Some(backend) = &self.subject.backend else { return true };
        let Some(path) = self.subject.request else { return self.holds(backend, server) };
        if self.event_asked.is_none_or(|asked| at >= asked + JOURNAL_INTERVAL) {
            self.event_asked = Some(at);
            // What it answers does not matter, and whether it does the next look shows.
            let _ = ask(self.subject.endpoint, path, &self.subject.audit_id);
        }
        let id = &self.subject.audit_id;
        match backend {
            Backend::File { node, .. } => self.before.end.is_followed_by(self.host, node, id),
            Backend::Output => logs.iter().any(|log| log.names(self.host, id)),
            Backend::Webhook => true,
        }
    }

    /// Without a request of this program that is recorded, it has to do that the server made its log, and
    /// that this is the file on the node.
    fn holds(&self, backend: &Backend, server: &Process) -> bool {
        match backend {
            Backend::File { node, container } => sees(self.host, server, container, node),
            Backend::Output | Backend::Webhook => true,
        }
    }
}
