//! Waiting for a server whose files were put back.

use std::time::Duration;

use super::{endpoint, subject};
use crate::cli::node::Node;
use crate::cli::ui::Ui;
use crate::health::{self, Server};
use crate::host::Process;
use crate::manifest::Manifest;

/// Time between two looks, and between the two answers that count.
const TURN: Duration = Duration::from_secs(1);

/// Waits until a server with the flags of `manifest` says twice in a row that it is ready, and
/// returns whether it did. Processes that `leave` will not do: they are to be replaced.
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
    while !back && host.uptime() < begin + patience && !host.interrupted() {
        let stays =
            |server: &Server| server.audits_as(manifest) && !leave.contains(&server.process);
        let server = Server::of(host, manifest).into_iter().find(stays);
        let ready = server.is_some() && health::readyz(endpoint(manifest), &credentials).lives();
        back = ready && before == server;
        before = if ready { server } else { None };
        if !back {
            let seconds = host.uptime().saturating_sub(begin).as_secs();
            ui.progress(&format!("waiting   for the API server   {seconds} s"));
            host.pause(TURN);
        }
    }
    ui.end_progress("");
    back
}
