//! kops: `fileAssets` and `kubeAPIServer` of the cluster's specification.

use audit_policy::api::Version;
use serde_json::{Map, Value, json};

use crate::export::holds::ROTATION;
use crate::export::setup::{TargetLayout, Usual, parent};
use crate::export::{Choices, Export, ExportError, ExportTarget, FlagSet, Holds, Setup, Write};
use crate::flags::{fields, name};
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "kops",
    about: "fileAssets and kubeAPIServer for kops edit cluster",
    forms: &[],
    holds: Holds { flags: FlagSet::Only(FLAGS), ..Holds::ALL },
    write: Write::Settings(write),
};

const FLAGS: &[&str] = &[
    name::LOG_MAXAGE,
    name::LOG_MAXBACKUP,
    name::LOG_MAXSIZE,
    "audit-log-format",
    "audit-webhook-mode",
    "audit-webhook-initial-backoff",
    "audit-webhook-batch-buffer-size",
    "audit-webhook-batch-max-size",
    "audit-webhook-batch-max-wait",
    "audit-webhook-batch-throttle-burst",
    "audit-webhook-batch-throttle-enable",
    "audit-webhook-batch-throttle-qps",
];

/// Paths that the API server of a node of kops sees: those of 1.22 to 1.24 are others.
const NEW: Usual = Usual {
    policy: "/etc/kubernetes/audit/policy-config.yaml",
    log: "/var/log/kubernetes/audit/audit.log",
};
const OLD: Usual =
    Usual { policy: "/srv/kubernetes/kube-apiserver/audit/policy-config.yaml", ..NEW };

fn write(setup: &Setup, choices: &Choices<'_>) -> Result<Export, ExportError> {
    let layout = setup.layout(if setup.version >= Version::minor(25) { NEW } else { OLD });
    // A mode of its own keeps the policy from everyone but root; without it kops writes 0440.
    let role = if setup.version >= Version::minor(26) { "ControlPlane" } else { "Master" };
    let asset = |name: &str, path: &str, text: String| json!({"name": name, "path": path, "roles": [role], "mode": "0600", "content": text});
    let mut assets = vec![asset("kubernetes-audit", &layout.policy.node, setup.policy_text())];
    let mut export = Export::default();
    if let Some(webhook) = &setup.webhook {
        match &webhook.text {
            Some(text) => assets.push(asset("kubernetes-audit-webhook", &webhook.place.node, text.clone())),
            None => export = export.notes([format!(
                "the webhook configuration has to be a file asset at {}; --webhook-config FILE adds it here", webhook.place.node
            )]),
        }
        if parent(&webhook.place.node) != parent(&layout.policy.node) {
            export = export
                .notes(["kops takes a webhook configuration only in the directory of the policy"]);
        }
    }
    let flags = setup.flags_at(&layout);
    let server: Map<String, Value> =
        flags.iter().filter_map(|(flag, value)| field(flag, value)).collect();
    let cluster = choices.cluster.unwrap_or("CLUSTER");
    let document = json!({
        "apiVersion": "kops.k8s.io/v1alpha2",
        "kind": "Cluster",
        "metadata": {"name": cluster},
        "spec": {"fileAssets": assets, "kubeAPIServer": server},
    });
    Ok(export
        .file(
            "kops-audit.yaml",
            "into the cluster's specification: add both parts of `spec` to what is there",
            yaml::write(&document),
        )
        .steps([
            format!("kops edit cluster {cluster}"),
            format!("kops update cluster {cluster} --yes"),
            format!("kops rolling-update cluster {cluster} --yes"),
        ])
        .notes(broad(&layout)))
}

/// The field of a flag, with a value of the type that the field has. `None` for what kops cannot hold.
fn field(flag: &str, value: &str) -> Option<(String, Value)> {
    let field = fields::field(fields::KOPS, flag)?;
    let is_number = ROTATION.contains(&flag) || flag.ends_with("-size") || flag.ends_with("-burst");
    let value = match value {
        "true" | "false" if flag.ends_with("-enable") => json!(value == "true"),
        number if is_number => number.parse::<i64>().map_or(json!(number), |number| json!(number)),
        text => json!(text),
    };
    Some((field.to_owned(), value))
}

/// kops mounts the whole directory that the log is in.
fn broad(layout: &TargetLayout) -> Option<String> {
    let log = layout.log.as_ref()?;
    (parent(&log.node) == "/var/log").then(|| {
        format!(
            "{} is directly in /var/log: kops mounts all of /var/log read-write into the API server. A directory \
             of its own is better: --log-path /var/log/kubernetes/audit/audit.log",
            log.node
        )
    })
}
