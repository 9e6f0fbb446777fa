//! The list of what was changed.

use serde_json::json;

use crate::cli::environment::Environment;
use crate::cli::node::{Format, Node};
use crate::cli::{Exit, Failure, inspect, ui::Ui};
use crate::journal::{Entry, Journal};
use crate::view::table::table;

/// Lists the entries, newest first.
pub(super) fn run(
    node: &Node,
    output: Format,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    if let Ok(path) = node.manifest_path() {
        inspect::say_left_off(node, &path, environment, ui);
    }
    let journal = Journal::open(node.host.as_ref())?;
    let entries: Vec<&Entry> = journal.entries().iter().filter(|e| node.is_about(e)).collect();
    match output {
        Format::Json => {
            let entries: Vec<_> = entries.iter().map(|entry| as_json(entry)).collect();
            let history = json!({
                "apiVersion": "kubectl-audit/v1",
                "kind": "History",
                "entries": entries,
            });
            ui.result(&format!("{history:#}\n"));
        }
        Format::Text if entries.is_empty() => ui.say("Nothing was changed here yet."),
        Format::Text => {
            let rows: Vec<_> = entries.iter().map(|entry| row(entry)).collect();
            let header = ["ID", "TIME", "COMMAND", "STATE", "USER", "MANIFEST"];
            ui.result(&table(&header, &rows));
            let example = format!("history show {}", entries[0].id());
            ui.say(&format!("One of them in full: {}", node.command(environment, &example)));
        }
    }
    for damage in journal.damages() {
        ui.warn(&damage.to_string());
    }
    Ok(Exit::Done)
}

fn as_json(entry: &Entry) -> serde_json::Value {
    json!({
        "id": entry.id(),
        "time": entry.record.time,
        "command": entry.record.command.name(),
        "user": entry.record.user,
        "state": entry.state().name(),
        "manifest": entry.record.manifest,
    })
}

fn row(entry: &Entry) -> Vec<String> {
    let record = &entry.record;
    vec![
        record.id.clone(),
        record.time.clone(),
        record.command.name().to_owned(),
        entry.state().name().to_owned(),
        record.user.clone(),
        record.manifest.display().to_string(),
    ]
}
