//! What was done and the way back: entries, claims, backups.
//!
//! `STATE/entries/<utc>-<id>/` holds one applied plan: `entry.json` (what and who), `before/` and
//! `after/` (every file whole), `journal.jsonl` (each rename's intent before it), `rollback.sh` and
//! exactly one claim file, made last: a directory without one was never an entry. Names sort in the
//! order of making, also when the clock was set back. `STATE/history.jsonl` keeps a line of
//! metadata for ever.
//!
//! | a crash leaves | the next command finds |
//! |---|---|
//! | a directory without a claim | no entry; it is removed with what it had staged |
//! | a torn line at the end of a journal | the lines before it |
//! | a claim that was renamed but not synced | the earlier claim: at worst a rollback to the old files |

mod claim;
mod claims;
mod clock;
mod cluster_config;
mod draft;
mod entry;
mod error;
mod history;
mod kept;
mod lines;
mod place;
mod prune;
mod script;
#[cfg(test)]
mod tests;
mod units;
mod watch;

use std::path::Path;

use crate::host::{FileKind, Host, HostError};

pub use claim::{Claim, ClaimError, EntryState};
pub use claims::{claim_of, is_current, move_claim};

pub use cluster_config::{ClusterConfigRecord, ClusterConfigState};
pub use draft::{EntryDraft, Operator, make_state};
pub use entry::{Bodies, Body, Entry, EntryRecord, FileRecord, body_name, unfinished_record};
pub use error::{Damage, JournalError};
pub use history::record_final;
pub use lines::{JournalStep, note, steps};
pub use place::{KEPT, STATE, entries_directory};
pub use prune::{prune, remove_entry};
pub use units::{ENABLED, UNITS, ids_with_unit, unit};
pub use watch::{DeadMan, mark_healthy, set_deadline};

/// Everything the journal knows, as it was when it was opened. Opening writes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Journal {
    entries: Vec<Entry>,
    damages: Vec<Damage>,
    unfinished: Vec<String>,
    missing: bool,
}

impl Journal {
    /// Reads the journal of a node. A node without one has an empty journal that
    /// [is missing](Self::is_missing); what cannot be trusted is left out and [reported](Self::damages).
    ///
    /// # Errors
    ///
    /// The machine refuses to show the journal, as it does to all but root.
    pub fn open(host: &dyn Host) -> Result<Self, HostError> {
        let mut journal = Self::default();
        match host.stat(Path::new(STATE))? {
            None => journal.missing = true,
            Some(stat) if stat.kind == FileKind::Directory => journal.read(host)?,
            Some(_) => journal.damages.push(Damage {
                place: host.place(Path::new(STATE)),
                entry: None,
                claim: None,
                why: "it is not a directory".to_owned(),
            }),
        }
        Ok(journal)
    }

    fn read(&mut self, host: &dyn Host) -> Result<(), HostError> {
        let directory = entries_directory();
        let mut names = match host.stat(&directory)? {
            Some(_) => host.list(&directory)?,
            None => vec![],
        };
        names.retain(|name| entry::id_of(name).is_some());
        names.reverse();
        for name in names {
            self.read_entry(host, name)?;
        }
        let kept = self.entries.iter().map(|entry| entry.name.as_str());
        let kept = kept.chain(self.damages.iter().filter_map(|d| d.entry.as_deref())).collect();
        let (old, damage) = history::old_entries(host, &kept)?;
        self.damages.extend(damage);
        self.entries.extend(old);
        self.entries.sort_by(|one, other| other.name.cmp(&one.name));
        Ok(())
    }

    fn read_entry(&mut self, host: &dyn Host, name: String) -> Result<(), HostError> {
        match claim_of(host, &name)? {
            Ok(None) => self.unfinished.push(name),
            Ok(Some(claim)) => match entry::read(host, &name, claim) {
                Ok(entry) => self.entries.push(entry),
                Err(damage) => self.damages.push(*damage),
            },
            Err(damage) => self.damages.push(*damage),
        }
        Ok(())
    }

    /// Returns the entries, newest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns what cannot be trusted. An entry named here is not among [`Self::entries`].
    #[must_use]
    pub fn damages(&self) -> &[Damage] {
        &self.damages
    }

    /// Returns the directories that never became an entry, or are no longer one.
    #[must_use]
    pub fn unfinished(&self) -> &[String] {
        &self.unfinished
    }

    /// Returns whether this node has no journal at all.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.missing
    }

    /// Returns the name of the newest entry, damaged and unfinished ones included.
    #[must_use]
    pub fn newest_name(&self) -> Option<&str> {
        let entries = self.entries.iter().map(|entry| entry.name.as_str());
        let damaged = self.damages.iter().filter_map(|damage| damage.entry.as_deref());
        entries.chain(damaged).chain(self.unfinished.iter().map(String::as_str)).max()
    }

    /// Returns the entry whose id, or whose directory's name, begins with `id`.
    ///
    /// # Errors
    ///
    /// [`JournalError::Unknown`] or [`JournalError::Ambiguous`]; [`JournalError::Damaged`] if the
    /// entry is there and cannot be trusted.
    pub fn find(&self, id: &str) -> Result<&Entry, JournalError> {
        let begins = |name: &str| {
            name.starts_with(id) || entry::id_of(name).is_some_and(|own| own.starts_with(id))
        };
        let found: Vec<&Entry> = self.entries.iter().filter(|e| begins(&e.name)).collect();
        let damage = self.damages.iter().find(|d| d.entry.as_deref().is_some_and(begins));
        match (found.as_slice(), damage) {
            ([entry], None) => Ok(entry),
            ([], Some(damage)) => Err(damage.clone().into()),
            ([], None) => Err(JournalError::Unknown { id: id.to_owned() }),
            (several, damage) => Err(JournalError::Ambiguous {
                id: id.to_owned(),
                count: several.len() + usize::from(damage.is_some()),
            }),
        }
    }

    /// Returns the names of all entries and damaged entries with a claim that is not final.
    #[must_use]
    pub fn open_names(&self) -> Vec<&str> {
        let open = self.entries.iter().filter(|e| !e.claim.is_final()).map(|e| e.name.as_str());
        let is_open = |d: &&Damage| d.claim.as_ref().is_none_or(|claim| !claim.is_final());
        let damaged = self.damages.iter().filter(is_open).filter_map(|d| d.entry.as_deref());
        open.chain(damaged).collect()
    }
}
