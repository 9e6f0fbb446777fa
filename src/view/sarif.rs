//! Findings as SARIF 2.1.0, which code hosts and editors read.

use serde_json::{Value, json};

use super::findings::FileFindings;
use audit_policy::finding::Finding;
use audit_policy::finding::Severity;

/// A check as SARIF describes it.
#[derive(Debug, Clone, Copy)]
pub struct SarifRule {
    /// The id that findings carry.
    pub id: &'static str,
    /// How bad its findings usually are.
    pub severity: Severity,
    /// What it looks for.
    pub about: &'static str,
}

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Returns one run over all files.
#[must_use]
pub fn sarif(files: &[FileFindings<'_>], rules: &[SarifRule], version: &str, home: &str) -> Value {
    let results: Vec<Value> = files
        .iter()
        .flat_map(|file| file.findings.iter().map(|finding| result(file.path, finding, rules)))
        .collect();
    let rules: Vec<Value> = rules.iter().map(rule).collect();
    let driver = json!({ "name": "kubectl-audit", "version": version, "informationUri": home, "rules": rules });
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(rule: &SarifRule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.about },
        "defaultConfiguration": { "level": level(rule.severity) },
    })
}

fn result(path: &str, finding: &Finding, rules: &[SarifRule]) -> Value {
    let Finding { id, severity, place, message, help } = finding;
    let text = match help {
        Some(help) => format!("{message}\n\nHelp: {help}"),
        None => message.clone(),
    };
    let mut location = json!({ "artifactLocation": { "uri": uri(path) } });
    if let Some(place) = place {
        location["region"] = json!({ "startLine": place.line, "startColumn": place.column });
    }
    let mut result = json!({
        "ruleId": id,
        "level": level(*severity),
        "message": { "text": text },
        "locations": [{ "physicalLocation": location }],
    });
    if let Some(index) = rules.iter().position(|rule| rule.id == *id) {
        result["ruleIndex"] = index.into();
    }
    result
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A path as a URI reference: what is special in one is escaped.
fn uri(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
