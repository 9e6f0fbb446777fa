//! Waiting for a server whose files were restored.

use std::time::Duration;

use super::node::Node;
use super::observe::{Observer, Progress};
use crate::auditing::Endpoint;
use crate::health::{self, Readiness, Server};
use crate::host::Process;
use crate::manifest::Manifest;

/// Time between two looks, and between the two answers that count.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// How long a server that has just started may answer 401 or 403 without meaning it.
const SETTLING: Duration = Duration::from_secs(15);

/// Waits until a server with the flags of `manifest` says twice in a row that it is ready, and
/// returns whether it did. One that tells nothing is taken for ready when it goes on to. Processes
/// that `leave` will not do: they are to be replaced.
pub fn wait_until_ready(
    node: &Node,
    manifest: &Manifest,
    leave: &[Process],
    patience: Duration,
    observer: &mut dyn Observer,
) -> bool {
    let host = node.host.as_ref();
    let credentials = node.credentials(manifest);
    let endpoint = Endpoint::of(manifest);
    let begin = host.uptime();
    let mut before = None;
    let mut back = false;
    let mut seen: Option<(Server, Duration)> = None;
    while !back && host.uptime() < begin + patience && !host.interrupted() {
        let stays =
            |server: &Server| server.audits_as(manifest) && !leave.contains(&server.process);
        let server = Server::of(host, manifest).into_iter().find(stays);
        let at = host.uptime();
        seen = server.clone().map(|server| match seen.take() {
            Some((former, since)) if former == server => (server, since),
            _ => (server, at),
        });
        let is_settled = seen.as_ref().is_some_and(|(_, since)| at >= *since + SETTLING);
        let ready = server.is_some()
            && match health::readyz(endpoint, &credentials) {
                Readiness::Ready => true,
                Readiness::Alive(_) => is_settled,
                Readiness::NotReady(_) | Readiness::Unreachable(_) => false,
            };
        back = ready && before == server;
        before = if ready { server } else { None };
        if !back {
            observer.progress(&Progress::Former(host.uptime().saturating_sub(begin)));
            host.pause(POLL_INTERVAL);
        }
    }
    observer.progress(&Progress::Over);
    back
}
