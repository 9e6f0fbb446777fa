//! ConfigMap `kube-system/kubeadm-config`, read and changed through kubectl.

use std::path::Path;

use serde_json::{Value, json};

use super::environment::Environment;
use super::kubectl::ClusterArgs;
use super::node::{Node, NodePlace};
use super::{Failure, ui::Ui};
use crate::host::Host;
use crate::journal::{ClusterConfigRecord, ClusterConfigState, make_state};
use crate::kubeadm::AuditArgs;
use crate::operation::Exit;
use crate::plan::ClusterConfigChange;
use crate::view::diff;

/// What a diff of it is headed with.
const NAME: &str = "ConfigMap kube-system/kubeadm-config, ClusterConfiguration";
const READ: &[&str] = &["get", "configmap", "kubeadm-config", "-n", "kube-system", "-o", "json"];

/// A change of the ConfigMap, and the cluster it is made in.
pub(super) struct ConfigMapChange<'a> {
    pub(super) change: ClusterConfigChange,
    cluster: &'a ClusterArgs,
}

/// Returns the cluster that a node belongs to: as the command line says, else as the node's own kubeconfig.
/// A directory has no cluster of its own.
pub(super) fn cluster_of(node: &Node, given: &ClusterArgs) -> Result<ClusterArgs, Failure> {
    if given.is_given() {
        return Ok(given.clone());
    }
    match node.place {
        NodePlace::Live => Ok(ClusterArgs::of_node()),
        _ => Err(Failure::refused(
            "--persist changes kubeadm-config in the cluster, and below a directory there is none",
        )
        .next("--kubeconfig FILE names the cluster; without --persist the node alone is changed.")),
    }
}

impl<'a> ConfigMapChange<'a> {
    /// Reads the ConfigMap and plans how it gets these settings. `host` knows what was changed before.
    ///
    /// # Errors
    ///
    /// kubectl does not read it, or it cannot be edited.
    pub(super) fn plan(
        cluster: &'a ClusterArgs,
        wanted: &AuditArgs,
        host: Option<&dyn Host>,
    ) -> Result<Self, Failure> {
        let (config, version) = read(cluster)?;
        let record = host.map(ClusterConfigRecord::read).transpose()?.flatten();
        let former = record.as_ref().map(|record| (record.before.as_str(), record.after.as_str()));
        let change = ClusterConfigChange::plan(&config, &version, wanted, former)
            .map_err(|error| Failure::refused(format!("ConfigMap kubeadm-config: {error}")))?;
        Ok(Self { change, cluster })
    }

    /// Returns whether there is nothing to change.
    pub(super) fn is_empty(&self) -> bool {
        self.change.is_empty()
    }

    /// Returns the diff, headers included.
    pub(super) fn diff(&self) -> String {
        diff::text(NAME, self.change.before.as_bytes(), self.change.after.as_bytes())
    }

    /// Returns the change for programs.
    pub(super) fn json(&self) -> Value {
        json!({
            "kind": "ClusterConfig",
            "path": NAME,
            "action": "replace",
            "diff": anstream::adapter::strip_str(&self.diff()).to_string(),
        })
    }

    /// Changes the ConfigMap, with its former text on the node first. It is refused if someone changed it
    /// since it was read.
    ///
    /// # Errors
    ///
    /// Says what became of it.
    pub(super) fn apply(&self, host: &dyn Host, environment: &Environment) -> Result<(), Failure> {
        let ClusterConfigChange { original, after, .. } = &self.change;
        make_state(host)?;
        let mut record = ClusterConfigRecord::prepared(host, &environment.user, original, after);
        record.write(host)?;
        self.patch()?;
        if original == after {
            return Ok(ClusterConfigRecord::remove(host)?);
        }
        record.state = ClusterConfigState::Applied;
        Ok(record.write(host)?)
    }

    /// Changes the ConfigMap through kubectl.
    pub(super) fn patch(&self) -> Result<(), Failure> {
        let ClusterConfigChange { after, resource_version, .. } = &self.change;
        let patch = json!({
            "metadata": {"resourceVersion": resource_version},
            "data": {"ClusterConfiguration": after},
        })
        .to_string();
        let words = [
            "patch",
            "configmap",
            "kubeadm-config",
            "-n",
            "kube-system",
            "--type=merge",
            "--patch",
            &patch,
        ];
        self.cluster.run(&words).map(drop).map_err(|said| {
            let is_changed = said.text.contains("the object has been modified")
                || said.text.contains("Conflict");
            let failure = match is_changed {
                true => Failure::refused(
                    "ConfigMap kubeadm-config was changed since it was read: it was left as it is",
                ),
                false => Failure::refused(format!(
                    "kubectl did not change ConfigMap kubeadm-config: {}",
                    said.text
                )),
            };
            failure.next("Run the command again.")
        })
    }
}

