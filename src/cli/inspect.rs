//! Looks at a node without changing it.

use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::kubeadm_config;
use super::kubectl::{ADMIN, ClusterArgs};
use super::node::{Node, NodePlace};
use super::{Failure, ui::Ui};
use crate::doctor::{self, Facts, Fix};
use crate::journal::Journal;
use crate::shell;

/// Reads everything doctor and status know about a node. What runs is looked at on a running node
/// only.
pub(super) fn facts(node: &Node) -> Result<Facts, Failure> {
    let path = node.manifest_path().or_else(|failure| last_path(node)?.ok_or(failure))?;
    let namespaces = || {
        node.host.stat(Path::new(ADMIN)).ok().flatten()?;
        ClusterArgs::of_node().namespaces().ok()
    };
    let cluster_configuration = || {
        node.host.stat(Path::new(ADMIN)).ok().flatten()?;
        kubeadm_config::text(&ClusterArgs::of_node()).ok()
    };
    Ok(node.facts(&path, &namespaces, &cluster_configuration))
}

/// Returns where the manifest was at the last change: where none is left, the journal knows.
pub(super) fn last_path(node: &Node) -> Result<Option<PathBuf>, Failure> {
    let journal = Journal::open(node.host.as_ref())?;
    let last = journal.entries().iter().find(|entry| node.is_about(entry));
    Ok(last.map(|entry| entry.record.manifest.clone()))
}

/// Returns what fixes a fault, as it can be typed here and now.
pub(super) fn shown(fix: &Fix, node: &Node, environment: &Environment) -> String {
    match fix {
        Fix::OnNode(arguments) => node.command(environment, arguments),
        Fix::Anywhere(arguments) => environment.command(arguments),
        Fix::Run(command) => as_root(command, node, environment),
        Fix::ByHand(sentence) => sentence.clone(),
    }
}

/// A command of the node's own is for root, below a directory for its owner.
fn as_root(command: &str, node: &Node, environment: &Environment) -> String {
    if environment.root || node.place != NodePlace::Live {
        return command.to_owned();
    }
    match command.contains(['&', '|', '$']) {
        true => format!("sudo sh -c {}", shell::word(Path::new(command))),
        false => format!("sudo {command}"),
    }
}

/// Says so while a rescue or a rollback has left auditing off. Every node command does.
pub(super) fn say_left_off(node: &Node, path: &Path, environment: &Environment, ui: &mut Ui) {
    if let Some(change) = doctor::left_off(node.host.as_ref(), path) {
        ui.warn(&change.says_off());
        ui.say(&format!("To turn it on again: {}", node.command(environment, "enable")));
    }
}

/// Says what could not be looked at, and who could.
pub(super) fn say_unseen(facts: &Facts, node: &Node, environment: &Environment, ui: &mut Ui) {
    for unseen in &facts.unseen {
        ui.warn(&format!("not looked at: {unseen}"));
    }
    if !facts.unseen.is_empty() && !environment.root && node.place == NodePlace::Live {
        ui.say(&format!("Root sees more: {}", environment.again_as_root()));
    }
}
