//! k0s: `spec.api.extraArgs` of its configuration.

use serde_json::json;

use crate::export::api_server::map;
use crate::export::setup::{Usual, parent};
use crate::export::{Choices, Export, ExportError, ExportTarget, Holds, Setup, Write};
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "k0s",
    about: "spec.api.extraArgs of k0s.yaml",
    forms: &[],
    holds: Holds::ALL,
    write: Write::Settings(write),
};

const USUAL: Usual =
    Usual { policy: "/etc/k0s/audit-policy.yaml", log: "/var/log/k0s-audit/audit.log" };
/// The user that the API server of k0s runs as.
const USER: &str = "kube-apiserver";

fn write(setup: &Setup, _: &Choices<'_>) -> Result<Export, ExportError> {
    let layout = setup.layout(USUAL);
    let policy = &layout.policy.node;
    let config = json!({
        "apiVersion": "k0s.k0sproject.io/v1beta1",
        "kind": "ClusterConfig",
        "metadata": {"name": "k0s"},
        "spec": {"api": {"extraArgs": map(setup.flags_at(&layout))}},
    });
    let log = layout
        .log
        .as_ref()
        .map(|log| format!("install -d -m 0750 -o {USER} {}", parent(&log.node)));
    let export = Export::default()
        .file(
            "k0s.yaml",
            "into /etc/k0s/k0s.yaml on every controller: add `extraArgs` to what is there",
            yaml::write(&config),
        )
        .file(
            "audit-policy.yaml",
            format!("to {policy} on every controller; mode 0640, group {USER}"),
            setup.policy_text(),
        );
    Ok(super::rke2::webhook(setup, "controller")(export)
        .steps([format!("install -m 0640 -g {USER} audit-policy.yaml {policy}")])
        .steps(log)
        .steps(["k0s config validate --config /etc/k0s/k0s.yaml", "systemctl restart k0scontroller"])
        .notes([
            "k0s runs the API server as user kube-apiserver: one that cannot read the policy or write the log does not start",
            "spec.api belongs to each controller, also where k0s has a dynamic configuration",
        ]))
}
