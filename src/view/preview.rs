//! What a person sees before a change: the steps, the diff of every file, and what to know.

use serde_json::{Value, json};

use super::diff;
use super::findings::count;
use super::paint::{Tone, paint};
use super::snippet::tone;
use super::steps::steps;
use crate::plan::{Change, Plan};
use audit_policy::finding::Finding;
use audit_policy::finding::Severity;

/// Likely mistakes in a new policy.
#[derive(Debug, Clone, Default)]
pub struct PolicyFindings {
    /// What lint found in it.
    pub findings: Vec<Finding>,
    /// The command that shows each with the line it is about, if there is one.
    pub command: Option<String>,
}

/// Returns the steps of `plan`, the diff of every file, `notes`, one sentence each, and the likely mistakes in
/// the policy.
#[must_use]
pub fn preview(plan: &Plan, notes: &[String], policy_findings: &PolicyFindings) -> String {
    let mut text = String::new();
    for (number, step) in steps(plan).iter().enumerate() {
        text.push_str(&format!("{:>3}. {step}\n", number + 1));
    }
    for file in plan.files() {
        text.push('\n');
        text.push_str(&diff::file(file));
    }
    if !notes.is_empty() {
        text.push('\n');
    }
    for note in notes {
        text.push_str(&format!("{} {note}\n", paint(Tone::Strong, "note:")));
    }
    text.push_str(&findings_text(policy_findings));
    text
}

/// Returns a line for each error and warning; of what is only worth knowing the number is enough.
fn findings_text(PolicyFindings { findings, command }: &PolicyFindings) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let mut text = "\n".to_owned();
    for finding in findings.iter().filter(|finding| finding.severity > Severity::Info) {
        let Finding { id, severity, place, message, .. } = finding;
        let line = place.map(|place| format!("line {}: ", place.line)).unwrap_or_default();
        let head = paint(tone(*severity), format!("{severity}[{id}]:"));
        text.push_str(&format!("{head} {line}{message}\n"));
    }
    let more = command.as_ref().map(|command| format!(": {command}")).unwrap_or_default();
    text.push_str(&format!("The policy has {}{more}\n", count(findings, 0)));
    text
}

/// Returns what `--dry-run -o json` prints: `{"changed":bool,"changes":[…]}`.
///
/// Each change names its `kind`, `path` and `mode`; one of a file also its `role`, its `action`
/// (`create`, `replace` or `remove`) and its `diff`. The findings of the policy are as those of
/// `lint -o json`.
#[must_use]
pub fn preview_json(plan: &Plan, notes: &[String], policy_findings: &PolicyFindings) -> Value {
    let changes: Vec<Value> = plan.changes.iter().map(change_json).collect();
    json!({
        "apiVersion": "kubectl-audit/v1",
        "kind": "Preview",
        "changed": !plan.is_empty(),
        "changes": changes,
        "notes": notes,
        "findings": policy_findings.findings,
    })
}

fn change_json(change: &Change) -> Value {
    match change {
        Change::Directory(directory) => json!({
            "kind": "Directory",
            "path": directory.path,
            "mode": format!("{:04o}", directory.mode),
        }),
        Change::File(file) => json!({
            "kind": "File",
            "path": file.path,
            "role": file.role,
            "action": match (&file.before, &file.after) {
                (None, _) => "create",
                (_, None) => "remove",
                _ => "replace",
            },
            "mode": file.before.is_none().then(|| format!("{:04o}", file.mode)),
            "diff": anstream::adapter::strip_str(&diff::file(file)).to_string(),
        }),
    }
}
