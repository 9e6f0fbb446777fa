//! k3s: a file of its configuration directory.

use serde_json::json;

use crate::export::api_server::words;
use crate::export::setup::{Usual, parent};
use crate::export::{Choices, Export, ExportError, ExportTarget, Holds, Setup, Write};
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "k3s",
    about: "a drop-in of /etc/rancher/k3s/config.yaml.d",
    forms: &[],
    holds: Holds::ALL,
    write: Write::Settings(write),
};

/// Where k3s keeps what belongs to its server.
pub(in crate::export) const USUAL: Usual = Usual {
    policy: "/var/lib/rancher/k3s/server/audit.yaml",
    log: "/var/lib/rancher/k3s/server/logs/audit.log",
};

fn write(setup: &Setup, _: &Choices<'_>) -> Result<Export, ExportError> {
    let layout = setup.layout(USUAL);
    let flags = setup.flags_at(&layout);
    let log = layout.log.as_ref().map(|log| format!("mkdir -p -m 700 {}", parent(&log.node)));
    let export = Export::default()
        .file(
            "90-audit.yaml",
            "to /etc/rancher/k3s/config.yaml.d/90-audit.yaml on every server",
            yaml::commented(
                "`+` adds to the flags of config.yaml; without it this list would replace them.",
                &yaml::write(&json!({"kube-apiserver-arg+": words(flags)})),
            ),
        )
        .file(
            "audit-policy.yaml",
            format!("to {} on every server; mode 0600", layout.policy.node),
            setup.policy_text(),
        );
    let webhook = super::rke2::webhook(setup, "server");
    Ok(webhook(export).steps(log).steps(["systemctl restart k3s"]).notes([
        "k3s runs the API server without a container: paths are those of the node, and nothing is mounted",
        "one server after another: the API of a cluster with one server is away while it restarts",
    ]))
}
