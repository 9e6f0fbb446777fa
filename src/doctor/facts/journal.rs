//! What was done to this node: the last change, one that is open, one that left auditing off.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::pod::Pod;
use super::reader::FactsReader;
use crate::auditing::FileRef;
use crate::digest::sha256;
use crate::flags::name;
use crate::host::Host;
use crate::journal::{Bodies, Entry, EntryState, Journal, UNITS, ids_with_unit, unit};
use crate::manifest::{Manifest, ManifestFlag, POLICY_ANNOTATION};
use crate::plan::{Operation, Role};

/// What the journal tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalFacts {
    /// The newest change of this manifest.
    pub last: Option<LastChange>,
    /// A change that has not come to an end.
    pub open: Option<OpenChange>,
    /// The change, a rescue or one that was rolled back, that left auditing off.
    pub left_off: Option<LastChange>,
    /// The change that turned auditing on and whose settings something else has overwritten since.
    pub overwritten: Option<LastChange>,
    /// The changes in effect that wrote a policy: its sha256 and when, the newest first.
    pub policies: Vec<(String, LastChange)>,
    /// Parts of the journal that cannot be trusted.
    pub damages: Vec<String>,
    /// Units of dead men whose change has come to an end, as the caller would type them.
    pub units: Vec<PathBuf>,
}

/// A change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastChange {
    /// What users call it.
    pub id: String,
    /// The command.
    pub command: Operation,
    /// When, RFC 3339 in UTC.
    pub time: String,
    /// Who.
    pub user: String,
    /// Where it is.
    pub state: EntryState,
    /// Why it was rolled back, where it was and that is known.
    pub rolled_back_because: Option<String>,
}

/// A change that has not come to an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenChange {
    /// The change.
    pub change: LastChange,
    /// How much time is left to confirm it; `None` if there is nothing to confirm yet, or nobody
    /// watches any more.
    pub left: Option<Duration>,
    /// Whether a process still watches over it.
    pub watched: bool,
}

impl LastChange {
    /// Returns the sentence for a change that has left auditing off.
    #[must_use]
    pub fn says_off(&self) -> String {
        let Self { id, time, .. } = self;
        match self.state {
            EntryState::RolledBack => {
                let because = self.rolled_back_because.as_ref().map(|why| format!(": {why}"));
                format!(
                    "auditing is off: change {id} ({}) of {time} was rolled back{}",
                    self.command.name(),
                    because.unwrap_or_default()
                )
            }
            _ => format!("auditing is off since the rescue {id} of {time}"),
        }
    }

    /// Returns the sentence for a change whose settings something else has overwritten.
    #[must_use]
    pub fn says_overwritten(&self) -> String {
        let Self { id, time, .. } = self;
        format!(
            "the audit settings of change {id} ({}) of {time} are gone: the manifest was overwritten",
            self.command.name()
        )
    }

    fn of(host: &dyn Host, entry: &Entry) -> Self {
        let record = &entry.record;
        Self {
            id: record.id.clone(),
            command: record.command,
            time: record.time.clone(),
            user: record.user.clone(),
            state: entry.state(),
            rolled_back_because: entry.rolled_back_because(host),
        }
    }
}

pub(super) fn read(
    reader: &FactsReader<'_>,
    journal: &Journal,
    manifest: &Path,
    pod: Option<&Pod>,
) -> JournalFacts {
    let host = reader.host;
    let ours: Vec<&Entry> =
        journal.entries().iter().filter(|entry| entry.record.manifest == manifest).collect();
    let is_off = pod.is_some_and(|pod| has_no_settings(&pod.manifest));
    let left_off = last_undone(ours.iter().copied()).filter(|_| is_off);
    let open =
        journal.entries().iter().find(|entry| !entry.claim.is_final()).map(|entry| OpenChange {
            change: LastChange::of(host, entry),
            left: entry.time_to_confirm(host),
            watched: entry.dead_man(host).is_some_and(|man| host.alive(&man.process))
                || host.alive(&entry.record.process),
        });
    let open_id = open.as_ref().map(|open| open.change.id.clone());
    let overwritten =
        pod.filter(|_| open.is_none()).and_then(|pod| overwritten(host, journal, &ours, pod));
    JournalFacts {
        last: ours.first().map(|entry| LastChange::of(host, entry)),
        left_off: left_off.map(|entry| LastChange::of(host, entry)),
        overwritten: overwritten.map(|entry| LastChange::of(host, entry)),
        policies: ours.iter().filter_map(|entry| policy_of(host, entry)).collect(),
        damages: journal.damages().iter().map(ToString::to_string).collect(),
        units: units(reader, open_id.as_deref()),
        open,
    }
}

