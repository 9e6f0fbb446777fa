//! Filebeat: an input of type filestream.

use serde_json::{Value, json};

use super::input::{CollectorInput, LONGEST_LINE, with_access};
use crate::export::holds::Holds;
use crate::export::{Choices, Export, ExportTarget, LogSetting, Write};
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "filebeat",
    about: "Filebeat: an input of type filestream",
    forms: &[],
    holds: Holds::NOTHING,
    write: Write::Collection(write),
};

fn write(log: &LogSetting, _: &Choices<'_>) -> Export {
    let input = CollectorInput::of(log);
    let config = json!({
        "filebeat.inputs": [filestream(&input)],
        "output.console": {"pretty": false},
    });
    let export = Export::default()
        .file("filebeat.yml", "to the configuration of Filebeat on every control-plane node; replace the output", yaml::write(&config))
        .steps(["filebeat test config -c filebeat.yml"])
        .notes([
            "the id of an input has to stay: with another one the file is read from its beginning again",
            "Filebeat reads nothing of a file until it has 1,024 bytes: a log begins to show with its second event",
        ]);
    with_access(export, &input)
}

fn filestream(input: &CollectorInput) -> Value {
    let ndjson = json!({"ndjson": {"target": "kubernetes.audit", "add_error_key": true}});
    let parsers = match input {
        CollectorInput::File(_) => vec![ndjson],
        CollectorInput::Container => {
            vec![json!({"container": {"stream": "all", "format": "cri"}}), ndjson]
        }
    };
    json!({
        "type": "filestream",
        "id": "kube-audit",
        "paths": [input.path()],
        "message_max_bytes": LONGEST_LINE,
        "parsers": parsers,
        "processors": [
            {"drop_event": {"when": {"not": {"equals": {"kubernetes.audit.kind": "Event"}}}}},
            {"script": {"lang": "javascript", "source": FIELDS}},
            {"timestamp": {
                "field": "kubernetes.audit.stageTimestamp",
                "layouts": ["2006-01-02T15:04:05.999999Z07:00"],
                "test": ["2026-11-01T00:00:00.011800Z"],
            }},
        ],
    })
}

const FIELDS: &str = "function process(event) {
  var audit = function (path) { return event.Get(\"kubernetes.audit.\" + path); };
  var put = function (name, value) {
    if (value !== null && value !== undefined) event.Put(\"kubernetes.audit.\" + name, value);
  };
  put(\"username\", audit(\"user.username\"));
  put(\"sourceIP_0\", (audit(\"sourceIPs\") || [])[0]);
  put(\"namespace\", audit(\"objectRef.namespace\"));
  put(\"name\", audit(\"objectRef.name\"));
  put(\"node\", audit(\"objectRef.name\"));
  var code = audit(\"responseStatus.code\");
  put(\"responseCode\", code);
  // OK for 2xx, 3xx and 101; no status without a response.
  if (audit(\"stage\") === \"Panic\") put(\"status\", \"FAIL\");
  else if (code) put(\"status\", (code >= 200 && code < 400) || code === 101 ? \"OK\" : \"FAIL\");
}
";
