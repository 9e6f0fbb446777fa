//! What a program sees of an operation: one JSON object a line on stdout, the result last.
//!
//! ```text
//!   {"apiVersion":"kubectl-audit/v1","kind":"Preview",…}          what will be done, once
//!   {"apiVersion":"kubectl-audit/v1","kind":"Event","event":…}    what happened, in order
//!   {"apiVersion":"kubectl-audit/v1","kind":"ChangeResult",…}     the last line, always
//! ```
//!
//! | event | what else is in the line |
//! |---|---|
//! | `recovered` | `change`, `command`, `time`, `how`: `nothing-changed`, `rolled-back`, `superseded` |
//! | `file-left` | `path`, `why` (`null`: it was edited since) |
//! | `found` | `name`, `what`: what a rescue found before it decides |
//! | `note` | `id`, `what`, `next`: something to know |
//! | `auditing-off` | `what` |
//! | `armed` | `by`: `service`, `process` |
//! | `applied` | `change`, `command`, `wayBack` |
//! | `reached` | `milestone`: `kubelet`, `old-gone`, `running`, `ready`, `recording`; `times` with `ready`; `seconds` |
//! | `unproven`, `proven` | `what` |
//! | `given-up`, `former-not-ready` | – |
//! | `ready`, `former-ready` | `seconds` |
//! | `back-off` | `seconds`: the kubelet lets them pass before it starts the container again |
//! | `to-confirm` | `seconds`, `next` |
//! | `confirmed` | `change` |
//!
//! | `id` of a note | what it is about |
//! |---|---|
//! | `healthy` | the server is healthy and its files are in order: there is nothing to rescue |
//! | `taken-over` | a change that has not come to an end is ended by this one |
//! | `other-manifest` | another file in the manifests directory defines the same pod |
//! | `manifest-rewritten` | a distribution rewrites the manifest |
//! | `other-manifest-runs` | the kubelet runs another file in place of the manifest |
//! | `containers-stopped` | containers of the server were stopped, or none runs |
//! | `containers-not-stopped` | no container could be stopped |
//! | `not-ready` | the files are in place, and the server has not been seen ready |

use serde_json::{Value, json};

use crate::apply::DeadManKind;
use crate::cli::environment::Environment;
use crate::cli::failure::{Exit, Failure, spelled};
use crate::cli::node::Format;
use crate::cli::ui::Ui;
use crate::health::Milestone;
use crate::operation::{Note, Observer, OperationEvent, Outcome, Recovery};

/// Writes to a program.
pub(super) struct JsonLines<'a> {
    pub(super) format: Format,
    pub(super) environment: &'a Environment,
    pub(super) ui: &'a mut Ui,
}

impl Observer for JsonLines<'_> {
    fn event(&mut self, event: &OperationEvent) {
        if let Some(value) = event_json(event, self.environment) {
            self.ui.result(&self.format.one_of_several(&document("Event", value)));
        }
    }
}

/// Returns the last document: how a command ended.
///
/// `result` is `nothing`, `previewed`, `applied` (nothing runs there, or nothing was to be proven),
/// `verified`, `confirmed`, `unverified`, `refused`, `rolled-back` or `rollback-failed`; `exitCode` is
/// that of the process. `change` and `wayBack` are `null` where no change was made; `error` is
/// `{"message","state","next"}` where the command failed, and `unproven` says what could not be proven.
pub(in crate::cli) fn result_document(
    command: &str,
    result: &Result<Outcome, Failure>,
    environment: &Environment,
) -> Value {
    let value = match result {
        Ok(outcome) => {
            let Outcome { result, change, way_back, unproven } = outcome;
            json!({
                "command": command,
                "result": result,
                "exitCode": outcome.exit() as u8,
                "change": change,
                "wayBack": way_back,
                "unproven": unproven,
                "error": null,
            })
        }
        Err(failure) => {
            let next = failure.next.iter().map(|next| spelled(next, environment));
            json!({
                "command": command,
                "result": result_of(failure.exit),
                "exitCode": failure.exit as u8,
                "change": failure.change,
                "wayBack": null,
                "unproven": null,
                "error": {
                    "message": failure.what,
                    "state": failure.state,
                    "next": next.collect::<Vec<_>>(),
                },
            })
        }
    };
    document("ChangeResult", value)
}

