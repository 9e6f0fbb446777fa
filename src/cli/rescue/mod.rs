//! `rescue`: bring back an API server that no longer starts.

mod afterwards;
mod found;
mod runtime;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::carry_out::{self, Ending, Proposal};
use super::environment::Environment;
use super::node::{ChangeArgs, Node, NodeArgs};
use super::verify::patience;
use super::{Exit, Failure, ground, inspect, preflight, ui::Ui};
use crate::apply::{self, SettleError};
use crate::host::FileKind;
use crate::journal::{Entry, Journal};
use crate::manifest::{self, Manifest, What};
use crate::owner::Owner;
use crate::plan::{
    self, Backup, Change, FileChange, How, Operation, Plan, Role, Standing, Undo, Written,
};
use crate::view::preview::Regrets;
use afterwards::Afterwards;
use audit_policy::api::Version;
use audit_policy::policy;
use found::Found;

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
    /// Directory name of the entry that the plan takes back.
    undoes: Option<String>,
    notes: Vec<String>,
}

/// Where kubeadm keeps the manifests it replaced during an upgrade.
const KUBEADM_TMP: &str = "/etc/kubernetes/tmp";
/// Beginning of the names of kubeadm's backup directories; the rest is the time.
const KUBEADM_BACKUP: &str = "kubeadm-backup-manifests-";

/// Looks, tells what was found, plans, previews, asks, applies and waits, in that order.
pub(super) fn run(
    args: &RescueArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    let node = args.node.node(ui.stop(), args.change.writes())?;
    node.can_change(environment, args.change.writes())?;
    let settled = settled(&node, args, environment, ui)?;
    if let Ok(path) = node.manifest_path() {
        inspect::say_left_off(&node, &path, environment, ui);
    }
    let path = manifest_path(&node)?;
    ui.detail(&format!("manifest  {}", node.outside(&path).display()));
    let current = match ground::standing(node.host.as_ref(), &path)? {
        Standing::File { bytes, .. } => Some(bytes),
        Standing::Missing => None,
        _ => return Err(node.not_a_file(&path)),
    };
    let afterwards = Afterwards { node: &node, args, environment };
    if settled {
        return afterwards.wait(&path, &[], None, ui);
    }
    let journal = Journal::open(node.host.as_ref())?;
    for damage in journal.damages() {
        ui.warn(&damage.to_string());
    }
    if let Some(healthy) = preflight::healthy(&node, current.as_deref(), &journal)? {
        ui.say(&healthy);
        return Ok(Exit::Done);
    }
    let found = found::look_until_told(&node, &path, current.as_deref(), &journal, ui);
    for (name, line) in &found.lines {
        ui.say(&format!("{name:<10}  {line}"));
    }
    if found.is_foreign() && !node.force && journal.open_names().is_empty() {
        return Err(foreign(&found));
    }
    let leave = afterwards.processes(current.as_deref());
    let way = way_back(args, &node, &path, current, &journal)?;
    // Nobody knows what a damaged entry that is open did; this plan ends it all the same.
    let takes_back: BTreeSet<String> = way.undoes.into_iter().chain(open(&journal)).collect();
    let proposal = Proposal {
        plan: way.plan,
        notes: way.notes,
        regrets: Regrets::default(),
        nothing: "There is no change to take back and nothing of auditing to strip. Nothing to do.",
        takes_back: takes_back.into_iter().collect(),
        verify: None,
    };
    match carry_out::run(&node, &proposal, &args.change, environment, ui)? {
        Ending::Applied => afterwards.wait(&path, &leave, Some(&found), ui),
        _ => Ok(Exit::Done),
    }
}

/// Returns the path of the manifest. Where none is left, the last change knows where it was.
fn manifest_path(node: &Node) -> Result<PathBuf, Failure> {
    node.manifest_path().or_else(|failure| {
        let journal = Journal::open(node.host.as_ref())?;
        let last = journal.entries().iter().find(|entry| node.is_about(entry));
        last.map(|entry| entry.record.manifest.clone()).ok_or(failure)
    })
}

/// Something else keeps the server from running: taking auditing away would not help.
fn foreign(found: &Found) -> Failure {
    let fix = match &found.cause {
        Some(cause) => cause.fix.clone(),
        None => "systemctl start kubelet".to_owned(),
    };
    Failure::refused("auditing is not why the API server does not run")
        .next(fix)
        .next("To take the last change back all the same, add --force.")
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
            carry_out::say_settled(&settled, node, ui);
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
        Err(error) => Err(carry_out::unsettled(&error, node, environment)),
    }
}

