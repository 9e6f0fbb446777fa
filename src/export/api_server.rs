//! Flags, volumes and files of an API server in the forms that several distributions share.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::setup::{FilePlace, Setup, TargetLayout};

/// A flag of kubeadm's newer forms: a name and a text.
#[derive(Debug, Serialize)]
struct Arg {
    name: &'static str,
    value: String,
}

/// A hostPath volume and its mount, as kubeadm calls both together (Go: `HostPathMount`).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HostPathMount {
    /// The name of the volume.
    pub(super) name: &'static str,
    /// The path on the node.
    pub(super) host_path: String,
    /// The path in the container.
    pub(super) mount_path: String,
    /// Whether the container may only read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) read_only: bool,
    /// `File` or `DirectoryOrCreate`.
    pub(super) path_type: &'static str,
}

/// Returns flags as a list of names and texts.
pub(super) fn list(flags: Vec<(&'static str, String)>) -> Value {
    json!(flags.into_iter().map(|(name, value)| Arg { name, value }).collect::<Vec<_>>())
}

/// Returns flags as a mapping of texts.
pub(super) fn map(flags: Vec<(&'static str, String)>) -> Value {
    flags
        .into_iter()
        .map(|(name, value)| (name.to_owned(), Value::String(value)))
        .collect::<Map<_, _>>()
        .into()
}

/// Returns flags as words such as `audit-log-maxage=30`.
pub(super) fn words(flags: Vec<(&'static str, String)>) -> Value {
    flags.into_iter().map(|(name, value)| Value::String(format!("{name}={value}"))).collect()
}

/// Returns what has to be mounted: the policy and the webhook's file, read-only, and the directory of the
/// log.
pub(super) fn mounts(setup: &Setup, layout: &TargetLayout) -> Vec<HostPathMount> {
    let mut mounts = vec![HostPathMount {
        name: "audit-policy",
        host_path: layout.policy.node.clone(),
        mount_path: layout.policy.container.clone(),
        read_only: true,
        path_type: "File",
    }];
    mounts.extend(setup.webhook.as_ref().map(|webhook| HostPathMount {
        name: "audit-webhook",
        host_path: webhook.place.node.clone(),
        mount_path: webhook.place.container.clone(),
        read_only: true,
        path_type: "File",
    }));
    mounts.extend(layout.log.as_ref().map(FilePlace::directory).map(|directory| HostPathMount {
        name: "audit-log",
        host_path: directory.node,
        mount_path: directory.container,
        read_only: false,
        path_type: "DirectoryOrCreate",
    }));
    mounts
}
