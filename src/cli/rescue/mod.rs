//! `rescue`: bring back an API server that no longer starts.

mod args;
mod evidence;
mod help;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::change::{self, ChangeProposal};
use super::environment::Environment;
use super::node::Node;
use super::observer::observer;
use super::{Exit, Failure, inspect, kubeadm_config, ui::Ui};
use crate::apply::{self, RecoverError};
use crate::journal::Journal;
use crate::manifest::StripPart;
use crate::operation::{
    self, Ending, Evidence, FollowUp, Note, NoteKind, OperationEvent, Outcome, ReadyWait,
    RescueFacts,
};
use crate::plan::{PathState, Plan};
use crate::view::preview::PolicyFindings;
pub(super) use args::RescueArgs;
use args::RescuePart;
use evidence::lines;
use help::Help;

/// Changes the node, and ends with the exit code for the caller.
pub(super) fn run(
    args: &RescueArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    let result = rescue(args, environment, ui);
    change::end("rescue", &args.change, result, environment, ui)
}

/// Looks, tells what was found, plans, previews, asks, applies and waits, in that order.
fn rescue(args: &RescueArgs, environment: &Environment, ui: &mut Ui) -> Result<Outcome, Failure> {
    let node = change::opened(&args.node, &args.change, environment, ui)?;
    let recovered = recovered(&node, args, environment, ui)?;
    let path = path(&node, environment, ui)?;
    let current = current(&node, &path)?;
    let afterwards = ReadyWait {
        node: &node,
        patience: Some(args.patience).filter(|_| !args.no_verify),
        restart: args.restart,
    };
    if recovered {
        let mut observer = observer(args.change.output, environment, ui);
        return afterwards.wait(&path, &[], true, &mut *observer).map(Outcome::without_change);
    }
    let journal = Journal::open(node.host.as_ref())?;
    journal.damages().iter().for_each(|damage| ui.warn(&damage.to_string()));
    let format = args.change.output;
    let found = Evidence::look(&node, &path, &mut *observer(format, environment, ui));
    let is_open = journal.entries().iter().any(|entry| !entry.claim.is_final());
    if let Some(note) = nothing_to_rescue(&found).filter(|_| !node.force && !is_open) {
        observer(format, environment, ui).event(&OperationEvent::Note(note));
        return Ok(Outcome::without_change(Ending::Nothing));
    }
    for (name, what) in lines(&found, &node, &journal) {
        observer(format, environment, ui).event(&OperationEvent::Found { name, what });
    }
    let help = Help { node: &node, environment, found: &found };
    if let Some(foreign) = help.foreign().filter(|_| !node.force && !is_open) {
        return Err(foreign);
    }
    let leave = afterwards.processes(current.as_deref());
    let facts = RescueFacts {
        node: &node,
        journal: &journal,
        path: &path,
        current: current.as_deref(),
        evidence: &found,
    };
    let way = facts
        .way_back(args.only.map(RescuePart::part))
        .map_err(|why| help.no_way_back(why, &path))?;
    if way.plan.is_empty()
        && let Some(helpless) = help.nothing_to_undo(&way.notes)
    {
        return Err(helpless);
    }
    if let Some(note) = help.other_manifest() {
        observer(format, environment, ui).event(&OperationEvent::Note(note));
    }
    let ended = ended(way.undoes, &journal);
    let outcome =
        change::run(&node, proposal(&way.plan, way.notes, &ended), &args.change, environment, ui)?;
    if outcome.change.is_none() {
        return Ok(outcome);
    }
    kubeadm_config::say_pending(&node, environment, ui)?;
    let mut observer = observer(format, environment, ui);
    let result = afterwards.wait(&path, &leave, found.kubelet_runs(), &mut *observer)?;
    Ok(Outcome { result, ..outcome })
}

/// Returns what is shown and asked about: the plan, and the entries that it ends.
fn proposal<'a>(plan: &'a Plan, notes: Vec<String>, ended: &'a [String]) -> ChangeProposal<'a> {
    ChangeProposal {
        plan,
        notes,
        policy_findings: PolicyFindings::default(),
        nothing: "Nothing to do: no change to undo and no audit settings to remove.",
        then: FollowUp::Nothing(ended),
        config: None,
    }
}

/// Returns what to say of a server that is healthy with files that are in order.
fn nothing_to_rescue(found: &Evidence) -> Option<Note> {
    let what = format!(
        "{}, and its files are in order. Nothing to rescue; --force takes the last change back all \
         the same.",
        found.healthy()?
    );
    Some(Note::new(NoteKind::Healthy, what))
}

/// Returns the path of the manifest; where none is left, the journal knows it.
fn path(node: &Node, environment: &Environment, ui: &mut Ui) -> Result<PathBuf, Failure> {
    let found = node.manifest_path();
    if let Ok(path) = &found {
        inspect::say_left_off(node, path, environment, ui);
    }
    let path = found.or_else(|failure| inspect::last_path(node)?.ok_or(failure))?;
    ui.detail(&format!("manifest  {}", node.outside(&path).display()));
    Ok(path)
}

/// Returns what is in the manifest's place; `None` if nothing is.
fn current(node: &Node, path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    match operation::path_state(node.host.as_ref(), path)? {
        PathState::File { bytes, .. } => Ok(Some(bytes)),
        PathState::Missing => Ok(None),
        _ => Err(node.not_a_file(path)),
    }
}

/// The names of the entries that this plan ends: those it undoes, and all that are still open. Nobody
/// knows what a damaged entry that is open did; this plan ends it all the same.
fn ended(undone: Vec<String>, journal: &Journal) -> Vec<String> {
    let open = journal.open_names().into_iter().map(str::to_owned);
    undone.into_iter().chain(open).collect::<BTreeSet<String>>().into_iter().collect()
}

/// Takes back what an earlier run left unfinished: that is the rescue, and nothing older is touched.
/// A change that someone still proves, or has yet to confirm, is taken over by the rescue itself.
fn recovered(
    node: &Node,
    args: &RescueArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<bool, Failure> {
    if !args.change.writes() {
        return Ok(false);
    }
    match apply::recover(node.host.as_ref()) {
        Ok(recovered) => {
            let mut observer = observer(args.change.output, environment, ui);
            operation::tell(&recovered, node, &mut *observer);
            Ok(!recovered.is_empty())
        }
        // A damaged entry is reported below, and must not keep anybody from stripping.
        Err(RecoverError::Damaged(_)) => Ok(false),
        Err(
            RecoverError::Busy { id, command, .. } | RecoverError::Unconfirmed { id, command, .. },
        ) => {
            let what = format!("{} {id} has not come to an end: it is taken back", command.name());
            let note = OperationEvent::Note(Note::new(NoteKind::TakenOver, what));
            observer(args.change.output, environment, ui).event(&note);
            Ok(false)
        }
        Err(error) => Err(operation::not_recovered(&error, node)),
    }
}

impl RescuePart {
    fn part(self) -> StripPart {
        match self {
            Self::Log => StripPart::Log,
            Self::Webhook => StripPart::Webhook,
            Self::Policy => StripPart::Policy,
        }
    }
}
