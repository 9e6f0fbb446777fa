//! Grafana Alloy, which sends to Loki.

use super::input::{CollectorInput, with_access};
use crate::export::holds::Holds;
use crate::export::{Choices, Export, ExportTarget, LogSetting, Write};

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "alloy",
    about: "Grafana Alloy: components that send to Loki",
    forms: &[],
    holds: Holds::NOTHING,
    write: Write::Collection(write),
};

fn write(log: &LogSetting, _: &Choices<'_>) -> Export {
    let input = CollectorInput::of(log);
    let unwrap = if input.is_container() { "\n  stage.cri {}\n" } else { "" };
    let path = input.path();
    let text = format!(
        "loki.source.file \"kube_audit\" {{
  targets    = [{{ __path__ = \"{path}\", job = \"kube-audit\" }}]
  forward_to = [loki.process.kube_audit.receiver]

  file_match {{
    enabled = true
  }}
}}

loki.process \"kube_audit\" {{
  forward_to = [loki.write.default.receiver]
{unwrap}{FIELDS}}}

loki.write \"default\" {{
  endpoint {{
    url = \"http://loki:3100/loki/api/v1/push\"
  }}
}}
"
    );
    let export = Export::default()
        .file("kube-audit.alloy", "to the configuration of Alloy on every control-plane node; replace the address of Loki", text)
        .steps(["alloy validate kube-audit.alloy"])
        .notes([
            "only stage, verb and status are labels: a label for each user or object would make a stream of each; the others \
             are structured metadata",
            "Loki refuses lines of more than 256 kB unless limits_config.max_line_size says otherwise",
            "a configuration of Promtail, whose support ended in March 2026, is converted: alloy convert \
             --source-format=promtail --output=config.alloy promtail.yaml",
        ]);
    with_access(export, &input)
}

/// The stages: fields of the event, its time, the status, and what becomes a label.
const FIELDS: &str = r#"
  stage.json {
    drop_malformed = true
    expressions    = {
      kind         = "kind",
      level        = "level",
      stage        = "stage",
      verb         = "verb",
      auditID      = "auditID",
      username     = "user.username",
      responseCode = "responseStatus.code",
      sourceIP_0   = "sourceIPs[0]",
      namespace    = "objectRef.namespace",
      name         = "objectRef.name",
      node         = "objectRef.name",
      time         = "stageTimestamp",
    }
  }

  // OK for 2xx, 3xx and 101; no status without a response.
  stage.template {
    source   = "status"
    template = "{{ if eq .stage \"Panic\" }}FAIL{{ else if not .responseCode }}{{ else if or (eq .responseCode \"101\") (and (ge .responseCode \"200\") (lt .responseCode \"400\")) }}OK{{ else }}FAIL{{ end }}"
  }

  stage.timestamp {
    source = "time"
    format = "RFC3339Nano"
  }

  stage.labels {
    values = { stage = "", verb = "", status = "" }
  }

  stage.structured_metadata {
    values = {
      kind         = "",
      level        = "",
      auditID      = "",
      username     = "",
      responseCode = "",
      sourceIP_0   = "",
      namespace    = "",
      name         = "",
      node         = "",
    }
  }
"#;
