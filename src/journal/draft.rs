//! An entry in the making: everything durable first, the claim last.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use time::OffsetDateTime;
use time::macros::format_description;

use super::clock::rfc3339;
use super::entry::{Bodies, Entry, EntryRecord, FileRecord, VERSION, id_of};
use super::lines::{JournalStep, line};
use super::script::rollback_script;
use super::{Claim, EntryState, STATE, entries_directory};
use crate::digest::sha256;
use crate::host::{Host, HostError, make_file, make_parents};
use crate::plan::Operation;

/// Who gives a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// The name of the user, through sudo too.
    pub user: String,
    /// The terminal, if there is one.
    pub terminal: Option<String>,
}

/// Only root looks into the journal: it holds manifests and webhook credentials.
const DIRECTORY_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// An entry without a claim: it does not exist yet for anybody else.
#[derive(Debug, Clone)]
pub struct EntryDraft {
    name: String,
    record: EntryRecord,
}

impl EntryDraft {
    /// Chooses name and id of a new entry. Writes nothing.
    ///
    /// `newest` is the name of the newest entry there is: the stamp in a name never runs backwards,
    /// so names sort in the order of making also when the clock was set back.
    #[must_use]
    pub fn new(
        host: &dyn Host,
        newest: Option<&str>,
        command: Operation,
        who: &Operator,
        manifest: &Path,
    ) -> Self {
        let id = format!("{:08x}", host.random() & 0xffff_ffff);
        let stamp = stamp_after(OffsetDateTime::from(host.now()), newest);
        let record = EntryRecord {
            version: VERSION,
            id: id.clone(),
            time: rfc3339(host.now()),
            command,
            user: who.user.clone(),
            terminal: who.terminal.clone(),
            process: host.process(),
            manifest: manifest.to_owned(),
            files: vec![],
        };
        Self { name: format!("{stamp}-{id}"), record }
    }

    /// Returns the id that staged files carry in their names.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.record.id
    }

    /// Returns the entry's directory on the node.
    #[must_use]
    pub fn directory(&self) -> PathBuf {
        entries_directory().join(&self.name)
    }

    /// Writes everything but the claim, each file synced and read back, each directory synced.
    ///
    /// `former` and `latter` are the contents of each of `files` before and after, in their order.
    ///
    /// # Errors
    ///
    /// The machine refuses. What was written is no entry; [`super::remove_entry`] takes it away.
    pub fn write(
        &mut self,
        host: &dyn Host,
        files: Vec<FileRecord>,
        former: &[Option<Vec<u8>>],
        latter: &[Option<Vec<u8>>],
    ) -> Result<(), HostError> {
        self.record.files = files;
        let directory = self.directory();
        make_private_directory(host, &directory)?;
        let json = serde_json::to_string_pretty(&self.record).unwrap_or_default() + "\n";
        let script = rollback_script(&self.record);
        let made =
            JournalStep::Made { entry: sha256(json.as_bytes()), script: sha256(script.as_bytes()) };
        let file = |name: &str, text: &str| {
            make_file(host, &directory.join(name), text.as_bytes(), FILE_MODE)
        };
        file("entry.json", &json)?;
        file("rollback.sh", &script)?;
        file("journal.jsonl", &line(host, made))?;
        let before = self.record.files.iter().map(|file| file.before.as_ref());
        let after = self.record.files.iter().map(|file| file.after.as_ref());
        for (name, bodies, contents) in [
            ("before", before.collect::<Vec<_>>(), former),
            ("after", after.collect::<Vec<_>>(), latter),
        ] {
            let inside = directory.join(name);
            make_private_directory(host, &inside)?;
            for (body, content) in bodies.into_iter().zip(contents) {
                if let (Some(body), Some(content)) = (body, content) {
                    make_file(host, &inside.join(&body.name), content, FILE_MODE)?;
                }
            }
            host.sync_directory(&inside)?;
        }
        host.sync_directory(&directory)
    }

    /// Makes the claim `prepared`: from here on it is an entry.
    ///
    /// # Errors
    ///
    /// The machine refuses. The claim may be all the same.
    pub fn prepare(self, host: &dyn Host) -> Result<Entry, HostError> {
        let claim = Claim::Plain(EntryState::Prepared);
        let path = self.directory().join(claim.file_name());
        host.create(&path, FILE_MODE)?;
        host.sync(&path)?;
        host.sync_directory(&self.directory())?;
        Ok(Entry { name: self.name, claim, bodies: Bodies::Kept, record: self.record })
    }

    /// Returns the name of the directory.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Makes `STATE` and the directory of entries, if they are missing. Called before `STATE` is locked.
///
/// # Errors
///
/// The machine refuses.
pub fn make_state(host: &dyn Host) -> Result<(), HostError> {
    for directory in [Path::new(STATE), &entries_directory()] {
        if host.stat(directory)?.is_none() {
            make_parents(host, directory)?;
            match make_private_directory(host, directory) {
                // Another command was faster.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                made => made?,
            }
        }
    }
    Ok(())
}

fn make_private_directory(host: &dyn Host, path: &Path) -> Result<(), HostError> {
    host.make_directory(path, DIRECTORY_MODE)?;
    host.set_mode(path, DIRECTORY_MODE)?;
    match path.parent() {
        Some(parent) => host.sync_directory(parent),
        None => Ok(()),
    }
}

/// Returns the stamp of `now`, or one second after the newest entry's if that is later.
fn stamp_after(now: OffsetDateTime, newest: Option<&str>) -> String {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    let stamp = |time: OffsetDateTime| time.format(format).unwrap_or_default();
    let newest = newest.filter(|name| id_of(name).is_some()).and_then(|name| {
        let (newest, _) = name.split_once('-')?;
        time::PrimitiveDateTime::parse(newest, format).ok()
    });
    match newest.map(time::PrimitiveDateTime::assume_utc) {
        Some(newest) if stamp(newest) >= stamp(now) => stamp(newest + time::Duration::SECOND),
        _ => stamp(now),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn names_sort_in_the_order_of_making_even_when_the_clock_runs_back() {
        let now = datetime!(2026-11-21 14:22:10 UTC);
        assert_eq!(stamp_after(now, None), "20261121T142210Z");
        assert_eq!(stamp_after(now, Some("20261121T142209Z-0a1b2c3d")), "20261121T142210Z");
        assert_eq!(stamp_after(now, Some("20261121T142210Z-0a1b2c3d")), "20261121T142211Z");
        assert_eq!(stamp_after(now, Some("20271231T235959Z-0a1b2c3d")), "20280101T000000Z");
    }
}
