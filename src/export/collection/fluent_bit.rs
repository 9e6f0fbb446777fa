//! Fluent Bit: its configuration in YAML.

use serde_json::{Value, json};

use super::input::{CollectorInput, with_access};
use crate::export::holds::Holds;
use crate::export::{Choices, Export, ExportTarget, LogSetting, Write};
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "fluent-bit",
    about: "Fluent Bit: a configuration in YAML",
    forms: &[],
    holds: Holds::NOTHING,
    write: Write::Collection(write),
};

const TAG: &str = "kube.audit";

fn write(log: &LogSetting, _: &Choices<'_>) -> Export {
    let input = CollectorInput::of(log);
    let mut filters = vec![];
    if input.is_container() {
        filters.push(
            json!({"name": "parser", "match": TAG, "key_name": "log", "parser": "kube-audit"}),
        );
    }
    filters.push(json!({"name": "lua", "match": TAG, "call": "fields", "code": FIELDS}));
    let config = json!({
        "service": {"flush": 1},
        "parsers": [{
            "name": "kube-audit",
            "format": "json",
            "time_key": "stageTimestamp",
            "time_format": "%Y-%m-%dT%H:%M:%S.%LZ",
            "time_keep": true,
        }],
        "pipeline": {
            "inputs": [tail(&input)],
            "filters": filters,
            "outputs": [{"name": "stdout", "match": TAG, "format": "json_lines"}],
        },
    });
    let export = Export::default()
        .file("fluent-bit.yaml", "to the configuration of Fluent Bit on every control-plane node; replace the output", yaml::write(&config))
        .steps(["fluent-bit --config fluent-bit.yaml --dry-run"])
        .notes(["without buffer_max_size and skip_long_lines Fluent Bit stops reading the file for good at the first line of \
                 more than 32 kB"]);
    with_access(export, &input)
}

fn tail(input: &CollectorInput) -> Value {
    let mut tail = json!({
        "name": "tail",
        "tag": TAG,
        "path": input.path(),
        "db": "/var/lib/fluent-bit/kube-audit.db",
        "read_from_head": true,
        "refresh_interval": 5,
        "rotate_wait": 30,
        "buffer_chunk_size": "256k",
        "buffer_max_size": "16M",
        "skip_long_lines": true,
    });
    match input {
        CollectorInput::File(_) => tail["parser"] = json!("kube-audit"),
        CollectorInput::Container => tail["multiline.parser"] = json!("cri"),
    }
    tail
}

const FIELDS: &str = "function fields(tag, timestamp, event)
  if event.kind ~= \"Event\" then
    return -1, timestamp, event
  end
  local object = event.objectRef or {}
  event.username = (event.user or {}).username
  event.sourceIP_0 = (event.sourceIPs or {})[1]
  event.namespace = object.namespace
  event.name = object.name
  event.node = object.name
  local code = (event.responseStatus or {}).code
  event.responseCode = code
  -- OK for 2xx, 3xx and 101; no status without a response.
  if event.stage == \"Panic\" then
    event.status = \"FAIL\"
  elseif code then
    event.status = ((code >= 200 and code < 400) or code == 101) and \"OK\" or \"FAIL\"
  end
  return 2, timestamp, event
end
";
