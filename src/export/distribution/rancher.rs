//! Rancher: the configuration of a cluster that it provisions with RKE2 or k3s.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{k3s, rke2};
use crate::export::api_server::words;
use crate::export::{Choices, Export, ExportError, ExportTarget, Holds, Setup, TargetForm, Write};
use crate::flags::name;
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "rancher",
    about: "a patch of the Cluster that Rancher provisions",
    forms: &[
        TargetForm { name: "rke2", about: "a cluster whose kubernetesVersion ends with +rke2r…" },
        TargetForm { name: "k3s", about: "a cluster whose kubernetesVersion ends with +k3s…" },
    ],
    holds: Holds { webhook: false, ..Holds::ALL },
    write: Write::Settings(write),
};

/// Where Rancher keeps its clusters.
const NAMESPACE: &str = "fleet-default";

fn write(setup: &Setup, choices: &Choices<'_>) -> Result<Export, ExportError> {
    let cluster = choices.cluster.unwrap_or("CLUSTER");
    let export = if choices.is("k3s") { of_k3s(setup, cluster) } else { of_rke2(setup, cluster) };
    Ok(export
        .steps([format!(
            "kubectl -n {NAMESPACE} patch clusters.provisioning.cattle.io {cluster} --type merge --patch-file cluster-patch.yaml"
        )])
        .notes([
            "the patch replaces lists: add the flags that kube-apiserver-arg has already",
            "Rancher restarts the servers one by one",
        ]))
}

fn cluster(name: &str, config: Value) -> Value {
    json!({
        "apiVersion": "provisioning.cattle.io/v1",
        "kind": "Cluster",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"rkeConfig": config},
    })
}

/// Rancher writes a text below `audit-policy-file` to a file of the node and names that to RKE2.
fn of_rke2(setup: &Setup, name: &str) -> Export {
    let layout = setup.layout(rke2::USUAL);
    let flags = setup.flags_at(&layout).into_iter().filter(|(flag, _)| *flag != name::POLICY_FILE);
    let config = json!({"machineGlobalConfig": {
        "audit-policy-file": setup.policy_text(),
        "kube-apiserver-arg": words(flags.collect()),
    }});
    Export::default().file(
        "cluster-patch.yaml",
        "into the Cluster, in the cluster that runs Rancher",
        yaml::write(&cluster(name, config)),
    )
}

/// k3s has no such key: the policy is a Secret that Rancher puts on the servers.
fn of_k3s(setup: &Setup, name: &str) -> Export {
    let layout = setup.layout(k3s::USUAL);
    let secret = format!("{name}-audit-policy");
    let files = json!([{
        "machineLabelSelector": {"matchLabels": {"rke.cattle.io/control-plane-role": "true"}},
        "fileSources": [{"secret": {
            "name": secret,
            "items": [{"key": "audit-policy.yaml", "path": layout.policy.node, "permissions": "600"}],
        }}],
    }]);
    let config = json!({
        "machineGlobalConfig": {"kube-apiserver-arg": words(setup.flags_at(&layout))},
        "machineSelectorFiles": files,
    });
    let document = json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": secret,
            "namespace": NAMESPACE,
            "annotations": {"rke.cattle.io/object-authorized-for-clusters": name},
        },
        "data": {"audit-policy.yaml": STANDARD.encode(setup.policy_text())},
    });
    Export::default()
        .file("audit-secret.yaml", "into the cluster that runs Rancher", yaml::write(&document))
        .file(
            "cluster-patch.yaml",
            "into the Cluster, in the cluster that runs Rancher",
            yaml::write(&cluster(name, config)),
        )
        .steps(["kubectl apply -f audit-secret.yaml"])
}
