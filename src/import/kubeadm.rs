//! kubeadm: `ClusterConfiguration`, alone or in ConfigMap `kubeadm-config`, and so sealos.

use serde_json::Value;

use super::file::{File, Imported, is, text_at};

/// The versions v1beta3, v1beta4 and v1 differ in the form of the flags alone.
const API: &str = "kubeadm.k8s.io/";

pub(super) fn read(file: &File<'_>) -> Option<Imported> {
    if let Some(config) = file.find("ClusterConfiguration", API) {
        return of(config, "ClusterConfiguration");
    }
    let map = file.values.iter().find(|value| {
        is(value, "ConfigMap", "v1") && value.pointer("/data/ClusterConfiguration").is_some()
    })?;
    let config = goyaml::decode(&text_at(map, "/data/ClusterConfiguration")?).ok()?;
    of(&config, "ConfigMap `kubeadm-config`")
}

/// Takes the flags of the API server.
pub(super) fn of(config: &Value, holder: &str) -> Option<Imported> {
    let mut found = Imported::of(holder);
    found.flags_of(config.pointer("/apiServer/extraArgs")?);
    found.notes.extend(found.policy_path.iter().map(|path| {
        format!("kubeadm knows the path of the policy alone: the policy is {path} on each control-plane node")
    }));
    found.unless_empty()
}
