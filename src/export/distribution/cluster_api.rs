//! Cluster API: a patch of the KubeadmControlPlane.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::kubeadm::{self, USUAL};
use crate::export::setup::TargetLayout;
use crate::export::{Choices, Export, ExportError, ExportTarget, Holds, Setup, TargetForm, Write};
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "cluster-api",
    about: "a patch of the KubeadmControlPlane",
    forms: &[
        TargetForm { name: "v1beta2", about: "since Cluster API 1.11" },
        TargetForm { name: "v1beta1", about: "before; flags are a mapping" },
    ],
    holds: Holds::ALL,
    write: Write::Settings(write),
};

/// The bytes that the API takes for the content of one file (v1beta2's own schema).
const MOST_CONTENT: usize = 10_240;
/// The bytes that the API takes for the value of one flag.
const MOST_VALUE: usize = 1024;

fn write(setup: &Setup, choices: &Choices<'_>) -> Result<Export, ExportError> {
    let layout = setup.layout(USUAL);
    let flags = setup.flags_at(&layout);
    if let Some((flag, value)) = flags.into_iter().find(|(_, value)| value.len() > MOST_VALUE) {
        let (length, limit) = (value.len(), MOST_VALUE);
        return Err(ExportError::TooLong { target: "Cluster API", flag, length, limit });
    }
    let is_old = choices.is("v1beta1");
    let cluster = choices.cluster.unwrap_or("CLUSTER");
    let contents = contents(setup, &layout);
    let secret_name = format!("{cluster}-audit");
    let is_large = contents.iter().any(|(_, text)| text.len() > MOST_CONTENT);
    let file = |(path, text): &(String, String)| {
        let mut file = json!({"path": path, "owner": "root:root", "permissions": "0600"});
        let (key, content) = match is_large {
            true => ("contentFrom", json!({"secret": {"name": secret_name, "key": key(path)}})),
            false => ("content", json!(text)),
        };
        file[key] = content;
        file
    };
    let files: Vec<Value> = contents.iter().map(file).collect();
    let patch = json!({"spec": {"kubeadmConfigSpec": {
        "files": files,
        "clusterConfiguration": {"apiServer": kubeadm::api_server(setup, &layout, is_old)},
    }}});
    let mut export = Export::default();
    if is_large {
        export = secret(export, &secret_name, &contents);
    }
    Ok(export.file(
            "control-plane-patch.yaml",
            "into the KubeadmControlPlane of the cluster; a list replaces the one that is there: add its files, flags and volumes first",
            yaml::write(&patch),
        )
        .steps([format!(
            "kubectl patch {} {cluster}-control-plane --type merge --patch-file control-plane-patch.yaml",
            if is_old { "kubeadmcontrolplanes.v1beta1.controlplane.cluster.x-k8s.io" } else { "kubeadmcontrolplane" }
        ), "# With a ClusterClass: the same below spec.template in a KubeadmControlPlaneTemplate.".to_owned()])
        .notes(["the control-plane machines are replaced one by one"]))
}

/// The files that a machine needs, with their paths.
fn contents(setup: &Setup, layout: &TargetLayout) -> Vec<(String, String)> {
    let webhook = setup.webhook.as_ref();
    let webhook = webhook.and_then(|it| Some((it.place.node.clone(), it.text.clone()?)));
    let mut contents = vec![(layout.policy.node.clone(), setup.policy_text())];
    contents.extend(webhook);
    contents
}

/// The key of a file in a Secret.
fn key(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn secret(export: Export, name: &str, contents: &[(String, String)]) -> Export {
    let data: serde_json::Map<String, Value> = contents
        .iter()
        .map(|(path, text)| (key(path).to_owned(), json!(STANDARD.encode(text))))
        .collect();
    let document =
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "data": data});
    export
        .file("audit-secret.yaml", "into the namespace of the cluster", yaml::write(&document))
        .steps(["kubectl apply -f audit-secret.yaml"])
        .notes([format!(
            "a file in the KubeadmControlPlane may have {MOST_CONTENT} bytes at most, and one is larger: they \
             are in a Secret"
        )])
}
