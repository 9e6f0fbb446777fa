//! kubespray: variables of the inventory.

use serde_json::Value;

use super::file::{File, Imported, text_at};
use crate::flags::name;

const VARIABLES: [(&str, &str); 5] = [
    (name::POLICY_FILE, "audit_policy_file"),
    (name::LOG_PATH, "audit_log_path"),
    (name::LOG_MAXAGE, "audit_log_maxage"),
    (name::LOG_MAXBACKUP, "audit_log_maxbackups"),
    (name::LOG_MAXSIZE, "audit_log_maxsize"),
];

pub(super) fn read(file: &File<'_>) -> Option<Imported> {
    let variables = file
        .values
        .iter()
        .find(|value| value.get("kubernetes_audit") == Some(&Value::Bool(true)))?;
    let mut found = Imported::of("the inventory of kubespray");
    found.fields(variables, &VARIABLES);
    variables
        .get("kube_kubeadm_apiserver_extra_args")
        .into_iter()
        .for_each(|flags| found.flags_of(flags));
    found.policy = text_at(variables, "/audit_policy_custom_rules").map(|rules| whole(&rules));
    if found.policy.is_none() {
        found.notes.push(
            "without audit_policy_custom_rules kubespray writes a policy of its own".to_owned(),
        );
    }
    Some(found)
}

/// A policy of these rules, which Jinja does not read any more.
fn whole(rules: &str) -> String {
    let marks = ["{% raw %}\n", "{% endraw %}\n", "{% raw %}", "{% endraw %}"];
    let rules = marks.iter().fold(rules.to_owned(), |rules, mark| rules.replace(mark, ""));
    format!("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n{rules}")
}
