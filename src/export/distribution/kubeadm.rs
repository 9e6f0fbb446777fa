//! kubeadm: `ClusterConfiguration` for new clusters and `kubeadm-config`, or patches.

use audit_policy::api::Version;
use serde_json::{Map, Value, json};

use crate::digest::sha256;
use crate::export::api_server::{self, mounts};
use crate::export::setup::{TargetLayout, Usual};
use crate::export::{Choices, Export, ExportError, ExportTarget, Holds, Setup, TargetForm, Write};
use crate::kubeadm::{AuditArgs, ExtraVolume, LAST_WITH_MAP};
use crate::manifest::POLICY_ANNOTATION;
use crate::settings::{LOG_PATH, POLICY_PATH};
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "kubeadm",
    about: "ClusterConfiguration, for kubeadm init and ConfigMap kubeadm-config",
    forms: &[
        TargetForm {
            name: "config",
            about: "ClusterConfiguration with extraArgs and extraVolumes",
        },
        TargetForm {
            name: "patches",
            about: "files for --patches, which also carry the annotation of enable",
        },
    ],
    holds: Holds::ALL,
    write: Write::Settings(write),
};

/// Where files are that have no other place.
pub(in crate::export) const USUAL: Usual = Usual { policy: POLICY_PATH, log: LOG_PATH };
/// Where patches lie on a node.
const PATCHES: &str = "/etc/kubernetes/patches";

fn write(setup: &Setup, choices: &Choices<'_>) -> Result<Export, ExportError> {
    let layout = setup.layout(USUAL);
    let export = match choices.is("patches") {
        true => patches(setup, &layout),
        false => config(setup, &layout),
    };
    Ok(with_policy(export, setup, &layout))
}

/// Adds the policy and the webhook's file, which kubeadm itself puts nowhere.
pub(in crate::export) fn with_policy(
    export: Export,
    setup: &Setup,
    layout: &TargetLayout,
) -> Export {
    let name = layout.policy.file_name();
    let name = if name == "policy.yaml" { "audit-policy.yaml" } else { name };
    let place = |path: &str| {
        format!("to {path} on every control-plane node, before the API server starts; mode 0600")
    };
    let mut export = export.file(name, place(&layout.policy.node), setup.policy_text());
    if let Some(webhook) = &setup.webhook {
        export = match &webhook.text {
            Some(text) => export.secret(webhook.place.file_name(), place(&webhook.place.node), text),
            None => export.notes([format!(
                "the webhook configuration has to be at {} on every control-plane node; --webhook-config FILE \
                 adds it here",
                webhook.place.node
            )]),
        };
    }
    export
}

/// Returns the part of a `ClusterConfiguration` that belongs to auditing.
pub(in crate::export) fn api_server(
    setup: &Setup,
    layout: &TargetLayout,
    takes_map: bool,
) -> Value {
    let flags = setup.flags_at(layout);
    let args = if takes_map { api_server::map(flags) } else { api_server::list(flags) };
    json!({"extraArgs": args, "extraVolumes": mounts(setup, layout)})
}

/// Returns the flags and volumes of a setup, for a configuration that exists.
pub(in crate::export) fn audit_args(setup: &Setup) -> AuditArgs {
    let layout = setup.layout(USUAL);
    let flags = setup.flags_at(&layout).into_iter();
    let volume = |it: api_server::HostPathMount| ExtraVolume {
        name: it.name.to_owned(),
        host_path: it.host_path,
        mount_path: it.mount_path,
        read_only: it.read_only,
        path_type: Some(it.path_type.to_owned()),
    };
    AuditArgs {
        flags: flags.map(|(name, value)| (name.to_owned(), value)).collect(),
        volumes: mounts(setup, &layout).into_iter().map(volume).collect(),
    }
}

/// Returns the API version of kubeadm's configuration that a version of Kubernetes takes.
pub(in crate::export) fn api_version(version: Version) -> (&'static str, bool) {
    match version <= LAST_WITH_MAP {
        true => ("kubeadm.k8s.io/v1beta3", true),
        false => ("kubeadm.k8s.io/v1beta4", false),
    }
}

