//! kubespray: variables of the inventory.

use serde_json::{Map, Value, json};

use crate::export::api_server::map;
use crate::export::setup::{TargetLayout, Usual, parent};
use crate::export::{
    Choices, Export, ExportError, ExportTarget, Holds, LogSetting, PolicyPart, Setup, Write,
};
use crate::flags::name;
use crate::settings::STDOUT;
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "kubespray",
    about: "variables of the inventory",
    forms: &[],
    holds: Holds { policy: PolicyPart::Rules, webhook: false, ..Holds::ALL },
    write: Write::Settings(write),
};

/// kubespray's own defaults: its log is at another path in the container than on the node.
pub(in crate::export) const USUAL: Usual = Usual {
    policy: "/etc/kubernetes/audit-policy/apiserver-audit-policy.yaml",
    log: "/var/log/kubernetes/audit/audit.log",
};

/// The variables of the flags of rotation.
pub(in crate::export) const VARIABLES: [(&str, &str); 3] = [
    (name::LOG_MAXAGE, "audit_log_maxage"),
    (name::LOG_MAXBACKUP, "audit_log_maxbackups"),
    (name::LOG_MAXSIZE, "audit_log_maxsize"),
];

fn write(setup: &Setup, _: &Choices<'_>) -> Result<Export, ExportError> {
    let layout = setup.layout(USUAL);
    let mut variables = Map::new();
    variables.insert("kubernetes_audit".to_owned(), json!(true));
    variables.extend(log(setup, &layout));
    variables.insert("audit_policy_file".to_owned(), json!(layout.policy.container));
    let others = setup.other_flags();
    if !others.is_empty() {
        variables.insert("kube_kubeadm_apiserver_extra_args".to_owned(), map(others));
    }
    variables.insert(
        "audit_policy_custom_rules".to_owned(),
        json!(raw(&yaml::write(&setup.policy_of_rules().rules))),
    );
    let policy = setup.policy.policy();
    let moved = !policy.omit_stages.is_empty() || policy.omit_managed_fields;
    Ok(Export::default()
        .file("audit.yml", "to inventory/CLUSTER/group_vars/k8s_cluster/audit.yml", yaml::write(&variables))
        .steps(["ansible-playbook -i inventory/CLUSTER/hosts.yaml -b cluster.yml --tags control-plane"])
        .notes(moved.then_some(
            "kubespray takes rules alone: what is beside them in the policy is in every rule, which means the same",
        )))
}

/// Where the log is; the directory on the node is a variable of its own.
fn log(setup: &Setup, layout: &TargetLayout) -> Vec<(String, Value)> {
    let Some(log) = &layout.log else {
        let is_output = setup.log == LogSetting::Output;
        return is_output
            .then(|| ("audit_log_path".to_owned(), json!(STDOUT)))
            .into_iter()
            .collect();
    };
    let mut variables = vec![
        ("audit_log_path".to_owned(), json!(log.container)),
        ("audit_log_hostpath".to_owned(), json!(parent(&log.node))),
    ];
    for (flag, value) in setup.rotation() {
        let variable =
            VARIABLES.iter().find(|(name, _)| *name == flag).map(|(_, variable)| *variable);
        let value = value.parse::<i64>().map_or(json!(value), |number| json!(number));
        variables.extend(variable.map(|variable| (variable.to_owned(), value)));
    }
    variables
}

/// Keeps Jinja from reading what looks like its own marks.
fn raw(text: &str) -> String {
    let is_marked = ["{{", "{%", "{#"].iter().any(|mark| text.contains(mark));
    if is_marked { format!("{{% raw %}}\n{text}{{% endraw %}}\n") } else { text.to_owned() }
}
