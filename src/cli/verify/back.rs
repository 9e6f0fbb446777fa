//! Waiting for a server whose files were put back.

use std::time::Duration;

use super::subject;
use crate::auditing::Endpoint;
use crate::cli::node::Node;
use crate::cli::ui::Ui;
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
pub(in crate::cli) fn wait_until_back(
    node: &Node,
    manifest: &Manifest,
    leave: &[Process],
    patience: Duration,
    ui: &mut Ui,
) -> bool {
    let host = node.host.as_ref();
    let credentials = subject::credentials(node, manifest);
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
            && match health::readyz(Endpoint::of(manifest), &credentials) {
                Readiness::Ready => true,
                Readiness::Alive(_) => is_settled,
                Readiness::NotReady(_) | Readiness::Unreachable(_) => false,
            };
        back = ready && before == server;
        before = if ready { server } else { None };
        if !back {
            let seconds = host.uptime().saturating_sub(begin).as_secs();
            ui.progress(&format!("waiting   {seconds:>4} s  for the API server to be ready again"));
            host.pause(POLL_INTERVAL);
        }
    }
    ui.end_progress("");
    back
}
