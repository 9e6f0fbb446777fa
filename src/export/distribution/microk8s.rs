//! MicroK8s: a launch configuration, or lines of its arguments.

use serde_json::{Map, Value, json};

use crate::export::setup::{TargetLayout, Usual};
use crate::export::{Choices, Export, ExportError, ExportTarget, Holds, Setup, TargetForm, Write};
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "microk8s",
    about: "a launch configuration of MicroK8s",
    forms: &[
        TargetForm { name: "launch", about: "a launch configuration, set on the snap" },
        TargetForm {
            name: "args",
            about: "lines for /var/snap/microk8s/current/args/kube-apiserver",
        },
    ],
    holds: Holds { webhook: false, ..Holds::ALL },
    write: Write::Settings(write),
};

/// A launch configuration puts files beside the arguments, and MicroK8s expands the variable in both forms.
/// The log is in the directory that a refresh of the snap does not copy.
const USUAL: Usual = Usual {
    policy: "${SNAP_DATA}/args/audit-policy.yaml",
    log: "/var/snap/microk8s/common/audit/audit.log",
};

fn write(setup: &Setup, choices: &Choices<'_>) -> Result<Export, ExportError> {
    let layout = Setup { policy_place: None, ..setup.clone() }.layout(USUAL);
    Ok(if choices.is("args") { arguments(setup, &layout) } else { launch(setup, &layout) })
}

fn launch(setup: &Setup, layout: &TargetLayout) -> Export {
    let flags = setup.flags_at(layout).into_iter();
    let flags: Map<String, Value> =
        flags.map(|(name, value)| (format!("--{name}"), json!(value))).collect();
    let document = json!({
        "version": "0.2.0",
        "extraKubeAPIServerArgs": flags,
        "extraConfigFiles": {"audit-policy.yaml": setup.policy_text()},
    });
    Export::default()
        .file("microk8s-config.yaml", "to every control-plane node", yaml::write(&document))
        .steps(["sudo snap set microk8s config=\"$(cat microk8s-config.yaml)\""])
        .notes(["MicroK8s restarts its API server by itself; for new nodes the file is /var/snap/microk8s/common/.microk8s.yaml"])
}

fn arguments(setup: &Setup, layout: &TargetLayout) -> Export {
    let flags = setup.flags_at(layout).into_iter();
    let lines: String = flags.map(|(name, value)| format!("--{name}={value}\n")).collect();
    Export::default()
        .file(
            "kube-apiserver.args",
            "to the end of /var/snap/microk8s/current/args/kube-apiserver",
            lines,
        )
        .file(
            "audit-policy.yaml",
            "to /var/snap/microk8s/current/args/audit-policy.yaml",
            setup.policy_text(),
        )
        .steps([
            "sudo cp audit-policy.yaml /var/snap/microk8s/current/args/audit-policy.yaml",
            "cat kube-apiserver.args | sudo tee -a /var/snap/microk8s/current/args/kube-apiserver",
            "sudo snap restart microk8s.daemon-kubelite",
        ])
}
