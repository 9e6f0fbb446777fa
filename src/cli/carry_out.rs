//! The road of every changing command: settle, preview, ask, apply, report.

use std::path::PathBuf;
use std::time::Duration;

use super::environment::Environment;
use super::failure::{NOTHING_CHANGED, with_causes};
use super::node::{ChangeArgs, Format, Node, NodeArgs, Place};
use super::verify::{Verified, Verify, wait_until_back};
use super::{Exit, Failure, inspect, ui::Ui};
use crate::apply::{
    self, ApplyError, Cause, Fate, Outcome, RollBack, SettleError, Settled, SettledAs,
};
use crate::journal::Who;
use crate::plan::Plan;
use crate::shell;
use crate::view::preview::{Regrets, preview, preview_json};

/// A plan and what the person has to know before it is carried out.
pub(super) struct Proposal<'a> {
    /// The plan.
    pub(super) plan: Plan,
    /// Things to know, one sentence each.
    pub(super) notes: Vec<String>,
    /// What the new policy will be regretted for.
    pub(super) regrets: Regrets,
    /// What to say when there is nothing to do.
    pub(super) nothing: &'a str,
    /// Directory names of the entries that this plan takes back.
    pub(super) takes_back: Vec<String>,
    /// How it is proven on a running node; `None` where it is not.
    pub(super) verify: Option<Verify<'a>>,
}

/// How far a command came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// There was nothing to do.
    Nothing,
    /// The preview was shown, and that is all that was asked for.
    Shown,
    /// The files are in place.
    Applied,
    /// And the server is healthy with them.
    Verified,
}