/// Returns the ClusterConfiguration of the cluster.
pub(super) fn text(cluster: &ClusterArgs) -> Result<String, Failure> {
    read(cluster).map(|(text, _)| text)
}

/// The ClusterConfiguration, and the version of its ConfigMap.
fn read(cluster: &ClusterArgs) -> Result<(String, String), Failure> {
    let answer = cluster
        .run(READ)
        .map_err(|said| said.failure("kubectl did not read ConfigMap kubeadm-config"))?;
    let map: Value = serde_json::from_str(&answer)?;
    let text = |path: &str| map.pointer(path).and_then(Value::as_str).map(str::to_owned);
    text("/data/ClusterConfiguration").zip(text("/metadata/resourceVersion")).ok_or_else(|| {
        Failure::refused(
            "ConfigMap kubeadm-config has no ClusterConfiguration: kubeadm did not make this cluster",
        )
    })
}

/// Whether a command that takes auditing back or changes it does so in the ConfigMap, too.
pub(super) struct Removal<'a> {
    /// Whether the command line asks for it.
    pub(super) is_asked: bool,
    /// The cluster that the command line names.
    pub(super) cluster: &'a ClusterArgs,
}

impl Removal<'_> {
    /// Returns the cluster, if the ConfigMap is to be changed: it was asked for, or it has something of
    /// ours.
    pub(super) fn cluster(&self, node: &Node) -> Result<Option<ClusterArgs>, Failure> {
        if self.is_asked {
            return cluster_of(node, self.cluster).map(Some);
        }
        let is_known = self.cluster.is_given() || node.place == NodePlace::Live;
        let is_ours = is_persisted(node.host.as_ref());
        Ok(if is_ours && is_known { cluster_of(node, self.cluster).ok() } else { None })
    }

    /// Plans the change. A cluster that does not answer refuses nothing, unless it was asked for: the node
    /// comes first.
    pub(super) fn plan<'c>(
        &self,
        node: &Node,
        cluster: Option<&'c ClusterArgs>,
        wanted: &AuditArgs,
        ui: &mut Ui,
    ) -> Result<Option<ConfigMapChange<'c>>, Failure> {
        let host = node.host.as_ref();
        let Some(cluster) = cluster else {
            if is_persisted(host) {
                ui.warn(STILL_THERE);
            }
            return Ok(None);
        };
        match ConfigMapChange::plan(cluster, wanted, Some(host)) {
            Ok(change) => Ok(Some(change)),
            Err(failure) if self.is_asked => Err(failure),
            Err(failure) => {
                ui.warn(&format!("{}. {STILL_THERE}", failure.what));
                Ok(None)
            }
        }
    }
}

const STILL_THERE: &str = "kubeadm-config still has the settings of enable --persist: the next `kubeadm upgrade` writes them \
                           back. `disable --persist` takes them out";

/// Returns the failure of a node that was changed where its ConfigMap was not.
pub(super) fn not_persisted(failure: Failure, change: Option<String>, again: String) -> Failure {
    Failure {
        exit: Exit::Unverified,
        what: format!("the node is changed, but kubeadm-config is not: {}", failure.what),
        state: "Auditing on this node is as shown above. ConfigMap kubeadm-config is as it was.",
        change,
        ..failure
    }
    .next(again)
}

/// Notes that a rescue took auditing from the manifest and left the ConfigMap, and says so, if there is
/// anything of this program in it.
pub(super) fn say_pending(
    node: &Node,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<(), Failure> {
    let host = node.host.as_ref();
    let Some(mut record) = ClusterConfigRecord::read(host)? else { return Ok(()) };
    if record.state != ClusterConfigState::Pending {
        record.state = ClusterConfigState::Pending;
        record.write(host)?;
    }
    ui.warn(&format!(
        "kubeadm-config still has the audit settings, and a rescue leaves it: the next `kubeadm \
         upgrade` writes them back. When the API answers: {}",
        node.command(environment, "disable --persist")
    ));
    Ok(())
}

/// Returns whether something of this program is in the ConfigMap, as far as the node knows.
pub(super) fn is_persisted(host: &dyn Host) -> bool {
    ClusterConfigRecord::read(host).is_ok_and(|record| record.is_some())
}

/// Writes the former text to a file of the caller, who is on no node.
pub(super) fn keep_former(change: &ClusterConfigChange) -> Result<String, Failure> {
    let here = crate::host::Local::new(None);
    let name = format!("kubeadm-config-before-{}.yaml", change.resource_version);
    let path = std::path::absolute(Path::new(&name))?;
    crate::host::replace(&here, &path, change.before.as_bytes(), 0o600, None)?;
    Ok(name)
}