/// Returns the change that counts, if it left auditing on and what it wrote was replaced since by
/// something that knows nothing of it: the audit flags are others, and our annotation is gone.
/// Someone who edits a flag by hand leaves the annotation where it is.
fn overwritten<'a>(
    host: &dyn Host,
    journal: &Journal,
    ours: &[&'a Entry],
    pod: &Pod,
) -> Option<&'a Entry> {
    let is_over = |entry: &&&Entry| entry.claim.is_final() && entry.state() != EntryState::Undone;
    let last = ours.iter().find(is_over).filter(|entry| entry.state().is_in_effect())?;
    let kept = last.bodies != Bodies::Pruned && last.record.command != Operation::Rescue;
    let bytes = journal.left_at(host, last, &last.record.manifest).ok().filter(|_| kept)??;
    let left = Manifest::parse_as_run(&bytes).ok()?;
    let names_policy = |it: &Manifest| FileRef::of(it, name::POLICY_FILE).is_some();
    let unmarked = pod.manifest.annotation(POLICY_ANNOTATION).is_none();
    let differs = !audit_flags(&left).eq(audit_flags(&pod.manifest));
    (names_policy(&left) && differs && (unmarked || !pod.auditing.records())).then_some(last)
}

fn audit_flags(manifest: &Manifest) -> impl Iterator<Item = (String, String)> {
    manifest.flag_values().into_iter().filter(|(name, _)| name.starts_with("audit-"))
}

/// Returns the newest manifest of this path that a change found, if one can be read.
pub(super) fn last_manifest(host: &dyn Host, journal: &Journal, path: &Path) -> Option<Manifest> {
    let ours = journal.entries().iter().filter(|entry| entry.record.manifest == path);
    let former = |entry: &Entry| {
        let file = entry.record.files.iter().find(|file| file.role == Role::Manifest)?;
        Manifest::parse_as_run(&entry.former(host, file).ok()??).ok()
    };
    ours.into_iter().find_map(former)
}

/// Returns the newest change, if it is one that may have left auditing off unintentionally:
/// a rescue, or a change that was rolled back.
fn last_undone<'a>(mut entries: impl Iterator<Item = &'a Entry>) -> Option<&'a Entry> {
    entries.find(|entry| entry.claim.is_final() && entry.state() != EntryState::Undone).filter(
        |entry| match entry.state() {
            EntryState::RolledBack => true,
            state => state.is_in_effect() && entry.record.command == Operation::Rescue,
        },
    )
}

/// Returns the change, a rescue or one that was rolled back, that has left auditing off on this node;
/// `None` if auditing is on, was turned off on purpose, or we may not look.
#[must_use]
pub fn left_off(host: &dyn Host, manifest: &Path) -> Option<LastChange> {
    let bytes = host.read(manifest).ok()?;
    left_off_with(host, manifest, &Manifest::parse_as_run(&bytes).ok()?)
}

/// As [`left_off`], of a manifest at `path` that was read already.
#[must_use]
pub fn left_off_with(host: &dyn Host, path: &Path, manifest: &Manifest) -> Option<LastChange> {
    let is_off = has_no_settings(manifest);
    let journal = if is_off { Journal::open(host).ok()? } else { return None };
    let ours = journal.entries().iter().filter(|entry| entry.record.manifest == path);
    last_undone(ours).map(|entry| LastChange::of(host, entry))
}

fn has_no_settings(manifest: &Manifest) -> bool {
    !manifest.flags().iter().any(ManifestFlag::is_audit)
}

fn policy_of(host: &dyn Host, entry: &Entry) -> Option<(String, LastChange)> {
    let mut files = entry.record.files.iter().filter(|_| entry.state().is_in_effect());
    let policy = files.find(|file| file.role == Role::Policy)?;
    Some((policy.after.as_ref()?.sha256.clone(), LastChange::of(host, entry)))
}

/// The units of dead men that are left though their change has come to an end.
fn units(reader: &FactsReader<'_>, open: Option<&str>) -> Vec<PathBuf> {
    let ids = reader.seen(ids_with_unit(reader.host)).unwrap_or_default();
    let left = ids.iter().filter(|id| Some(id.as_str()) != open);
    left.map(|id| reader.host.place(&Path::new(UNITS).join(unit(id)))).collect()
}

impl JournalFacts {
    /// Returns the newest change that wrote a policy of this content.
    #[must_use]
    pub fn wrote(&self, policy: &[u8]) -> Option<&LastChange> {
        self.wrote_sum(&sha256(policy))
    }

    /// Returns the newest change that wrote a policy with this SHA-256.
    #[must_use]
    pub fn wrote_sum(&self, wanted: &str) -> Option<&LastChange> {
        self.policies.iter().find(|(sum, _)| sum == wanted).map(|(_, change)| change)
    }
}