/// Begins every change of the audit settings: finds the node and its manifest, settles what an
/// earlier run left open, and says so while auditing was left off.
pub(super) fn begin(
    node: &NodeArgs,
    change: &ChangeArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<(Node, PathBuf), Failure> {
    let node = node.node(ui.stop(), change.writes())?;
    node.can_change(environment, change.writes())?;
    settle(&node, change, environment, ui)?;
    let path = node.manifest_path()?;
    inspect::say_left_off(&node, &path, environment, ui);
    ui.detail(&format!("manifest  {}", node.outside(&path).display()));
    Ok((node, path))
}

/// Settles what an earlier run left open, and says so.
fn settle(
    node: &Node,
    change: &ChangeArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<(), Failure> {
    if !change.writes() {
        return Ok(());
    }
    let settled =
        apply::settle(node.host.as_ref()).map_err(|error| unsettled(&error, node, environment))?;
    say_settled(&settled, node, ui);
    let rolled_back = |entry: &Settled| matches!(entry.how, SettledAs::RolledBack(_));
    if node.place == Place::Live && settled.iter().any(rolled_back) {
        wait_for_the_former_server(node, ui)?;
    }
    Ok(())
}

/// How long to wait for a server whose files an earlier command had left unfinished.
const PATIENCE: Duration = Duration::from_secs(120);

/// A command that starts anew starts from a server that is ready, or says that it is not.
fn wait_for_the_former_server(node: &Node, ui: &mut Ui) -> Result<(), Failure> {
    let manifest = node.manifest(&node.manifest_path()?)?;
    if !wait_until_back(node, &manifest, &[], PATIENCE, ui) {
        ui.warn("the API server has not been seen ready with the files that were put back");
    }
    Ok(())
}

/// Says what became of changes that were left unfinished.
pub(super) fn say_settled(settled: &[Settled], node: &Node, ui: &mut Ui) {
    for entry in settled {
        let (command, id, time) = (entry.command.name(), &entry.id, &entry.time);
        let what = match &entry.how {
            SettledAs::Undone => "no file had been changed yet",
            SettledAs::RolledBack(_) => "its files were put back",
            SettledAs::Superseded => "a newer change stands, so nothing was touched",
        };
        ui.warn(&format!("{command} {id} of {time} was left unfinished; {what}."));
        if let SettledAs::RolledBack(files) = &entry.how {
            say_left(files, node, ui);
        }
    }
}

/// Returns the failure of settling.
pub(super) fn unsettled(error: &SettleError, node: &Node, environment: &Environment) -> Failure {
    let failure = Failure::refused(with_causes(error));
    match error {
        SettleError::RollbackFailed { command, .. } => Failure {
            exit: Exit::RollbackFailed,
            state: "An unfinished change could not be taken back completely.",
            ..failure
        }
        .next(command.clone()),
        SettleError::Busy { .. } | SettleError::Unconfirmed { .. } => failure
            .next("To keep it, once it is healthy:")
            .next(node.command(environment, "confirm"))
            .next("To take it back now:")
            .next(node.command(environment, "rescue")),
        SettleError::Damaged(_) => failure
            .next("Nobody can tell what the unfinished change did. What still stands:")
            .next(node.command(environment, "history")),
        _ => failure.next("Wait until it has ended, then try again."),
    }
}

/// Shows the plan, asks, and carries it out.
pub(super) fn run(
    node: &Node,
    proposal: &Proposal<'_>,
    change: &ChangeArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Ending, Failure> {
    let Proposal { plan, notes, regrets, .. } = proposal;
    if change.output == Format::Json {
        ui.result(&format!("{:#}\n", preview_json(plan, notes, regrets)));
    }
    if plan.is_empty() {
        ui.say(proposal.nothing);
        notes.iter().for_each(|note| ui.say(note));
        return Ok(Ending::Nothing);
    }
    if let (Some(verify), Place::Live) = (&proposal.verify, &node.place) {
        verify.refuse_the_unprovable(node, plan)?;
    }
    if change.output == Format::Text {
        let shown = preview(plan, notes, regrets);
        if change.writes() { ui.say(&shown) } else { ui.result(&shown) }
    }
    if !change.writes() {
        ui.say(&format!("Dry run. {NOTHING_CHANGED}"));
        return Ok(Ending::Shown);
    }
    agreed(change.yes, ui)?;
    if let (Some(verify), Place::Live) = (&proposal.verify, &node.place) {
        return Ok(match verify.run(node, plan, environment, ui)? {
            Verified::Yes => Ending::Verified,
            Verified::No => Ending::Applied,
        });
    }
    let who = Who { user: environment.user.clone(), terminal: environment.terminal.clone() };
    let takes_back: Vec<&str> = proposal.takes_back.iter().map(String::as_str).collect();
    match apply::run(node.host.as_ref(), plan, &who, &takes_back) {
        Ok(Outcome::Applied(entry)) => {
            let way_back = apply::rollback_command(node.host.as_ref(), &entry);
            ui.say(&format!("applied   change {} ({})", entry.id(), plan.operation.name()));
            ui.say(&format!("way back  {way_back}"));
            Ok(Ending::Applied)
        }
        Ok(Outcome::Unchanged) => Ok(Ending::Nothing),
        Err(error) => Err(not_applied(&error, node, environment, ui)),
    }
}

/// Asks, unless the answer was given on the command line.
pub(super) fn agreed(yes: bool, ui: &mut Ui) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !ui.interactive {
        return Err(Failure::refused("there is no terminal to ask on")
            .next("To answer the question beforehand, add --yes.")
            .next("To see the preview only, add --dry-run."));
    }
    match ui.confirm("Apply this change?") {
        Some(true) => Ok(()),
        Some(false) => Err(Failure::refused("not confirmed")),
        None => Err(Failure::refused("interrupted")),
    }
}

/// Returns the failure of a plan that was not carried out.
pub(super) fn not_applied(
    error: &ApplyError,
    node: &Node,
    environment: &Environment,
    ui: &mut Ui,
) -> Failure {
    match error {
        ApplyError::NothingChanged(cause) => nothing_changed(cause, node, environment),
        ApplyError::RolledBack { id, cause, files } => {
            say_left(files, node, ui);
            Failure {
                exit: Exit::RolledBack,
                what: with_causes(cause),
                state: "The change was rolled back: every file is as it was before.",
                next: vec![node.command(environment, &format!("history show {id}"))],
            }
        }
        ApplyError::RollbackFailed { cause, files, command, .. } => {
            say_left(files, node, ui);
            Failure {
                exit: Exit::RollbackFailed,
                what: with_causes(cause),
                state: "The change could not be rolled back completely. By hand:",
                next: vec![command.clone()],
            }
        }
        ApplyError::Taken { .. } => Failure {
            exit: Exit::Unverified,
            what: with_causes(error),
            state: "Whoever took the change over decides what becomes of it.",
            next: vec![node.command(environment, "history")],
        },
    }
}

fn nothing_changed(cause: &Cause, node: &Node, environment: &Environment) -> Failure {
    let failure = Failure::refused(with_causes(cause));
    match cause {
        Cause::Changed { .. } => failure.next("Run the command again to see the new preview."),
        Cause::Locked { .. } => failure.next("Wait until it has ended, then try again."),
        Cause::Open { .. } => failure.next(node.command(environment, "rescue")),
        Cause::Immutable { path } => {
            let path = shell::word(path);
            failure.next(format!("chattr -ia {path}")).never_overridden()
        }
        Cause::NoSpace { .. } => failure.next("Free some space there, then try again."),
        Cause::Interrupted => failure,
        _ => failure.never_overridden(),
    }
}

/// Says which files were left alone because somebody edited them since.
pub(super) fn say_left(files: &RollBack, node: &Node, ui: &mut Ui) {
    for (path, fate) in files.left() {
        let path = node.outside(path);
        let why = match fate {
            Fate::Failed(why) => format!("could not be put back: {why}"),
            _ => "was edited since and left as it is".to_owned(),
        };
        ui.warn(&format!("{} {why}", path.display()));
    }
}
