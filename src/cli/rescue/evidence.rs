//! What was found of an API server, a line each: the manifest, the last change, the last words of its
//! container, the kubelet's complaint, the cause.

use crate::cli::node::{Node, NodePlace};
use crate::diagnosis;
use crate::doctor::{Facts, NodeFinding, ServerFacts};
use crate::health::Readiness;
use crate::journal::Journal;
use crate::operation::Evidence;

/// Returns what was found, in the order in which it is shown.
pub(super) fn lines(
    found: &Evidence,
    node: &Node,
    journal: &Journal,
) -> Vec<(&'static str, String)> {
    let mut lines = vec![("manifest", said_of_manifest(&found.facts, &found.faults))];
    lines.extend(last_change(journal, node).map(|line| ("changed", line)));
    lines.extend(found.other_manifest().map(|it| ("beside it", it.what.clone())));
    if node.place == NodePlace::Live {
        if let Some(server) = &found.facts.server {
            lines.push(("server", said_of_server(server)));
            // Of a server that is up, an earlier run says nothing.
            let last_run = server.last_run.iter().filter(|_| found.facts.is_down());
            lines.extend(last_run.map(|it| ("last words", it.words.clone())));
            let complaint = server.complaint.iter();
            lines.extend(complaint.map(|it| ("kubelet", diagnosis::gist(it).to_owned())));
        }
        if !found.kubelet_runs() {
            lines.push(("kubelet", "it does not run".to_owned()));
        }
    }
    let name = if found.facts.is_down() { "cause" } else { "next start" };
    lines.extend(found.trouble().map(|cause| (name, cause.what)));
    lines
}
/// What doctor says of the manifest, in one line.
fn said_of_manifest(facts: &Facts, faults: &[NodeFinding]) -> String {
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

fn said_of_server(server: &ServerFacts) -> String {
    let answers = match &server.readiness {
        Readiness::Ready => "is ready".to_owned(),
        Readiness::Alive(status) | Readiness::NotReady(status) => format!("answers {status}"),
        Readiness::Unreachable(_) => "does not answer".to_owned(),
    };
    let runs = if server.running.is_some() { "a process runs" } else { "no process runs" };
    format!("{} {answers}; {runs}", server.address)
}
