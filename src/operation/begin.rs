//! The beginning of every change: what an earlier run left open is ended, and the node is read once.

use std::path::PathBuf;
use std::time::Duration;

use super::failure::{Failure, with_causes};
use super::former::Former;
use super::left::tell_left;
use super::node::{Node, NodePlace};
use super::observe::{Observer, OperationEvent, Recovery};
use super::outcome::Exit;
use crate::apply::{self, RecoverError, RecoveredAs, RecoveredEntry};
use crate::doctor;
use crate::manifest::Manifest;
use crate::node::Kubelet;

/// The control plane of one node, read once.
pub struct ControlPlane {
    /// The node.
    pub node: Node,
    /// The path of the manifest on it.
    pub path: PathBuf,
    /// The manifest.
    pub manifest: Manifest,
    /// How its kubelet is set up.
    pub kubelet: Kubelet,
}

/// How long to wait for a server whose files an earlier command had left unfinished.
const READY_TIMEOUT: Duration = Duration::from_secs(120);

impl ControlPlane {
    /// Begins a change of the audit settings: ends what an earlier run left open (only with `writes`:
    /// nothing is written else), finds the manifest and reads it, and says so while auditing was left
    /// off.
    ///
    /// # Errors
    ///
    /// Another process is at work; there is no manifest, or none that is safe to edit.
    pub fn begin(node: Node, writes: bool, observer: &mut dyn Observer) -> Result<Self, Failure> {
        let kubelet = Kubelet::read(node.host.as_ref());
        if writes {
            recover(&node, &kubelet, observer)?;
        }
        let path = node.manifest_path_of(&kubelet)?;
        let manifest = node.manifest(&path);
        let host = node.host.as_ref();
        let left_off = match &manifest {
            Ok(manifest) => doctor::left_off_with(host, &path, manifest),
            Err(_) => doctor::left_off(host, &path),
        };
        if let Some(change) = left_off {
            let next = node.again("enable");
            observer.event(&OperationEvent::AuditingOff { what: change.says_off(), next });
        }
        observer.event(&OperationEvent::Manifest(node.outside(&path)));
        Ok(Self { path, manifest: manifest?, kubelet, node })
    }
}

/// Ends what an earlier run left open, and waits for the server where files were restored.
fn recover(node: &Node, kubelet: &Kubelet, observer: &mut dyn Observer) -> Result<(), Failure> {
    let recovered =
        apply::recover(node.host.as_ref()).map_err(|error| not_recovered(&error, node))?;
    tell(&recovered, node, observer);
    let rolled_back = |entry: &RecoveredEntry| matches!(entry.how, RecoveredAs::RolledBack(_));
    if node.place == NodePlace::Live && recovered.iter().any(rolled_back) {
        let path = node.manifest_path_of(kubelet)?;
        let manifest = node.manifest(&path)?;
        let former = Former { node, path: &path, manifest: &manifest, leave: &[] };
        if !former.wait_until_ready(READY_TIMEOUT, observer) {
            observer.event(&OperationEvent::FormerNotReady);
        }
    }
    Ok(())
}

/// Tells what became of changes that were left unfinished.
pub fn tell(recovered: &[RecoveredEntry], node: &Node, observer: &mut dyn Observer) {
    for entry in recovered {
        observer.event(&OperationEvent::Recovered {
            id: entry.id.clone(),
            command: entry.command,
            time: entry.time.clone(),
            how: match &entry.how {
                RecoveredAs::Undone => Recovery::NothingChanged,
                RecoveredAs::RolledBack(_) => Recovery::RolledBack,
                RecoveredAs::Superseded => Recovery::Superseded,
            },
        });
        if let RecoveredAs::RolledBack(files) = &entry.how {
            tell_left(files, node, observer);
        }
    }
}

/// Returns the failure of a recovery.
#[must_use]
pub fn not_recovered(error: &RecoverError, node: &Node) -> Failure {
    let failure = Failure::refused(with_causes(error));
    match error {
        RecoverError::RollbackFailed { command, .. } => Failure {
            exit: Exit::RollbackFailed,
            state: "An unfinished change could not be taken back completely.",
            ..failure
        }
        .next(command.clone()),
        RecoverError::Busy { .. } | RecoverError::Unconfirmed { .. } => failure
            .next("To keep it, once it is healthy:")
            .next(node.again("confirm"))
            .next("To take it back now:")
            .next(node.again("rescue")),
        RecoverError::Damaged(_) => failure
            .next("Nobody can tell what the unfinished change did. What is there now:")
            .next(node.again("history")),
        _ => failure.next("Wait until it has ended, then try again."),
    }
}