fn config(setup: &Setup, layout: &TargetLayout) -> Export {
    let (api_version, takes_map) = api_version(setup.version);
    let mut document = Map::new();
    document.insert("apiVersion".to_owned(), json!(api_version));
    document.insert("kind".to_owned(), json!("ClusterConfiguration"));
    document.extend(
        setup.release.iter().map(|release| ("kubernetesVersion".to_owned(), json!(release))),
    );
    document.insert("apiServer".to_owned(), api_server(setup, layout, takes_map));
    Export::default()
        .file(
            "kubeadm-config.yaml",
            "into the file for `kubeadm init --config`, or into ConfigMap kube-system/kubeadm-config",
            yaml::write(&document),
        )
        .steps([
            "# A new cluster, on the first node, with the policy in its place:",
            "kubeadm init --config kubeadm-config.yaml",
            "# A cluster that runs, so that `kubeadm upgrade` keeps auditing on: change kubeadm-config,",
            "kubectl audit export kubeadm --apply",
            "# and turn auditing on on each control-plane node:",
            "kubectl audit enable",
        ])
}

fn patches(setup: &Setup, layout: &TargetLayout) -> Export {
    let flags = setup.flags_at(layout);
    let add = |(name, value): (&str, String)| json!({"op": "add", "path": "/spec/containers/0/command/-", "value": format!("--{name}={value}")});
    let flags: Vec<Value> = flags.into_iter().map(add).collect();
    let place = format!("to {PATCHES} on every control-plane node");
    Export::default()
        .file(
            "kube-apiserver0+json.yaml",
            &place,
            yaml::commented(
                "Flags. A strategic patch of `command` would replace all flags of the API server.",
                &yaml::write(&flags),
            ),
        )
        .file("kube-apiserver1+strategic.yaml", &place, yaml::write(&pod(setup, layout)))
        .file(
            "kubeadm-patches.yaml",
            "beside what `kubeadm init`, `join` and `upgrade` are given with --config",
            yaml::write_all(&configurations()),
        )
        .steps([
            "# kubeadm takes no --patches beside --config: the directory is named in the configuration.",
            "kubeadm init --config kubeadm-patches.yaml",
            "kubeadm upgrade apply VERSION --config kubeadm-patches.yaml",
            "kubeadm upgrade node --config kubeadm-patches.yaml",
        ])
}

/// Mounts, volumes and the annotation that `enable` writes.
fn pod(setup: &Setup, layout: &TargetLayout) -> Value {
    let mounts = mounts(setup, layout);
    let mount = |it: &api_server::HostPathMount| {
        let mut mount = json!({"name": it.name, "mountPath": it.mount_path});
        if it.read_only {
            mount["readOnly"] = json!(true);
        }
        mount
    };
    let volume = |it: &api_server::HostPathMount| json!({"name": it.name, "hostPath": {"path": it.host_path, "type": it.path_type}});
    json!({
        "metadata": {"annotations": {POLICY_ANNOTATION: sha256(setup.policy.text())}},
        "spec": {
            "containers": [{
                "name": "kube-apiserver",
                "volumeMounts": mounts.iter().map(mount).collect::<Vec<_>>(),
            }],
            "volumes": mounts.iter().map(volume).collect::<Vec<_>>(),
        },
    })
}

fn configurations() -> [Value; 3] {
    let of = |kind: &str| json!({"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": kind});
    let (mut init, mut join, mut upgrade) =
        (of("InitConfiguration"), of("JoinConfiguration"), of("UpgradeConfiguration"));
    let directory = json!({"directory": PATCHES});
    init["patches"] = directory.clone();
    join["patches"] = directory.clone();
    upgrade["apply"] = json!({"patches": directory});
    upgrade["node"] = json!({"patches": directory});
    [init, join, upgrade]
}
