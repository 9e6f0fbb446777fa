//! The steps of a plan, one line each, in the order in which they are made.

use crate::plan::{Change, FileChange, Plan, Role};

/// Returns what every change of `plan` does, in order, one sentence each.
#[must_use]
pub fn steps(plan: &Plan) -> Vec<String> {
    plan.changes.iter().map(step).collect()
}

fn step(change: &Change) -> String {
    match change {
        Change::Directory(directory) => {
            format!("make the directory {} ({:04o})", directory.path.display(), directory.mode)
        }
        Change::File(file) => {
            format!("{} the {} {}", verb(file), role(file.role), place(file))
        }
    }
}

fn verb(file: &FileChange) -> &'static str {
    match (&file.before, &file.after) {
        (None, Some(_)) => "write",
        (Some(_), None) => "remove",
        _ => "change",
    }
}

fn place(file: &FileChange) -> String {
    let path = file.path.display();
    if file.before.is_none() { format!("{path} ({:04o})", file.mode) } else { path.to_string() }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Policy => "audit policy",
        Role::Webhook => "webhook configuration",
        Role::Manifest => "static pod manifest",
    }
}
