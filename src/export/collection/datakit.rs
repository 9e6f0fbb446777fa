//! DataKit of Guance: a pod whose annotation names the log, and a pipeline.

use serde_json::{Map, Value, json};

use super::input::{CollectorInput, with_access};
use crate::export::holds::Holds;
use crate::export::setup::parent;
use crate::export::{Choices, Export, ExportTarget, LogSetting, Write};
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "datakit",
    about: "Guance DataKit: a pod with the datakit/logs annotation, and a pipeline",
    forms: &[],
    holds: Holds::NOTHING,
    write: Write::Collection(write),
};

/// The source, the service and the pipeline have one name.
const NAME: &str = "k8s-audit";
const ROLES: [&str; 2] =
    ["node-role.kubernetes.io/master", "node-role.kubernetes.io/control-plane"];

fn write(log: &LogSetting, choices: &Choices<'_>) -> Export {
    let input = CollectorInput::of(log);
    let export = Export::default()
        .file("k8s-audit-log.yaml", "into the cluster, once for each control-plane node", yaml::write(&pod(&input, choices)))
        .file("k8s-audit.p", "to Logs > Pipelines of Guance, for source k8s-audit, or to pipeline/logging of DataKit", pipeline(&input))
        .steps(["kubectl apply -f k8s-audit-log.yaml"])
        .notes([
            "`status` differs from the pipeline of the Guance documentation, which calls everything but 200 a failure: \
             there a successful create (201) is FAIL",
            "`node` holds the name of the object, as there; `name` holds it, too",
            "DataKit cuts a line at 819 KiB",
        ]);
    with_access(export, &input)
}

fn pod(input: &CollectorInput, choices: &Choices<'_>) -> Value {
    let logs = json!([{
        "disable": false,
        "type": "file",
        "path": input.path(),
        "source": NAME,
        "service": NAME,
        "pipeline": format!("{NAME}.p"),
        "tags": {"atype": "kube-audit-log"},
    }]);
    let mut selector = Map::new();
    match choices.node {
        Some(node) => selector.insert("kubernetes.io/hostname".to_owned(), json!(node)),
        None => selector.insert(ROLES[1].to_owned(), json!("")),
    };
    let tolerations =
        ROLES.map(|key| json!({"key": key, "operator": "Exists", "effect": "NoSchedule"}));
    let directory = if input.is_container() { "/var/log/pods" } else { parent(input.path()) };
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "kube-audit-log", "annotations": {"datakit/logs": format!("{logs:#}\n")}},
        "spec": {
            "containers": [{
                "name": "kube-audit-log",
                "image": "busybox",
                "args": ["/bin/sh", "-c", "while true; do sleep 3600; done"],
                "volumeMounts": [{"name": "audit-log", "mountPath": directory, "readOnly": true}],
            }],
            "volumes": [{"name": "audit-log", "hostPath": {"path": directory, "type": "Directory"}}],
            "nodeSelector": selector,
            "tolerations": tolerations,
        },
    })
}

/// Reads an event out of a line of the container runtime, or out of the line itself.
const CONTAINER: &str = "grok(_, \"%{NOTSPACE:log_time} %{NOTSPACE:log_stream} %{NOTSPACE:log_flag} %{GREEDYDATA:event_text}\")
event = load_json(event_text)
";
const FILE: &str = "event = load_json(_)\n";

fn pipeline(input: &CollectorInput) -> String {
    let head = if input.is_container() { CONTAINER } else { FILE };
    format!("{head}{FIELDS}")
}

const FIELDS: &str = "
add_key(kind, event[\"kind\"])
add_key(level, event[\"level\"])
add_key(stage, event[\"stage\"])
add_key(verb, event[\"verb\"])
add_key(auditID, event[\"auditID\"])
add_key(username, event[\"user\"][\"username\"])
add_key(sourceIP_0, event[\"sourceIPs\"][0])
add_key(namespace, event[\"objectRef\"][\"namespace\"])
add_key(name, event[\"objectRef\"][\"name\"])
add_key(node, event[\"objectRef\"][\"name\"])

# OK for 2xx, 3xx and 101; no status without a response.
code = event[\"responseStatus\"][\"code\"]
add_key(responseCode, code)
if event[\"stage\"] == \"Panic\" {
  add_key(status, \"FAIL\")
} elif code == nil {
} elif (code >= 200 && code < 400) || code == 101 {
  add_key(status, \"OK\")
} else {
  add_key(status, \"FAIL\")
}
";
