//! RKE2: a file of its configuration directory.

use serde_json::json;

use crate::export::api_server::words;
use crate::export::setup::Usual;
use crate::export::{Choices, Export, ExportError, ExportTarget, Holds, Setup, Write};
use crate::flags::name;
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "rke2",
    about: "a drop-in of /etc/rancher/rke2/config.yaml.d",
    forms: &[],
    holds: Holds::ALL,
    write: Write::Settings(write),
};

/// Where RKE2 keeps what belongs to its server.
pub(in crate::export) const USUAL: Usual = Usual {
    policy: "/etc/rancher/rke2/audit-policy.yaml",
    log: "/var/lib/rancher/rke2/server/logs/audit.log",
};

fn write(setup: &Setup, _: &Choices<'_>) -> Result<Export, ExportError> {
    let layout = setup.layout(USUAL);
    let flags = setup.flags_at(&layout).into_iter().filter(|(flag, _)| *flag != name::POLICY_FILE);
    let export = Export::default()
        .file(
            "90-audit.yaml",
            "to /etc/rancher/rke2/config.yaml.d/90-audit.yaml on every server",
            yaml::commented(
                "`+` adds to the flags of config.yaml; without it this list would replace them.",
                &yaml::write(&json!({
                    "audit-policy-file": layout.policy.node,
                    "kube-apiserver-arg+": words(flags.collect()),
                })),
            ),
        )
        .file(
            "audit-policy.yaml",
            format!("to {} on every server; mode 0600", layout.policy.node),
            setup.policy_text(),
        );
    Ok(webhook(setup, "server")(export).steps(["systemctl restart rke2-server"]).notes([
        "RKE2 writes its own flags before these; of a flag that is given twice the last one counts",
        "where the policy file is missing RKE2 makes one that records nothing: copy it before the restart",
        "one server after another: the API of a cluster with one server is away while it restarts",
    ]))
}

/// Adds the webhook's file, which is to be on every node of this role.
pub(in crate::export) fn webhook<'a>(
    setup: &'a Setup,
    role: &'a str,
) -> impl FnOnce(Export) -> Export + 'a {
    move |export| {
        let Some(webhook) = &setup.webhook else { return export };
        let path = &webhook.place.node;
        match &webhook.text {
            Some(text) => export.secret(webhook.place.file_name(), format!("to {path} on every {role}; mode 0600"), text),
            None => export.notes([format!(
                "the webhook configuration has to be at {path} on every {role}; --webhook-config FILE adds it here"
            )]),
        }
    }
}