fn result_of(exit: Exit) -> &'static str {
    match exit {
        Exit::Done | Exit::Findings => "nothing",
        Exit::Refused => "refused",
        Exit::RolledBack => "rolled-back",
        Exit::Unverified => "unverified",
        Exit::RollbackFailed => "rollback-failed",
    }
}

/// Returns the object with its kind.
fn document(kind: &str, value: Value) -> Value {
    let mut document = json!({ "apiVersion": "kubectl-audit/v1", "kind": kind });
    if let (Some(document), Value::Object(fields)) = (document.as_object_mut(), value) {
        document.extend(fields);
    }
    document
}

/// Where the manifest is, and that a watch begins or ends, is no event of its own.
fn event_json(event: &OperationEvent, environment: &Environment) -> Option<Value> {
    Some(match event {
        OperationEvent::Manifest(_) | OperationEvent::Watching(_) | OperationEvent::Watched => {
            return None;
        }
        OperationEvent::Recovered { id, command, time, how } => json!({
            "event": "recovered",
            "change": id,
            "command": command,
            "time": time,
            "how": match how {
                Recovery::NothingChanged => "nothing-changed",
                Recovery::RolledBack => "rolled-back",
                Recovery::Superseded => "superseded",
            },
        }),
        OperationEvent::FileLeft { path, why } => {
            json!({ "event": "file-left", "path": path, "why": why })
        }
        OperationEvent::FormerNotReady => json!({ "event": "former-not-ready" }),
        OperationEvent::Found { name, what } => {
            json!({ "event": "found", "name": name, "what": what })
        }
        OperationEvent::Note(note) => note_json(note, environment),
        OperationEvent::Ready(after) => json!({ "event": "ready", "seconds": after.as_secs() }),
        OperationEvent::AuditingOff { what, .. } => {
            json!({ "event": "auditing-off", "what": what })
        }
        OperationEvent::Applied { id, command, way_back } => json!({
            "event": "applied", "change": id, "command": command, "wayBack": way_back,
        }),
        OperationEvent::Armed(kind) => json!({
            "event": "armed",
            "by": match kind {
                DeadManKind::Service => "service",
                DeadManKind::Process => "process",
            },
        }),
        OperationEvent::Reached { milestone, after } => {
            let (milestone, times) = named(*milestone);
            let seconds = after.as_secs();
            json!({ "event": "reached", "milestone": milestone, "times": times, "seconds": seconds })
        }
        OperationEvent::Unproven(what) => json!({ "event": "unproven", "what": what }),
        OperationEvent::GivenUp => json!({ "event": "given-up" }),
        OperationEvent::FormerReady(after) => {
            json!({ "event": "former-ready", "seconds": after.as_secs() })
        }
        OperationEvent::BackOff(wait) => json!({ "event": "back-off", "seconds": wait.as_secs() }),
        OperationEvent::Proven(what) => json!({ "event": "proven", "what": what }),
        OperationEvent::ToConfirm { within, next, .. } => json!({
            "event": "to-confirm",
            "seconds": within.as_secs(),
            "next": spelled(next, environment),
        }),
        OperationEvent::Confirmed(id) => json!({ "event": "confirmed", "change": id }),
    })
}

fn note_json(note: &Note, environment: &Environment) -> Value {
    let next: Vec<String> = note.next.iter().map(|next| spelled(next, environment)).collect();
    json!({ "event": "note", "id": note.kind.id(), "what": note.what, "next": next })
}

fn named(milestone: Milestone) -> (&'static str, Option<usize>) {
    match milestone {
        Milestone::Taken => ("kubelet", None),
        Milestone::OldGone => ("old-gone", None),
        Milestone::Running => ("running", None),
        Milestone::Ready(times) => ("ready", Some(times)),
        Milestone::Recording => ("recording", None),
    }
}

#[cfg(test)]
mod tests {
    use crate::operation::NoteKind;

    #[test]
    fn every_kind_of_note_has_one_row_in_the_table_above() {
        let rows = include_str!("json.rs").lines().filter(|line| line.starts_with("//! | `"));
        let rows: Vec<&str> = rows.collect();
        for kind in NoteKind::ALL {
            let row = format!("//! | `{}` |", kind.id());
            assert_eq!(rows.iter().filter(|it| it.starts_with(&row)).count(), 1, "{row}");
        }
    }
}
