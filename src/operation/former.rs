//! Waiting for a server whose files were restored.

use std::path::Path;
use std::time::Duration;

use super::node::Node;
use super::observe::{Observer, OperationEvent, Progress};
use crate::auditing::Endpoint;
use crate::health::{self, PodJournal, Readiness, Server};
use crate::host::Process;
use crate::manifest::Manifest;

/// Time between two looks, and between the two answers that count.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// How long a server that has just started may answer 401 or 403 without meaning it.
const SETTLING_TIME: Duration = Duration::from_secs(15);

/// How often the kubelet's journal is read for a back-off.
const JOURNAL_INTERVAL: Duration = Duration::from_secs(3);

/// A server whose files were restored.
pub(super) struct Former<'a> {
    /// The node.
    pub(super) node: &'a Node,
    /// The path of its manifest.
    pub(super) path: &'a Path,
    /// The manifest.
    pub(super) manifest: &'a Manifest,
    /// Processes that are to be replaced, so that their answers do not count.
    pub(super) leave: &'a [Process],
}

impl Former<'_> {
    /// Waits until a server with the flags of the manifest says twice in a row that it is ready, and
    /// returns whether it did. One that tells nothing is taken for ready when it goes on to.
    pub(super) fn wait_until_ready(&self, patience: Duration, observer: &mut dyn Observer) -> bool {
        let host = self.node.host.as_ref();
        let credentials = self.node.credentials(self.manifest);
        let endpoint = Endpoint::of(self.manifest);
        let begin = host.uptime();
        let mut before = None;
        let mut back = false;
        let mut seen: Option<(Server, Duration)> = None;
        let mut back_off = BackOff::default();
        while !back && host.uptime() < begin + patience && !host.interrupted() {
            let server = Server::of(host, self.manifest).into_iter().find(|it| self.stays(it));
            let at = host.uptime();
            seen = server.clone().map(|server| match seen.take() {
                Some((former, since)) if former == server => (server, since),
                _ => (server, at),
            });
            let is_settled = seen.as_ref().is_some_and(|(_, since)| at >= *since + SETTLING_TIME);
            let ready = server.is_some()
                && match health::readyz(endpoint, &credentials) {
                    Readiness::Ready => true,
                    Readiness::Alive(_) => is_settled,
                    Readiness::NotReady(_) | Readiness::Unreachable(_) => false,
                };
            back = ready && before == server;
            if server.is_none() {
                back_off.look(self, begin, observer);
            }
            before = if ready { server } else { None };
            if !back {
                observer.progress(&Progress::Former(host.uptime().saturating_sub(begin)));
                host.pause(POLL_INTERVAL);
            }
        }
        observer.progress(&Progress::Over);
        back
    }

    fn stays(&self, server: &Server) -> bool {
        server.audits_as(self.manifest) && !self.leave.contains(&server.process)
    }
}

/// What the kubelet said of its back-off, and when its journal was read last.
#[derive(Default)]
struct BackOff {
    said: Option<Duration>,
    read: Option<Duration>,
}

impl BackOff {
    /// Says how long the kubelet waits, once for each time that it names.
    fn look(&mut self, server: &Former<'_>, begin: Duration, observer: &mut dyn Observer) {
        let host = server.node.host.as_ref();
        let at = host.uptime();
        if self.read.is_some_and(|read| at < read + JOURNAL_INTERVAL) {
            return;
        }
        self.read = Some(at);
        let seconds = at.saturating_sub(begin).as_secs() + 1;
        let directories = health::pod_directories(host, server.manifest);
        let logs = health::container_logs(host, server.manifest, &directories);
        let journal = PodJournal::read(host, seconds, server.path, server.manifest);
        let found = journal.back_off(&logs);
        if let Some(wait) = found.filter(|_| found != self.said) {
            self.said = found;
            observer.event(&OperationEvent::BackOff(wait));
        }
    }
}
