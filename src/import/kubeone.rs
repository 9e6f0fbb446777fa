//! KubeOne: a feature of its manifest.

use super::file::{File, Imported};
use crate::flags::{fields, name};
use crate::settings::POLICY_PATH;

pub(super) fn read(file: &File<'_>) -> Option<Imported> {
    let find =
        |value: &'_ serde_json::Value| value.pointer("/features/staticAuditLog/config").cloned();
    let config = file.values.iter().find_map(find)?;
    let mut found = Imported::of("the KubeOneCluster");
    found.flag(name::POLICY_FILE, POLICY_PATH.to_owned());
    found.fields(&config, fields::KUBEONE);
    let source =
        config.get("policyFilePath").and_then(serde_json::Value::as_str).unwrap_or_default();
    found.notes.push(format!(
        "the policy is the file {source} beside it, which KubeOne copies to {POLICY_PATH}"
    ));
    Some(found)
}
