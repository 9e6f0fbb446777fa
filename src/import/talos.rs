//! Talos: a machine configuration, in one document or in several.

use audit_policy::wrapped;
use serde_json::Value;

use super::file::{File, Imported};
use crate::flags::name;
use crate::settings::ROTATION;

/// The log that Talos writes; nobody else chooses it.
const LOG: &str = "/var/log/audit/kube/kube-apiserver.log";

pub(super) fn read(file: &File<'_>) -> Option<Imported> {
    let find = |path: &str| file.values.iter().find_map(|value| value.pointer(path));
    let of_kind = |kind: &str| file.find(kind, "v1alpha1");
    let policy = find("/cluster/apiServer/auditPolicy")
        .or_else(|| of_kind("KubeAuditPolicyConfig")?.get("configuration"));
    let flags = find("/cluster/apiServer/extraArgs")
        .or_else(|| of_kind("KubeAPIServerConfig")?.get("extraArgs"));
    policy.or(flags)?;
    let mut found = Imported::of("the machine configuration of Talos");
    for (flag, value) in [(name::LOG_PATH, LOG)].into_iter().chain(ROTATION) {
        found.flag(flag, value.to_owned());
    }
    flags.into_iter().for_each(|flags| found.flags_of(flags));
    found.policy = policy.map(|policy| text(file, policy));
    found.notes.push(
        "what the file does not say is as Talos has it: 30 days, 10 files of 100 MB".to_owned(),
    );
    if policy.is_none() {
        found.notes.push("without auditPolicy Talos records everything at Metadata".to_owned());
    }
    Some(found)
}

/// The policy with its comments, as it is written in the file.
fn text(file: &File<'_>, policy: &Value) -> String {
    let mut inside = wrapped::find(file.text).into_iter();
    let same = inside.find(|found| goyaml::decode(&found.text).as_ref() == Ok(policy));
    same.map_or_else(|| crate::yaml::write(policy), |found| found.text)
}
