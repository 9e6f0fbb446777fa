//! The result of `lint` for programs.

use serde_json::{Value, json};

use super::Judged;
use audit_policy::policy::VersionRange;

/// Returns the report as its documentation promises it.
pub(super) fn json(judged: &[Judged]) -> Value {
    let files: Vec<Value> = judged.iter().map(file).collect();
    json!({ "apiVersion": "kubectl-audit/v1", "kind": "LintReport", "files": files })
}

fn file(judged: &Judged) -> Value {
    let verdict = &judged.verdict;
    let mut file = json!({
        "path": judged.path,
        "server": {
            "version": judged.version.to_string(),
            "accepted": verdict.accepted.is_some(),
            "error": verdict.error,
            "warning": verdict.warning,
        },
        "findings": judged.report.findings,
        "ignored": judged.report.ignored,
    });
    if judged.ranges.len() > 1 {
        file["ranges"] = judged.ranges.iter().map(range).collect();
    }
    file
}

fn range(range: &VersionRange) -> Value {
    let verdict = &range.verdict;
    json!({
        "from": range.from.to_string(),
        "to": range.to.to_string(),
        "accepted": verdict.accepted.is_some(),
        "error": verdict.error,
        "warning": verdict.warning,
    })
}
