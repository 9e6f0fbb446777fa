//! Deckhouse: ModuleConfig `control-plane-manager` and Secret `kube-system/audit-policy`.

use audit_policy::api::Stage;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::export::setup::parent;
use crate::export::{
    Choices, Export, ExportError, ExportTarget, FilePlace, FlagSet, Holds, LogSetting, PolicyPart,
    Setup, TargetForm, Write,
};
use crate::flags::name;
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "deckhouse",
    about: "ModuleConfig control-plane-manager and Secret kube-system/audit-policy",
    forms: &[
        TargetForm {
            name: "whole",
            about: "the policy alone decides: basicAuditPolicyEnabled is false",
        },
        TargetForm {
            name: "keep-basic",
            about: "Deckhouse's basic rules come first (--keep-basic)",
        },
    ],
    holds: Holds {
        policy: PolicyPart::Rules,
        flags: FlagSet::Only(&[]),
        webhook: false,
        // What its template gives the API server (candi/control-plane, kube-apiserver.yaml.tpl).
        fixed: &[
            (name::LOG_MAXAGE, "30"),
            (name::LOG_MAXBACKUP, "10"),
            (name::LOG_MAXSIZE, "100"),
            ("audit-log-format", "json"),
            ("audit-log-truncate-enabled", "true"),
        ],
        ..Holds::ALL
    },
    write: Write::Settings(write),
};

/// The log in the container, wherever its directory is on the node.
const LOG: &str = "/var/log/kube-audit/audit.log";

fn write(setup: &Setup, choices: &Choices<'_>) -> Result<Export, ExportError> {
    if let Some(warning) = setup.warning.clone() {
        return Err(ExportError::Strict { target: "Deckhouse", warning });
    }
    let keeps_basic = choices.is("keep-basic");
    let mut api_server =
        json!({"auditPolicyEnabled": true, "basicAuditPolicyEnabled": keeps_basic});
    let mut notes = vec![];
    match &setup.log {
        LogSetting::Output => api_server["auditLog"] = json!({"output": "Stdout"}),
        LogSetting::File(place) if parent(&place.node) != parent(LOG) => {
            api_server["auditLog"] = json!({"output": "File", "path": parent(&place.node)});
            notes.extend(other_name(place));
        }
        LogSetting::File(place) => notes.extend(other_name(place)),
        LogSetting::Usual | LogSetting::None => {}
    }
    let module = json!({
        "apiVersion": "deckhouse.io/v1alpha1",
        "kind": "ModuleConfig",
        "metadata": {"name": "control-plane-manager"},
        "spec": {"version": 3, "settings": {"apiserver": api_server}},
    });
    notes.extend(keeps_basic.then(|| KEPT.to_owned()));
    let leaves_out = &setup.policy.policy().omit_stages;
    notes.extend((keeps_basic && leaves_out.contains(&Stage::RequestReceived)).then(|| {
        "omitStages beside the rules would hold for the basic rules, too, one of which keeps RequestReceived for \
         LIST on purpose: it is in each rule instead"
            .to_owned()
    }));
    Ok(Export::default()
        .file("audit.yaml", "into the cluster", yaml::write_all(&[module, secret(setup)]))
        .steps([
            "kubectl apply -f audit.yaml",
            "# If the API server does not start: on each control-plane node",
            "kubectl audit rescue",
            "# and then, so that Deckhouse does not write it again, fix the Secret or remove it:",
            "kubectl -n kube-system delete secret audit-policy",
        ])
        .notes(notes))
}

const KEPT: &str = "the basic rules come first and decide what they match; then those of the virtualization module, \
                    then these; last, authenticated requests that nothing matched are not recorded, and others are \
                    at Metadata";

/// The name of the log file cannot be chosen.
fn other_name(place: &FilePlace) -> Option<String> {
    let name = place.file_name();
    (name != "audit.log").then(|| format!("the log is called audit.log there, not {name}"))
}

/// The policy as it is, if Deckhouse keeps all of it; else with every field in its rules.
fn secret(setup: &Setup) -> Value {
    let policy = setup.policy.policy();
    let text = match policy.omit_stages.is_empty() && !policy.omit_managed_fields {
        true => setup.policy_text(),
        false => yaml::write(&whole(&setup.policy_of_rules())),
    };
    json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "audit-policy", "namespace": "kube-system"},
        "data": {"audit-policy.yaml": STANDARD.encode(text)},
    })
}

/// A policy as a document with its API version and kind.
fn whole(policy: &audit_policy::api::Policy) -> Value {
    json!({"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": policy.rules})
}
