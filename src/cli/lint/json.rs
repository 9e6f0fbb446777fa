//! The result of `lint` for programs.

use serde_json::{Value, json};

use super::linted::LintedPolicy;
use audit_policy::finding::Finding;
use audit_policy::policy::VersionRange;

/// Returns the report as its documentation promises it.
pub(super) fn json(judged: &[LintedPolicy]) -> Value {
    let files: Vec<Value> = judged.iter().map(file).collect();
    json!({ "apiVersion": "kubectl-audit/v1", "kind": "LintReport", "files": files })
}

fn file(judged: &LintedPolicy) -> Value {
    let verdict = &judged.verdict;
    let findings: Vec<Finding> =
        judged.report.findings.iter().map(|it| judged.in_the_file(it.clone())).collect();
    let mut file = json!({
        "path": judged.path,
        "server": {
            "version": judged.version.to_string(),
            "accepted": verdict.is_accepted(),
            "error": verdict.refusal().map(|refusal| &refusal.error),
            "warning": verdict.warning,
        },
        "findings": findings,
        "ignored": judged.report.ignored,
    });
    if let Some(within) = &judged.within {
        file["within"] = json!(within.holder);
    }
    if !judged.advice.is_empty() {
        let help: Vec<&str> = judged.advice.iter().map(|advice| &*advice.words).collect();
        file["server"]["help"] = json!(help);
    }
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
        "accepted": verdict.is_accepted(),
        "error": verdict.refusal().map(|refusal| &refusal.error),
        "warning": verdict.warning,
    })
}
