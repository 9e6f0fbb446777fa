//! `confirm`: keep a change that was made with a deadline.

use std::path::Path;
use std::time::Duration;

use clap::Args;

use super::environment::Environment;
use super::failure::with_causes;
use super::node::{Format, Node, NodeArgs, NodePlace};
use super::observer::result_document;
use super::verify::confirm_within;
use super::{Exit, Failure, ui::Ui};
use crate::apply;
use crate::auditing::Endpoint;
use crate::health;
use crate::journal::{Entry, EntryState, Journal, set_deadline};
use crate::manifest::Manifest;
use crate::operation::{self, Ending, Outcome, spoken};

/// Keep a change that was made with a deadline
///
/// Looks whether the API server is healthy first, and says what could not be proven. Without it,
/// everything is restored when the time of `--confirm-within` is over.
#[derive(Debug, Args)]
pub(super) struct ConfirmArgs {
    /// Do not keep it yet: give it TIME from now (2m to 2h, 10m if none is given)
    #[arg(long, value_name = "TIME", num_args = 0..=1,
          default_missing_value = "10m", value_parser = confirm_within)]
    extend: Option<Duration>,
    /// Format of the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    output: Format,
    #[command(flatten)]
    node: NodeArgs,
}

/// Changes what becomes of the change, and ends with the exit code for the caller.
pub(super) fn run(
    args: &ConfirmArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    let result = confirm(args, environment, ui);
    if args.output != Format::Text {
        let result = result_document("confirm", &result, environment);
        ui.result(&args.output.one_of_several(&result));
    }
    result.map(|outcome| outcome.exit())
}

/// Finds the change, looks whether it is healthy, and keeps it.
fn confirm(args: &ConfirmArgs, environment: &Environment, ui: &mut Ui) -> Result<Outcome, Failure> {
    let node = args.node.node(ui.stop(), true)?;
    if node.place != NodePlace::Live {
        return Err(Failure::refused(
            "there is nothing to confirm here: only a change of a running node has a deadline",
        )
        .never_overridden());
    }
    node.can_change(environment, true)?;
    let journal = Journal::open(node.host.as_ref())?;
    let entry = waiting(&journal, &node)?;
    healthy(entry, &node, environment)?;
    let unproven = entry.unproven(node.host.as_ref());
    if let Some(why) = &unproven {
        ui.warn(why);
    }
    let id = entry.id();
    if let Some(time) = args.extend {
        extend(entry, time, &node, ui)?;
        return Ok(outcome(entry, Ending::Unverified, unproven));
    }
    apply::keep(node.host.as_ref(), entry, EntryState::Confirmed).map_err(|error| Failure {
        state: "Another process decided it meanwhile.",
        ..Failure::refused(with_causes(&error)).next(node.command(environment, "history"))
    })?;
    ui.say(&format!("Confirmed. Change {id} ({}) stays.", entry.record.command.name()));
    Ok(outcome(entry, Ending::Confirmed, unproven))
}

fn outcome(entry: &Entry, result: Ending, unproven: Option<String>) -> Outcome {
    let change = Some(entry.id().to_owned());
    Outcome { result, change, way_back: None, unproven }
}

/// Returns the change that waits to be confirmed.
fn waiting<'a>(journal: &'a Journal, node: &Node) -> Result<&'a Entry, Failure> {
    let host = node.host.as_ref();
    let open = journal.entries().iter().find(|entry| !entry.claim.is_final());
    match open {
        None => Err(Failure::refused("there is nothing to confirm: no change is open")),
        Some(entry) if entry.time_to_confirm(host).is_some() => Ok(entry),
        Some(entry) if entry.is_healthy(host)? => Err(Failure::refused(format!(
            "the time to confirm change {} is over: it is being restored",
            entry.id()
        ))),
        Some(entry) => Err(Failure::refused(format!(
            "change {} is not proven yet: the command that made it still waits for the API server, \
             or has ended",
            entry.id()
        ))
        .next("Look again when it has said that the API server is healthy.")),
    }
}

fn healthy(entry: &Entry, node: &Node, environment: &Environment) -> Result<(), Failure> {
    let path: &Path = &entry.record.manifest;
    let bytes = operation::path_state(node.host.as_ref(), path)?.bytes().map(<[u8]>::to_vec);
    let manifest = bytes.and_then(|bytes| Manifest::parse(&bytes).ok());
    let readiness = manifest.map(|it| health::readyz(Endpoint::of(&it), &node.credentials(&it)));
    match readiness {
        Some(readiness) if readiness.lives() => Ok(()),
        _ if node.force => Ok(()),
        _ => Err(Failure::refused("the API server is not ready now")
            .next("To take the change back instead:")
            .next(node.command(environment, "rescue"))
            .overridden_by("--force")),
    }
}

/// The dead man reads the deadline again each second; it counts only if he has not struck since.
fn extend(entry: &Entry, time: Duration, node: &Node, ui: &mut Ui) -> Result<(), Failure> {
    let host = node.host.as_ref();
    set_deadline(host, &entry.name, host.uptime() + time)?;
    if !apply::is_ours(host, entry)? {
        return Err(Failure::refused(format!(
            "change {} was decided meanwhile, before it got more time",
            entry.id()
        )));
    }
    ui.say(&format!("Change {} is restored in {} unless you confirm.", entry.id(), spoken(time)));
    Ok(())
}
