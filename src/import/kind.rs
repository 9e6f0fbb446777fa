//! kind: patches of kubeadm's configuration in its own.

use serde_json::Value;

use super::file::{File, Imported};
use super::kubeadm;

pub(super) fn read(file: &File<'_>) -> Option<Imported> {
    let cluster = file.find("Cluster", "kind.x-k8s.io/")?;
    let nodes = cluster.get("nodes").and_then(Value::as_array).into_iter().flatten();
    let patches = std::iter::once(cluster).chain(nodes);
    let patches =
        patches.filter_map(|holder| holder.get("kubeadmConfigPatches")?.as_array()).flatten();
    let configs = patches.filter_map(|patch| goyaml::decode(patch.as_str()?).ok());
    let is_it =
        |config: &Value| config.get("kind").and_then(Value::as_str) == Some("ClusterConfiguration");
    configs.filter(is_it).find_map(|config| kubeadm::of(&config, "the kind configuration"))
}
