//! `history`: what was changed; `history show`: one change, with its diff.

use clap::{Args, Subcommand};
use serde_json::json;

use super::environment::Environment;
use super::node::{Format, Node, NodeArgs};
use super::{Exit, Failure, inspect, ui::Ui};
use crate::journal::{Bodies, Entry, Journal};
use crate::plan::FileChange;
use crate::view::{diff, table::table};

/// List what was changed on this node
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct HistoryArgs {
    #[command(subcommand)]
    command: Option<HistoryCommand>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    node: NodeArgs,
    /// Format of the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    output: Format,
}

#[derive(Debug, Subcommand)]
enum HistoryCommand {
    /// Show one change: who, when, which files, and what changed in them
    Show {
        /// The id, or the beginning of it
        id: String,
        #[command(flatten)]
        node: NodeArgs,
    },
}

/// Lists the entries, newest first, or shows one.
pub(super) fn run(
    args: &HistoryArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    match &args.command {
        None => list(&args.list.node.node(ui.stop(), false)?, args.list.output, environment, ui),
        Some(HistoryCommand::Show { id, node }) => show(&node.node(ui.stop(), false)?, id, ui),
    }
}

fn list(
    node: &Node,
    output: Format,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    inspect::say_left_off(node, environment, ui);
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

fn show(node: &Node, id: &str, ui: &mut Ui) -> Result<Exit, Failure> {
    let journal = Journal::open(node.host.as_ref())?;
    let entry = journal.find(id)?;
    let record = &entry.record;
    let terminal = record.terminal.as_deref().map(|at| format!(" at {at}")).unwrap_or_default();
    let mut text = format!(
        "entry     {} ({})\ntime      {}\ncommand   {}\nuser      {}{terminal}\nmanifest  {}\n",
        record.id,
        entry.state().name(),
        record.time,
        record.command.name(),
        record.user,
        record.manifest.display(),
    );
    for file in &record.files {
        let sum = |body: &Option<crate::journal::Body>| {
            body.as_ref().map_or_else(|| "none".to_owned(), |body| body.sha256.clone())
        };
        text.push_str(&format!(
            "\nfile      {}\n  sha256 before  {}\n  sha256 after   {}\n",
            file.path.display(),
            sum(&file.before),
            sum(&file.after)
        ));
    }
    if entry.bodies == Bodies::Pruned {
        text.push_str("\nIts files are no longer kept: only those of the last 20 entries are.\n");
        ui.result(&text);
        return Ok(Exit::Done);
    }
    let directory = node.outside(&entry.directory());
    text.push_str(&format!("\nway back  sh {}/rollback.sh\n", directory.display()));
    for file in &record.files {
        let change = FileChange {
            role: file.role,
            path: file.path.clone(),
            before: entry.former(node.host.as_ref(), file)?,
            after: entry.latter(node.host.as_ref(), file)?,
            mode: 0,
            owner: crate::owner::Owner::ROOT,
        };
        text.push('\n');
        text.push_str(&diff::file(&change));
    }
    ui.result(&text);
    Ok(Exit::Done)
}
