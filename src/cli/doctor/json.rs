//! The result of `doctor` for programs.

use serde_json::{Value, json};

use super::report::DoctorReport;
use crate::doctor::{Benchmark, Fix, NodeFinding};

/// Returns the report as its documentation promises it.
pub(super) fn json(report: &DoctorReport<'_>) -> Value {
    let findings: Vec<Value> = report.faults.iter().map(|fault| finding(report, fault)).collect();
    let mut json = json!({
        "apiVersion": "kubectl-audit/v1",
        "kind": "DoctorReport",
        "manifest": report.facts.file.place,
        "live": report.facts.live,
        "findings": findings,
        "notLookedAt": report.facts.unseen,
    });
    if let Some((book, controls)) = &report.book {
        let name = match book {
            Benchmark::Cis => "cis",
            Benchmark::Stig => "stig",
        };
        let control = |it: &crate::doctor::Control| json!({ "id": it.id, "title": it.title, "passes": it.passes, "evidence": it.evidence });
        let controls: Vec<Value> = controls.iter().map(control).collect();
        json["profile"] = json!({ "name": name, "title": book.title(), "controls": controls });
    }
    json
}

fn finding(report: &DoctorReport<'_>, fault: &NodeFinding) -> Value {
    let (command, by_hand) = match &fault.fix {
        Some(Fix::ByHand(sentence)) => (None, Some(sentence.clone())),
        Some(fix) => (Some(report.shown(fix)), None),
        None => (None, None),
    };
    json!({
        "id": fault.id,
        "severity": fault.severity,
        "file": fault.file,
        "line": fault.place.map(|place| place.line),
        "column": fault.place.map(|place| place.column),
        "message": fault.what,
        "why": fault.why,
        "command": command,
        "byHand": by_hand,
    })
}
