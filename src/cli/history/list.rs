//! The list of what was changed.

use serde_json::json;

use crate::cli::environment::Environment;
use crate::cli::node::{Format, Node};
use crate::cli::{Exit, Failure, inspect, ui::Ui};
use crate::host::Host;
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
    let host = node.host.as_ref();
    match output {
        Format::Json | Format::Yaml => {
            let entries: Vec<_> = entries.iter().map(|entry| as_json(host, entry)).collect();
            let history = json!({
                "apiVersion": "kubectl-audit/v1",
                "kind": "History",
                "entries": entries,
            });
            ui.result(&output.document(&history));
        }
        Format::Text if entries.is_empty() => ui.say("Nothing was changed here yet."),
        Format::Text => {
            ui.result(&listed(&entries));
            ui.result(&reasons(host, &entries));
            let example = format!("history show {}", entries[0].id());
            ui.say(&format!("Details: {}", node.command(environment, &example)));
        }
    }
    for damage in journal.damages() {
        ui.warn(&damage.to_string());
    }
    Ok(Exit::Done)
}

fn as_json(host: &dyn Host, entry: &Entry) -> serde_json::Value {
    json!({
        "id": entry.id(),
        "time": entry.record.time,
        "command": entry.record.command.name(),
        "user": entry.record.user,
        "state": entry.state().name(),
        "manifest": entry.record.manifest,
        "reason": entry.rolled_back_because(host),
    })
}

/// The table; the manifest is in it only where they are about several.
fn listed(entries: &[&Entry]) -> String {
    let first = entries.first().map(|entry| &entry.record.manifest);
    let several = entries.iter().any(|entry| Some(&entry.record.manifest) != first);
    let columns = if several { 6 } else { 5 };
    let header = ["ID", "TIME", "COMMAND", "STATE", "USER", "MANIFEST"];
    let rows: Vec<_> = entries.iter().map(|entry| row(entry)[..columns].to_vec()).collect();
    table(&header[..columns], &rows)
}

/// Why changes were rolled back, a line each.
fn reasons(host: &dyn Host, entries: &[&Entry]) -> String {
    let reason = |entry: &&Entry| {
        let why = entry.rolled_back_because(host)?;
        Some(format!("{} was rolled back: {why}\n", entry.id()))
    };
    entries.iter().filter_map(reason).collect()
}

fn row(entry: &Entry) -> [String; 6] {
    let record = &entry.record;
    [
        record.id.clone(),
        record.time.clone(),
        record.command.name().to_owned(),
        entry.state().name().to_owned(),
        record.user.clone(),
        record.manifest.display().to_string(),
    ]
}