fn way_back(
    args: &RescueArgs,
    node: &Node,
    path: &Path,
    current: Option<Vec<u8>>,
    journal: &Journal,
) -> Result<Way, Failure> {
    let last = journal.entries().iter().find(|entry| node.is_about(entry));
    let finished = last.is_some_and(|entry| entry.record.command == Operation::Rescue);
    let damaged = journal.damages().iter().any(|damage| damage.entry.is_some());
    let undoable = journal
        .entries()
        .iter()
        .filter(|entry| entry.record.command != Operation::Rescue && node.is_about(entry))
        .find(|entry| entry.state().is_in_effect() || !entry.claim.is_final());
    match (args.only, undoable) {
        (Some(only), _) => strip(path, current, what(Some(only)), node),
        (None, Some(entry)) if finished && node.place.root().is_some() && !node.force => {
            Ok(done(path, entry, last.map(Entry::id).unwrap_or_default()))
        }
        (None, Some(entry)) if !damaged || is_newest(entry, journal) => undo(node, path, entry),
        _ => strip(path, current, What::All, node),
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
    Way { plan, undoes: None, notes: vec![note] }
}

fn undo(node: &Node, path: &Path, entry: &Entry) -> Result<Way, Failure> {
    let mut files = vec![];
    for file in &entry.record.files {
        let standing = ground::standing(node.host.as_ref(), &file.path)?;
        files.push(Written {
            change: entry.change(node.host.as_ref(), file)?,
            current: standing.bytes().map(<[u8]>::to_vec),
        });
    }
    let backup = kubeadm_backup(node, path)?;
    let acceptable = |text: &[u8]| policy::judge(text, Version::NEWEST).accepted.is_some();
    let Undo { plan, how, mut notes } = plan::undo(path, &files, backup.as_ref(), acceptable)?;
    let id = entry.id();
    let record = &entry.record;
    notes.insert(
        0,
        format!("takes back {} {id} of {} by {}", record.command.name(), record.time, record.user),
    );
    notes.extend(how_note(&how));
    Ok(Way { plan, undoes: Some(entry.name.clone()), notes })
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
        How::Whole => {
            "the manifest on disk is no valid pod even without our change; the former file is put \
             back whole, and this one is kept in the entry"
                .to_owned()
        }
        How::Backup(path) => format!(
            "neither the manifest on disk nor the former one is a valid pod; kubeadm's backup {} \
             is put there",
            path.display()
        ),
    })
}

/// Strips the audit settings where there is no change of ours to take back.
fn strip(path: &Path, current: Option<Vec<u8>>, what: What, node: &Node) -> Result<Way, Failure> {
    let Some(bytes) = current else { return restored(path, None, node, "there is no manifest") };
    let stripped = match Manifest::parse_for_rescue(&bytes) {
        Ok(manifest) => manifest::strip(&manifest, what).map(|it| it.text().to_owned()),
        Err(refusal) => Err(refusal),
    };
    let mut notes = vec![];
    let text = match stripped {
        Ok(text) => text,
        Err(refusal) => {
            let lossy = String::from_utf8_lossy(&bytes);
            let (text, removed) = manifest::strip_lines(&lossy, what);
            if removed.is_empty() || manifest::check(&text).is_err() {
                let why = format!("the manifest cannot be mended: {refusal}");
                return restored(path, Some(bytes), node, &why);
            }
            notes.push(format!("the manifest was unreadable ({refusal}); its lines were stripped"));
            text
        }
    };
    let plan = manifest_plan(path, Some(bytes), text.into_bytes());
    if !plan.is_empty() {
        notes.insert(
            0,
            "there is no change of ours to take back: audit settings are stripped".to_owned(),
        );
    }
    Ok(Way { plan, undoes: None, notes })
}

/// Puts kubeadm's backup in place of a manifest that cannot be mended.
fn restored(path: &Path, current: Option<Vec<u8>>, node: &Node, why: &str) -> Result<Way, Failure> {
    let valid = |backup: &Backup| {
        str::from_utf8(&backup.bytes).is_ok_and(|text| manifest::check(text).is_ok())
    };
    let Some(backup) = kubeadm_backup(node, path)?.filter(valid) else {
        let shown = node.outside(path);
        return Err(Failure::refused(format!("{}: {why}", shown.display()))
            .next("There is no journal entry and no backup of kubeadm to put back either.")
            .next("Repair the file by hand, or let kubeadm write it anew:")
            .next("kubeadm init phase control-plane apiserver"));
    };
    let notes = vec![format!("{why}; kubeadm's backup {} is put there", backup.path.display())];
    Ok(Way { plan: manifest_plan(path, current, backup.bytes), undoes: None, notes })
}

fn manifest_plan(path: &Path, before: Option<Vec<u8>>, after: Vec<u8>) -> Plan {
    let file = FileChange {
        role: Role::Manifest,
        path: path.to_owned(),
        before,
        after: Some(after),
        mode: 0o600,
        owner: Owner::ROOT,
    };
    let changes = if file.before == file.after { vec![] } else { vec![Change::File(file)] };
    Plan { operation: Operation::Rescue, manifest: path.to_owned(), changes }
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
            && let Standing::File { bytes, .. } = ground::standing(node.host.as_ref(), &path)?
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
