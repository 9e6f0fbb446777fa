//! One change in full.

use crate::apply;
use crate::cli::environment::Environment;
use crate::cli::node::Node;
use crate::cli::{Exit, Failure, ui::Ui};
use crate::journal::{Bodies, Body, EntryRecord, Journal, KEPT};
use crate::view::diff;

/// Shows who made a change and when, which files it changed and how, and the ways back.
pub(super) fn run(
    node: &Node,
    id: &str,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    let journal = Journal::open(node.host.as_ref())?;
    let entry = journal.find(id)?;
    let mut text = format!("entry     {} ({})\n", entry.id(), entry.state().name());
    if let Some(why) = entry.rolled_back_because(node.host.as_ref()) {
        text.push_str(&format!("reason    {why}\n"));
    }
    text.push_str(&head(&entry.record));
    if entry.bodies == Bodies::Pruned {
        text.push_str(&format!(
            "\nIts files are no longer kept: only those of the last {KEPT} entries are.\n"
        ));
        ui.result(&text);
        return Ok(Exit::Done);
    }
    let way_back = apply::rollback_command(node.host.as_ref(), entry);
    let restore = node.command(environment, &format!("history restore {}", entry.id()));
    text.push_str(&format!("\nway back  {way_back}\nrestore   {restore}\n"));
    for file in &entry.record.files {
        text.push('\n');
        text.push_str(&diff::file(&entry.change(node.host.as_ref(), file)?));
    }
    ui.long_result(&text);
    Ok(Exit::Done)
}

/// Who, when, and the sums of every file before and after.
fn head(record: &EntryRecord) -> String {
    let terminal = record.terminal.as_deref().map(|at| format!(" at {at}")).unwrap_or_default();
    let mut text = format!(
        "time      {}\ncommand   {}\nuser      {}{terminal}\nmanifest  {}\n",
        record.time,
        record.command.name(),
        record.user,
        record.manifest.display(),
    );
    let sum = |body: &Option<Body>| match body {
        Some(body) => body.sha256.clone(),
        None => "none".to_owned(),
    };
    for file in &record.files {
        text.push_str(&format!(
            "\nfile      {}\n  sha256 before  {}\n  sha256 after   {}\n",
            file.path.display(),
            sum(&file.before),
            sum(&file.after)
        ));
    }
    text
}
