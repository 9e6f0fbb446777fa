//! `rescue`: bring back an API server that no longer starts.

mod afterwards;
mod found;
mod help;
mod runtime;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::carry_out::{self, Proposal};
use super::environment::Environment;
use super::node::{ChangeArgs, Node, NodeArgs};
use super::observer::observer;
use super::verify::patience;
use super::{Exit, Failure, inspect, ui::Ui};
use crate::apply::{self, SettleError};
use crate::host::FileKind;
use crate::journal::{Entry, Journal};
use crate::manifest::What;
use crate::operation::{self, Ending, Outcome, Then};
use crate::plan::{
    self, Backup, How, Operation, Plan, Standing, Stripped, Undo, UndoError, Written,
};
use crate::view::preview::Regrets;
use afterwards::Afterwards;
use audit_policy::api::Version;
use audit_policy::policy;
use found::Found;
use help::Help;

/// Bring back an API server that no longer starts
///
/// Undoes the last change made by this program: exactly if nobody touched the files since, else
/// only what was ours. Without a journal it takes every --audit-* flag out of the manifest, and the
/// volumes and mounts that served only them. Needs nothing but root and the file system.
#[derive(Debug, Args)]
pub(super) struct RescueArgs {
    /// Ignore the journal and strip only these settings
    #[arg(long, value_enum, value_name = "PART")]
    only: Option<Only>,
    /// Stop a container of the API server that lingers, through crictl or docker
    #[arg(long)]
    restart: bool,
    /// How long to wait until the API server is ready again
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = patience)]
    patience: Duration,
    /// Do not wait for the API server
    #[arg(long)]
    no_verify: bool,
    #[command(flatten)]
    change: ChangeArgs,
    #[command(flatten)]
    node: NodeArgs,
}

/// A part of the audit settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Only {
    /// The log backend
    Log,
    /// The webhook backend
    Webhook,
    /// The policy
    Policy,
}

/// A way back that was found.
struct Way {
    plan: Plan,
    /// Directory names of the entries that the plan takes back.
    undoes: Vec<String>,
    notes: Vec<String>,
}

/// Where kubeadm keeps the manifests it replaced during an upgrade.
const KUBEADM_TMP: &str = "/etc/kubernetes/tmp";
/// Beginning of the names of kubeadm's backup directories; the rest is the time.
const KUBEADM_BACKUP: &str = "kubeadm-backup-manifests-";

/// Changes the node, and ends as the caller has to be told.
pub(super) fn run(
    args: &RescueArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    let result = rescue(args, environment, ui);
    carry_out::end("rescue", &args.change, result, environment, ui)
}

/// Looks, tells what was found, plans, previews, asks, applies and waits, in that order.
fn rescue(args: &RescueArgs, environment: &Environment, ui: &mut Ui) -> Result<Outcome, Failure> {
    let node = carry_out::opened(&args.node, &args.change, environment, ui)?;
    let settled = settled(&node, args, environment, ui)?;
    if let Ok(path) = node.manifest_path() {
        inspect::say_left_off(&node, &path, environment, ui);
    }
    let path = node.manifest_path().or_else(|failure| inspect::last_path(&node)?.ok_or(failure))?;
    ui.detail(&format!("manifest  {}", node.outside(&path).display()));
    let current = match operation::standing(node.host.as_ref(), &path)? {
        Standing::File { bytes, .. } => Some(bytes),
        Standing::Missing => None,
        _ => return Err(node.not_a_file(&path)),
    };
    let afterwards = Afterwards { node: &node, args, environment };
    if settled {
        return afterwards.wait(&path, &[], true, ui).map(Outcome::without_change);
    }
    let journal = Journal::open(node.host.as_ref())?;
    for damage in journal.damages() {
        ui.warn(&damage.to_string());
    }
    let found = Found::look_until_told(&node, &path, ui);
    let is_open = journal.entries().iter().any(|entry| !entry.claim.is_final());
    if let Some(healthy) = found.healthy().filter(|_| !node.force && !is_open) {
        ui.say(&format!(
            "{healthy}, and its files are in order. Nothing to rescue; --force takes the last change \
             back all the same."
        ));
        return Ok(Outcome::without_change(Ending::Nothing));
    }
    for (name, line) in found.lines(&node, &journal) {
        ui.say(&format!("{name:<10}  {line}"));
    }
    let help = Help { node: &node, environment, found: &found };
    if let Some(foreign) = help.foreign().filter(|_| !node.force && !is_open) {
        return Err(foreign);
    }
    let leave = afterwards.processes(current.as_deref());
    let way = way_back(args, &help, &path, current.as_deref(), &journal)?;
    if way.plan.is_empty()
        && let Some(helpless) = help.nothing_to_undo(&way.notes)
    {
        return Err(helpless);
    }
    help.say_stray(ui);
    // Nobody knows what a damaged entry that is open did; this plan ends it all the same.
    let takes_back: BTreeSet<String> = way.undoes.into_iter().chain(open(&journal)).collect();
    let takes_back: Vec<String> = takes_back.into_iter().collect();
    let proposal = Proposal {
        plan: &way.plan,
        notes: way.notes,
        regrets: Regrets::default(),
        nothing: "There is no change to take back and nothing of auditing to strip. Nothing to do.",
        then: Then::Nothing(&takes_back),
    };
    let outcome = carry_out::run(&node, proposal, &args.change, environment, ui)?;
    if outcome.change.is_none() {
        return Ok(outcome);
    }
    let result = afterwards.wait(&path, &leave, found.kubelet_runs(), ui)?;
    Ok(Outcome { result, ..outcome })
}

