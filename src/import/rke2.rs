//! RKE2 and k3s: a file of their configuration directory.

use serde_json::Value;

use super::file::{File, Imported, text_at};
use crate::flags::name;

pub(super) fn read(file: &File<'_>) -> Option<Imported> {
    let is_it = |value: &&Value| {
        value.get("kind").is_none() && !arguments(value).is_empty()
            || value.get("audit-policy-file").is_some()
    };
    let config = file.values.iter().find(is_it)?;
    let mut found = Imported::of("the configuration of RKE2 or k3s");
    flags(&mut found, config);
    if let Some(path) = text_at(config, "/audit-policy-file") {
        found.flag(name::POLICY_FILE, path);
        found.notes.push(
            "RKE2 adds 30 days, 10 files of 100 MB and /var/lib/rancher/rke2/server/logs/audit.log where the file says \
             nothing else"
                .to_owned(),
        );
    }
    found.unless_empty()
}

/// Takes the flags of the API server, which may be added to those of another file.
pub(super) fn flags(found: &mut Imported, config: &Value) {
    arguments(config).into_iter().for_each(|flags| found.flags_of(flags));
}

fn arguments(config: &Value) -> Vec<&Value> {
    ["kube-apiserver-arg", "kube-apiserver-arg+"]
        .into_iter()
        .filter_map(|key| config.get(key))
        .collect()
}
