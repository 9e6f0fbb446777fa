//! The OpenTelemetry Collector: a receiver of its contributed set.

use serde_json::{Value, json};

use super::input::{CollectorInput, with_access};
use crate::export::holds::Holds;
use crate::export::{Choices, Export, ExportTarget, LogSetting, Write};
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "otel",
    about: "OpenTelemetry Collector (contrib): a receiver that reads the file",
    forms: &[],
    holds: Holds::NOTHING,
    write: Write::Collection(write),
};

const STORAGE: &str = "file_storage/kube_audit";
const RECEIVER: &str = "file_log/kube_audit";

/// The attributes, each with the expression that it has in the body and what has to be there for it.
const ATTRIBUTES: [(&str, &str, &str); 12] = [
    ("kind", "body.kind", "body.kind"),
    ("level", "body.level", "body.level"),
    ("stage", "body.stage", "body.stage"),
    ("verb", "body.verb", "body.verb"),
    ("auditID", "body.auditID", "body.auditID"),
    ("username", "body.user.username", "body.user?.username"),
    ("responseCode", "body.responseStatus.code", "body.responseStatus?.code"),
    ("sourceIP_0", "body.sourceIPs[0]", "body.sourceIPs"),
    ("namespace", "body.objectRef.namespace", "body.objectRef?.namespace"),
    ("name", "body.objectRef.name", "body.objectRef?.name"),
    ("node", "body.objectRef.name", "body.objectRef?.name"),
    ("status", STATUS, "body.stage == \"Panic\" ? true : body.responseStatus?.code"),
];

/// OK for 2xx, 3xx and 101; no status without a response.
const STATUS: &str = "body.stage != \"Panic\" && ((body.responseStatus.code >= 200 && body.responseStatus.code < 400) \
                      || body.responseStatus.code == 101) ? \"OK\" : \"FAIL\"";

fn write(log: &LogSetting, _: &Choices<'_>) -> Export {
    let input = CollectorInput::of(log);
    let config = json!({
        "extensions": {STORAGE: {"directory": "/var/lib/otelcol/kube-audit", "create_directory": true}},
        "receivers": {RECEIVER: {
            "include": [input.path()],
            "start_at": "beginning",
            "max_log_size": "16MiB",
            "storage": STORAGE,
            "operators": operators(&input),
        }},
        "exporters": {"otlp": {"endpoint": "localhost:4317"}},
        "service": {
            "extensions": [STORAGE],
            "pipelines": {"logs/kube_audit": {"receivers": [RECEIVER], "exporters": ["otlp"]}},
        },
    });
    let text =
        yaml::commented("Before 0.160 the receiver is called filelog.", &yaml::write(&config));
    let export = Export::default()
        .file("otel-collector.yaml", "to the configuration of the collector on every control-plane node; replace the exporter", text)
        .steps(["otelcol-contrib validate --config otel-collector.yaml"])
        .notes(["without max_log_size the collector breaks events of more than 1 MiB into pieces"]);
    with_access(export, &input)
}

fn operators(input: &CollectorInput) -> Vec<Value> {
    let mut operators = vec![];
    if input.is_container() {
        operators.push(json!({"type": "container", "max_log_size": "16MiB"}));
        operators.push(json!({"type": "filter", "expr": "not (body matches \"^\\\\{\\\"kind\\\":\\\"Event\\\"\")"}));
    }
    operators.push(json!({
        "type": "json_parser",
        "parse_to": "body",
        "timestamp": {
            "parse_from": "body.stageTimestamp",
            "layout_type": "gotime",
            "layout": "2006-01-02T15:04:05.999999Z07:00",
        },
    }));
    operators.extend(ATTRIBUTES.map(|(name, value, condition)| {
        let condition = match condition.contains('?') && condition.contains(" ? ") {
            true => format!("({condition}) != nil"),
            false => format!("{condition} != nil"),
        };
        json!({
            "type": "add",
            "field": format!("attributes[\"{name}\"]"),
            "value": format!("EXPR({value})"),
            "if": condition,
        })
    }));
    operators
}