/// The names of entries that have not come to an end.
fn open(journal: &Journal) -> Vec<String> {
    journal.open_names().into_iter().map(str::to_owned).collect()
}

/// Takes back what an earlier run left unfinished: that is the rescue, and nothing older is touched.
/// A change that somebody still proves, or has yet to confirm, is taken over by the rescue itself.
fn settled(
    node: &Node,
    args: &RescueArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<bool, Failure> {
    if !args.change.writes() {
        return Ok(false);
    }
    match apply::settle(node.host.as_ref()) {
        Ok(settled) => {
            let mut observer = observer(args.change.output, environment, ui);
            operation::tell(&settled, node, &mut *observer);
            Ok(!settled.is_empty())
        }
        // A damaged entry is told below, and must not keep anybody from stripping.
        Err(SettleError::Damaged(_)) => Ok(false),
        Err(
            SettleError::Busy { id, command, .. } | SettleError::Unconfirmed { id, command, .. },
        ) => {
            ui.warn(&format!("{} {id} has not come to an end: it is taken back", command.name()));
            Ok(false)
        }
        Err(error) => Err(operation::not_recovered(&error, node)),
    }
}

fn way_back(
    args: &RescueArgs,
    help: &Help<'_>,
    path: &Path,
    current: Option<&[u8]>,
    journal: &Journal,
) -> Result<Way, Failure> {
    let node = help.node;
    let last = journal.entries().iter().find(|entry| node.is_about(entry));
    let finished = last.is_some_and(|entry| entry.record.command == Operation::Rescue);
    let damaged = journal.damages().iter().any(|damage| damage.entry.is_some());
    let undoable: Vec<&Entry> = journal
        .entries()
        .iter()
        .filter(|entry| entry.record.command != Operation::Rescue && node.is_about(entry))
        .filter(|entry| entry.state().is_in_effect() || !entry.claim.is_final())
        .collect();
    let backup = kubeadm_backup(node, path)?;
    let strip = |what| {
        let stripped = plan::strip(path, current, what, backup.as_ref());
        let Stripped { plan, notes } = stripped.map_err(|no_way| help.no_way(no_way, path))?;
        Ok(Way { plan, undoes: vec![], notes })
    };
    match (args.only, undoable.first()) {
        (Some(only), _) => strip(what(Some(only))),
        (None, Some(entry)) if finished && node.place.root().is_some() && !node.force => {
            Ok(done(path, entry, last.map(Entry::id).unwrap_or_default()))
        }
        (None, Some(entry)) if !damaged || is_newest(entry, journal) => {
            match undo_first_good(help, path, current, &undoable, backup.as_ref())? {
                Some(way) => Ok(way),
                None => strip(What::All),
            }
        }
        _ => strip(What::All),
    }
}

/// Whether no damaged entry can be newer than this one.
fn is_newest(entry: &Entry, journal: &Journal) -> bool {
    let damaged = journal.damages().iter().filter_map(|damage| damage.entry.as_deref());
    damaged.max().is_none_or(|newest| newest < entry.name.as_str())
}

/// A rescue was the last thing that happened here: a second one has nothing to do.
fn done(path: &Path, older: &Entry, last: &str) -> Way {
    let plan = Plan { operation: Operation::Rescue, manifest: path.to_owned(), changes: vec![] };
    let note = format!(
        "rescue {last} was the last change; --force takes back {} of {} as well",
        older.id(),
        older.record.time
    );
    Way { plan, undoes: vec![], notes: vec![note] }
}

/// Why a change that left the manifest alone is no way back.
const BESIDE: &str = "it changed no manifest, and its files are not what is wrong";

/// Takes back the newest change that can be, and that helps: with one whose policy no server takes, or
/// whose files are not what is wrong, the server would not come back, and an older change is taken back
/// with it. `None` where no change of the journal helps.
fn undo_first_good(
    help: &Help<'_>,
    path: &Path,
    current: Option<&[u8]>,
    entries: &[&Entry],
    backup: Option<&Backup>,
) -> Result<Option<Way>, Failure> {
    let mut skipped: Vec<(&Entry, Option<UndoError>)> = vec![];
    for entry in entries {
        match undo(help, path, current, entry, backup)? {
            Ok(way) if way.plan.manifest_change().is_none() && help.needs_the_manifest() => {
                skipped.push((entry, None));
            }
            Ok(mut way) => {
                for (entry, why) in skipped {
                    let why = why.map_or_else(|| BESIDE.to_owned(), |why| why.to_string());
                    let what = format!("{} {}", entry.record.command.name(), entry.id());
                    way.notes.insert(1, format!("takes back {what} with it: {why}"));
                    way.undoes.push(entry.name.clone());
                }
                return Ok(Some(way));
            }
            Err(why) => skipped.push((entry, Some(why))),
        }
    }
    match skipped.into_iter().next() {
        Some((_, Some(why))) => Err(help.not_undone(why)),
        Some((_, None)) => Ok(None),
        None => Err(Failure::refused("there is no change to take back")),
    }
}

/// The plan that takes a change back, or why none can.
fn undo(
    help: &Help<'_>,
    path: &Path,
    current: Option<&[u8]>,
    entry: &Entry,
    backup: Option<&Backup>,
) -> Result<Result<Way, UndoError>, Failure> {
    let host = help.node.host.as_ref();
    let mut files = vec![];
    for file in &entry.record.files {
        let current = operation::standing(host, &file.path)?;
        files.push(Written { change: entry.change(host, file)?, current });
    }
    let version = help.found.facts.pod.as_ref().map_or(Version::NEWEST, |pod| pod.auditing.version);
    let acceptable = |text: &[u8]| policy::judge(text, version).is_accepted();
    let Undo { plan, how, mut notes } =
        match plan::undo((path, current), &files, backup, acceptable) {
            Ok(undo) => undo,
            Err(why) => return Ok(Err(why)),
        };
    let id = entry.id();
    let record = &entry.record;
    notes.insert(
        0,
        format!("takes back {} {id} of {} by {}", record.command.name(), record.time, record.user),
    );
    notes.extend(how_note(&how));
    Ok(Ok(Way { plan, undoes: vec![entry.name.clone()], notes }))
}

fn how_note(how: &How) -> Option<String> {
    Some(match how {
        How::Already | How::Exact => return None,
        How::Lines => "the manifest was edited since; those edits stay".to_owned(),
        How::Parts => {
            "the manifest was edited since, on the same lines; its audit settings become those of \
             before the change, everything else stays"
                .to_owned()
        }
        How::Whole { runs: false } => {
            "the manifest on disk is no valid pod even without our change; the former file is put \
             back whole, and this one is kept in the entry"
                .to_owned()
        }
        How::Whole { runs: true } => {
            "the manifest was edited since in a way that cannot be told from the change; the former \
             file is put back whole, and this one is kept in the entry"
                .to_owned()
        }
        How::Backup(path) => format!(
            "neither the manifest on disk nor the former one is a valid pod; kubeadm's backup {} \
             is put there",
            path.display()
        ),
    })
}

/// Finds kubeadm's newest backup of this manifest. The names of its directories sort by time.
fn kubeadm_backup(node: &Node, manifest: &Path) -> Result<Option<Backup>, Failure> {
    let directory = Path::new(KUBEADM_TMP);
    if node.host.stat(directory)?.is_none_or(|stat| stat.kind != FileKind::Directory) {
        return Ok(None);
    }
    let Some(name) = manifest.file_name() else { return Ok(None) };
    for backup in node.host.list(directory)?.iter().rev() {
        let path: PathBuf = directory.join(backup).join(name);
        if backup.starts_with(KUBEADM_BACKUP)
            && let Standing::File { bytes, .. } = operation::standing(node.host.as_ref(), &path)?
        {
            return Ok(Some(Backup { path, bytes }));
        }
    }
    Ok(None)
}

fn what(only: Option<Only>) -> What {
    match only {
        None => What::All,
        Some(Only::Log) => What::Log,
        Some(Only::Webhook) => What::Webhook,
        Some(Only::Policy) => What::Policy,
    }
}
