//! Vector: its configuration in YAML.

use serde_json::{Value, json};

use super::input::{CollectorInput, LONGEST_LINE, with_access};
use crate::export::holds::Holds;
use crate::export::{Choices, Export, ExportTarget, LogSetting, Write};
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "vector",
    about: "Vector: a configuration in YAML",
    forms: &[],
    holds: Holds::NOTHING,
    write: Write::Collection(write),
};

fn write(log: &LogSetting, _: &Choices<'_>) -> Export {
    let input = CollectorInput::of(log);
    let config = json!({
        "data_dir": "/var/lib/vector",
        "sources": {"kube_audit": source(&input)},
        "transforms": {"kube_audit_fields": {
            "type": "remap",
            "inputs": ["kube_audit"],
            "drop_on_abort": true,
            "source": FIELDS,
        }},
        "sinks": {"out": {
            "type": "console",
            "inputs": ["kube_audit_fields"],
            "encoding": {"codec": "json"},
        }},
    });
    let export = Export::default()
        .file(
            "vector.yaml",
            "to the configuration of Vector on every control-plane node; replace the sink",
            yaml::write(&config),
        )
        .steps(["vector validate vector.yaml"])
        .notes(["without max_line_bytes Vector leaves out lines of more than 100 kB"]);
    with_access(export, &input)
}

fn source(input: &CollectorInput) -> Value {
    match input {
        CollectorInput::File(path) => json!({
            "type": "file",
            "include": [path],
            "read_from": "beginning",
            "max_line_bytes": LONGEST_LINE,
        }),
        CollectorInput::Container => json!({
            "type": "kubernetes_logs",
            "extra_label_selector": "component=kube-apiserver",
            "max_line_bytes": LONGEST_LINE,
            "max_merged_line_bytes": LONGEST_LINE,
        }),
    }
}

/// The program of the transform, in Vector Remap Language.
const FIELDS: &str = "event, err = parse_json(.message)
if err != null || event.kind != \"Event\" { abort }
. = object!(event)
.username = .user.username
.sourceIP_0 = get(.sourceIPs, [0]) ?? null
.namespace = .objectRef.namespace
.name = .objectRef.name
.node = .objectRef.name
.responseCode = .responseStatus.code
.timestamp = parse_timestamp(.stageTimestamp, format: \"%+\") ?? now()
# OK for 2xx, 3xx and 101; no status without a response.
code = int(.responseStatus.code) ?? 0
if .stage == \"Panic\" {
  .status = \"FAIL\"
} else if code == 0 {
  .status = null
} else if (code >= 200 && code < 400) || code == 101 {
  .status = \"OK\"
} else {
  .status = \"FAIL\"
}
";
