//! What a person sees before a change: the steps, the diff of every file, and what to know.

use serde_json::{Value, json};

use super::diff;
use super::paint::{Tone, paint};
use super::steps::steps;
use crate::plan::{Change, Plan};

/// Returns the steps of `plan`, the diff of every file, and `notes`, one sentence each.
#[must_use]
pub fn preview(plan: &Plan, notes: &[String]) -> String {
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
    text
}

/// Returns what `--dry-run -o json` prints: `{"changed":bool,"changes":[…]}`.
///
/// Each change names its `kind`, `path` and `mode`; one of a file also its `role`, its `action`
/// (`create`, `replace` or `remove`) and its `diff`.
#[must_use]
pub fn preview_json(plan: &Plan, notes: &[String]) -> Value {
    let changes: Vec<Value> = plan.changes.iter().map(change_json).collect();
    json!({
        "apiVersion": "kubectl-audit/v1",
        "kind": "Preview",
        "changed": !plan.is_empty(),
        "changes": changes,
        "notes": notes,
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
