//! Looks at a node without changing it.

use std::path::Path;

use super::environment::Environment;
use super::kubectl::{ADMIN, ClusterArgs};
use super::node::{Node, Place};
use super::verify::{credentials, endpoint};
use super::{Failure, preflight, ui::Ui};
use crate::doctor::{self, Facts, Inquiry, Probes};
use crate::health;
use crate::manifest::Manifest;

/// Reads everything doctor and status know about a node. What runs is looked at on a running node
/// only.
pub(super) fn facts(node: &Node) -> Result<Facts, Failure> {
    let host = node.host.as_ref();
    let path = node.manifest_path()?;
    let ready =
        |manifest: &Manifest| health::readyz(endpoint(manifest), &credentials(node, manifest));
    let namespaces = || {
        host.stat(Path::new(ADMIN)).ok().flatten()?;
        ClusterArgs::of_node().namespaces().ok()
    };
    let probes = Probes { ready: &ready, namespaces: &namespaces };
    Ok(Facts::read(&Inquiry {
        host,
        manifest: &path,
        trust: preflight::trust(node),
        probes: (node.place == Place::Live).then_some(probes),
    }))
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
    if !facts.unseen.is_empty() && !environment.root && node.place == Place::Live {
        ui.say(&format!("Root sees more: {}", environment.again_as_root()));
    }
}
