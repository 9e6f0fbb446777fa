//! KubeOne: a feature of its manifest.

use serde_json::{Value, json};

use crate::export::holds::ROTATION;
use crate::export::setup::Usual;
use crate::export::{Choices, Export, ExportError, ExportTarget, FlagSet, Holds, Setup, Write};
use crate::flags::{fields, name};
use crate::settings::{LOG_PATH, POLICY_PATH};
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "kubeone",
    about: "features.staticAuditLog of the KubeOneCluster",
    forms: &[],
    holds: Holds { flags: FlagSet::Only(ROTATION), webhook: false, ..Holds::ALL },
    write: Write::Settings(write),
};

/// KubeOne puts the policy at our own path, whatever the file is called here.
fn write(setup: &Setup, _: &Choices<'_>) -> Result<Export, ExportError> {
    let layout = setup.layout(Usual { policy: POLICY_PATH, log: LOG_PATH });
    let mut config = json!({"policyFilePath": "./audit-policy.yaml"});
    for (flag, value) in setup.log_flags(&layout) {
        let Some(field) = fields::field(fields::KUBEONE, flag) else { continue };
        config[field] = match value.parse::<i64>() {
            Ok(number) if flag != name::LOG_PATH => json!(number),
            _ => Value::String(value),
        };
    }
    let document = json!({
        "apiVersion": "kubeone.k8c.io/v1beta3",
        "kind": "KubeOneCluster",
        "features": {"staticAuditLog": {"enable": true, "config": config}},
    });
    Ok(Export::default()
        .file(
            "kubeone.yaml",
            "into the KubeOneCluster: add `features` to what is there",
            yaml::write(&document),
        )
        .file(
            "audit-policy.yaml",
            "beside the KubeOneCluster, from where KubeOne copies it",
            setup.policy_text(),
        )
        .steps(["kubeone apply -m kubeone.yaml"])
        .notes(["without logMaxBackup KubeOne keeps 3 files, fewer than CIS asks for"]))
}
