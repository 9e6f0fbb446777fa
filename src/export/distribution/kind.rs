//! kind: a cluster configuration with a patch for kubeadm.

use serde_json::json;

use super::kubeadm::{self, USUAL};
use crate::export::{Choices, Export, ExportError, ExportTarget, Holds, Setup, Write};
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "kind",
    about: "the cluster configuration for kind create cluster",
    forms: &[],
    holds: Holds::ALL,
    write: Write::Settings(write),
};

/// The patch names no version of kubeadm's API and has flags as a mapping: this form alone is right for
/// every version of Kubernetes, because kind translates it.
fn write(setup: &Setup, _: &Choices<'_>) -> Result<Export, ExportError> {
    let layout = setup.layout(USUAL);
    let patch = yaml::write(&json!({
        "kind": "ClusterConfiguration",
        "apiServer": kubeadm::api_server(setup, &layout, true),
    }));
    let mount = |path: &str, file: &str| json!({"hostPath": format!("./{file}"), "containerPath": path, "readOnly": true});
    let mut mounts = vec![mount(&layout.policy.node, "audit-policy.yaml")];
    let mut export = Export::default();
    if let Some(webhook) = &setup.webhook {
        mounts.push(mount(&webhook.place.node, webhook.place.file_name()));
        let place = "beside kind-config.yaml";
        export = match &webhook.text {
            Some(text) => export.secret(webhook.place.file_name(), place, text),
            None => export.notes([format!(
                "{} has to be beside kind-config.yaml; --webhook-config FILE adds it here",
                webhook.place.file_name()
            )]),
        };
    }
    let config = json!({
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "nodes": [{"role": "control-plane", "extraMounts": mounts}],
        "kubeadmConfigPatches": [patch],
    });
    let export = export
        .file(
            "kind-config.yaml",
            "to the directory in which kind is run; further control-plane nodes need the same extraMounts",
            yaml::write(&config),
        )
        .file("audit-policy.yaml", "beside kind-config.yaml", setup.policy_text())
        .steps([
            "kind create cluster --config kind-config.yaml".to_owned(),
            match &layout.log {
                Some(log) => format!("docker exec kind-control-plane cat {} | kubectl audit log -", log.node),
                None => "docker exec kind-control-plane sh -c 'crictl logs $(crictl ps --name kube-apiserver -q)' | kubectl audit log -".to_owned(),
            },
        ]);
    Ok(export.notes([
        "the settings are part of the cluster: one that exists keeps what it was created with",
    ]))
}
