//! Talos: patches of the machine configuration, one for each of its two forms.

use serde_json::{Value, json};

use crate::export::api_server::map;
use crate::export::{
    Choices, Export, ExportError, ExportTarget, Holds, LogPlace, LogSetting, Setup, Write,
};
use crate::flags::name;
use crate::settings::STDOUT;
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "talos",
    about: "patches of the machine configuration",
    forms: &[],
    holds: Holds {
        log: LogPlace::Fixed { path: "/var/log/audit/kube/kube-apiserver.log", output: true },
        webhook: false,
        ..Holds::ALL
    },
    write: Write::Settings(write),
};

/// Talos writes the policy itself, and names it itself: `audit-policy-file` here would point elsewhere.
fn write(setup: &Setup, _: &Choices<'_>) -> Result<Export, ExportError> {
    let policy = policy(setup);
    let mut flags = setup.rotation();
    if setup.log == LogSetting::Output {
        flags.push((name::LOG_PATH, STDOUT.to_owned()));
    }
    flags.extend(setup.other_flags());
    let flags = map(flags);
    let has_flags = flags.as_object().is_some_and(|flags| !flags.is_empty());
    let mut server = json!({"auditPolicy": policy});
    let mut documents = vec![
        json!({"apiVersion": "v1alpha1", "kind": "KubeAuditPolicyConfig", "configuration": policy}),
    ];
    if has_flags {
        server["extraArgs"] = flags.clone();
        documents.push(
            json!({"apiVersion": "v1alpha1", "kind": "KubeAPIServerConfig", "extraArgs": flags}),
        );
    }
    Ok(Export::default()
        .file(
            "talos-patch-v1.13.yaml",
            "into the machine configuration of control-plane nodes that has `cluster.apiServer`: Talos up to 1.13, and \
             clusters that were upgraded from it",
            yaml::write(&json!({"cluster": {"apiServer": server}})),
        )
        .file(
            "talos-patch-v1.14.yaml",
            "into the machine configuration of control-plane nodes that has documents instead: clusters made by 1.14 \
             and later",
            yaml::write_all(&documents),
        )
        .steps([
            "# One of the two; Talos refuses both in one machine configuration:",
            "talosctl -n NODE patch machineconfig --patch @talos-patch-v1.13.yaml",
            "talosctl -n NODE patch machineconfig --patch @talos-patch-v1.14.yaml",
        ])
        .notes(["without a patch Talos records everything at Metadata"]))
}

/// The policy as values: the machine configuration holds it as a mapping, not as text.
fn policy(setup: &Setup) -> Value {
    let text = setup.policy_text();
    goyaml::decode(&text).unwrap_or_else(|_| json!(setup.policy.policy()))
}
