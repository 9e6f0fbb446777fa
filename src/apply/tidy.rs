//! Takes away what nobody needs any more: staged files, unfinished entries, old bodies, units of dead
//! men.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::dead_man;
use super::stage::{StagedKind, parse, places, remove_all};
use crate::host::{Host, HostError};
use crate::journal::{
    Bodies, Entry, EntryRecord, Journal, prune, record_final, remove_entry, unfinished_record,
};

/// Tidies up. Both locks must be held.
///
/// Kept are the staged files of open entries, and the former files of a manifest's newest entry in
/// effect: they are the way back that needs no free block.
pub(super) fn tidy(host: &dyn Host) -> Result<(), HostError> {
    let journal = Journal::open(host)?;
    remove_all(host, &leftovers(host, &journal)?)?;
    for name in journal.unfinished() {
        remove_entry(host, name)?;
    }
    for id in dead_man::leftovers(host, &journal.open_names())? {
        dead_man::dismiss(host, &id);
    }
    record_final(host, journal.entries())?;
    prune(host, &journal)
}

/// Returns whether there is anything to take away.
pub(super) fn is_untidy(host: &dyn Host, journal: &Journal) -> Result<bool, HostError> {
    Ok(!journal.unfinished().is_empty()
        || !leftovers(host, journal)?.is_empty()
        || !dead_man::leftovers(host, &journal.open_names())?.is_empty())
}

/// Returns the staged files that nobody needs, in the directories that the journal knows of.
fn leftovers(host: &dyn Host, journal: &Journal) -> Result<Vec<PathBuf>, HostError> {
    let open: Vec<&str> = journal.open_names().into_iter().filter_map(id_in).collect();
    let effective = in_effect(journal);
    let needed = |id: &str, end: StagedKind| {
        open.contains(&id) || (end == StagedKind::Former && effective.contains(&id))
    };
    let mut found = vec![];
    for place in staging_places(host, journal) {
        if host.stat(&place)?.is_none() {
            continue;
        }
        for name in host.list(&place)? {
            if parse(&name).is_some_and(|(id, end)| !needed(id, end)) {
                found.push(place.join(name));
            }
        }
    }
    Ok(found)
}

/// Returns the ids of the newest entry in effect of each manifest.
fn in_effect(journal: &Journal) -> Vec<&str> {
    let mut manifests = BTreeSet::new();
    let in_effect = journal.entries().iter().filter(|entry| entry.state().is_in_effect());
    in_effect.filter(|entry| manifests.insert(&entry.record.manifest)).map(Entry::id).collect()
}

fn id_in(name: &str) -> Option<&str> {
    name.rsplit_once('-').map(|(_, id)| id)
}

fn staging_places(host: &dyn Host, journal: &Journal) -> BTreeSet<PathBuf> {
    let kept = journal.entries().iter().filter(|entry| entry.bodies == Bodies::Kept);
    let unfinished: Vec<EntryRecord> =
        journal.unfinished().iter().filter_map(|name| unfinished_record(host, name)).collect();
    let records = kept.map(|entry| &entry.record).chain(&unfinished);
    let files = records.flat_map(|record| &record.files);
    files.flat_map(|file| places(file.role, &file.path)).collect()
}
