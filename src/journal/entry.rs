//! An entry: one applied plan, who applied it, and every file before and after.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::claim::{Claim, EntryState};
use super::error::{Damage, JournalError};
use super::lines::{JournalStep, steps};
use super::place::entries_directory;
use crate::digest::{hex, sha256, unhex};
use crate::host::{Host, Process};
use crate::owner::Owner;
use crate::plan::{FileChange, Operation, Role};

/// The version of `entry.json` that this program writes, and the newest it reads.
pub(super) const VERSION: u32 = 1;

/// What `entry.json` holds and the history keeps for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryRecord {
    /// The version of this shape.
    pub version: u32,
    /// What users call the entry: eight hex digits.
    pub id: String,
    /// When it was made, RFC 3339 in UTC, by the clock of the node.
    pub time: String,
    /// The command.
    pub command: Operation,
    /// Who gave it.
    pub user: String,
    /// On which terminal, if on one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminal: Option<String>,
    /// The process that applies it.
    pub process: Process,
    /// Path of the static pod manifest on the node, changed or not.
    pub manifest: PathBuf,
    /// The files in the order in which they are changed.
    pub files: Vec<FileRecord>,
}

/// A file of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// What the file is to the API server.
    pub role: Role,
    /// Path on the node.
    pub path: PathBuf,
    /// What was there; `None` if nothing did.
    pub before: Option<Body>,
    /// What is there afterwards; `None` if nothing is there.
    pub after: Option<Body>,
}

/// A file's content and everything else that is restored with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// The name of the copy in `before/` or `after/`.
    pub name: String,
    /// SHA-256 of the content.
    pub sha256: String,
    /// Length of the content in bytes.
    pub size: u64,
    /// Permission bits, octal.
    #[serde(serialize_with = "write_octal", deserialize_with = "read_octal")]
    pub mode: u32,
    /// Owner.
    pub owner: Owner,
    /// Extended attributes (SELinux label, ACL, …) in hex.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[serde(serialize_with = "write_hex", deserialize_with = "read_hex")]
    pub xattrs: BTreeMap<String, Vec<u8>>,
}

/// Whether the files of an entry can still be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bodies {
    /// They are in the journal.
    Kept,
    /// Only the line in the history is left.
    Pruned,
}

/// An entry as the journal knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Name of its directory, `<utc>-<id>`. Names sort in the order of making.
    pub name: String,
    /// The claim that is in effect.
    pub claim: Claim,
    /// Whether its files can still be read.
    pub bodies: Bodies,
    /// What was done.
    pub record: EntryRecord,
}

impl Entry {
    /// Returns what users call the entry.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.record.id
    }

    /// Returns the state users see.
    #[must_use]
    pub fn state(&self) -> EntryState {
        self.claim.state()
    }

    /// Returns why its files were restored, one sentence without a full stop; `None` if they were not,
    /// or nobody could write it down.
    #[must_use]
    pub fn rolled_back_because(&self, host: &dyn Host) -> Option<String> {
        if self.state() != EntryState::RolledBack {
            return None;
        }
        steps(host, &self.name).ok()?.into_iter().rev().find_map(|step| match step {
            JournalStep::Reason { why } => Some(why),
            _ => None,
        })
    }

    /// Returns its directory on the node.
    #[must_use]
    pub fn directory(&self) -> PathBuf {
        entries_directory().join(&self.name)
    }

    /// Reads what was at the path of `file` before; `None` if nothing did.
    ///
    /// # Errors
    ///
    /// [`JournalError::Pruned`], or [`JournalError::Damaged`] if the copy is not what was kept.
    pub fn former(
        &self,
        host: &dyn Host,
        file: &FileRecord,
    ) -> Result<Option<Vec<u8>>, JournalError> {
        file.before.as_ref().map(|body| self.former_body(host, body)).transpose()
    }

    /// Reads what was at the path of a file before, where something was there: `body` is the file's
    /// `before`.
    ///
    /// # Errors
    ///
    /// As [`Self::former`].
    pub fn former_body(&self, host: &dyn Host, body: &Body) -> Result<Vec<u8>, JournalError> {
        self.content(host, "before", body)
    }

    /// Reads what was put at the path of `file`; `None` if it was removed.
    ///
    /// # Errors
    ///
    /// As [`Self::former`].
    pub fn latter(
        &self,
        host: &dyn Host,
        file: &FileRecord,
    ) -> Result<Option<Vec<u8>>, JournalError> {
        file.after.as_ref().map(|body| self.content(host, "after", body)).transpose()
    }

    /// Reads the change of `file` as it was made.
    ///
    /// # Errors
    ///
    /// As [`Self::former`].
    pub fn change(&self, host: &dyn Host, file: &FileRecord) -> Result<FileChange, JournalError> {
        let body = file.before.as_ref().or(file.after.as_ref());
        Ok(FileChange {
            role: file.role,
            path: file.path.clone(),
            before: self.former(host, file)?,
            after: self.latter(host, file)?,
            mode: body.map_or(0o600, |body| body.mode),
            owner: body.map_or(Owner::ROOT, |body| body.owner),
        })
    }

    fn content(
        &self,
        host: &dyn Host,
        directory: &str,
        body: &Body,
    ) -> Result<Vec<u8>, JournalError> {
        if self.bodies == Bodies::Pruned {
            return Err(JournalError::Pruned { id: self.record.id.clone() });
        }
        let path = self.directory().join(directory).join(&body.name);
        let damage = |why: String| Damage {
            place: host.place(&path),
            entry: Some(self.name.clone()),
            claim: Some(self.claim.clone()),
            why,
        };
        let bytes = host.read(&path).map_err(|error| damage(error.source.to_string()))?;
        if sha256(&bytes) != body.sha256 {
            return Err(damage("its content is not what was kept (sha256 differs)".into()).into());
        }
        Ok(bytes)
    }
}

/// Returns the id in a directory's name, `None` if the name is not that of an entry.
pub(super) fn id_of(name: &str) -> Option<&str> {
    let (stamp, id) = name.split_once('-')?;
    let digits = stamp.bytes().filter(u8::is_ascii_digit).count();
    let fits = stamp.len() == STAMP.len() && digits == 14 && stamp.ends_with('Z');
    (fits && id.len() == 8 && id.bytes().all(|c| c.is_ascii_hexdigit())).then_some(id)
}

const STAMP: &str = "20261121T142210Z";

/// Reads the directory of an entry. Whatever is wrong with it is damage.
pub(super) fn read(host: &dyn Host, name: &str, claim: Claim) -> Result<Entry, Box<Damage>> {
    let path = entries_directory().join(name).join("entry.json");
    let damage = |why: String| {
        Box::new(Damage {
            place: host.place(&path),
            entry: Some(name.to_owned()),
            claim: Some(claim.clone()),
            why,
        })
    };
    let bytes = host.read(&path).map_err(|error| damage(error.source.to_string()))?;
    let steps = steps(host, name).map_err(|error| damage(error.to_string()))?;
    match steps.first() {
        Some(JournalStep::Made { entry, .. }) if *entry == sha256(&bytes) => {}
        Some(JournalStep::Made { .. }) => {
            return Err(damage("it is not what was written (sha256 differs)".to_owned()));
        }
        _ => return Err(damage("the first line of journal.jsonl is not readable".to_owned())),
    }
    let record = parse(&bytes).map_err(damage)?;
    Ok(Entry { name: name.to_owned(), claim, bodies: Bodies::Kept, record })
}

/// Reads what a directory that never became an entry was to be: it may have staged files. `None` if
/// it did not come so far.
#[must_use]
pub fn unfinished_record(host: &dyn Host, name: &str) -> Option<EntryRecord> {
    let path = entries_directory().join(name).join("entry.json");
    parse(&host.read(&path).ok()?).ok()
}

fn parse(bytes: &[u8]) -> Result<EntryRecord, String> {
    #[derive(Deserialize)]
    struct Versioned {
        version: u32,
    }
    let version = serde_json::from_slice::<Versioned>(bytes).map_err(|error| error.to_string())?;
    if version.version > VERSION {
        return Err(format!("it has version {}, this program reads {VERSION}", version.version));
    }
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

/// Returns the name of a file's copy: its number, so that no two are the same, and its own name as
/// far as it is harmless in a shell.
#[must_use]
pub fn body_name(number: usize, path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let harmless = |c: char| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' };
    let name: String = name.chars().map(harmless).take(64).collect();
    format!("{number}-{name}")
}

fn write_octal<S: Serializer>(mode: &u32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format!("{mode:04o}"))
}

fn read_octal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let text = String::deserialize(deserializer)?;
    u32::from_str_radix(&text, 8).map_err(serde::de::Error::custom)
}

fn write_hex<S: Serializer>(
    xattrs: &BTreeMap<String, Vec<u8>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(xattrs.iter().map(|(name, value)| (name, hex(value))))
}

fn read_hex<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Vec<u8>>, D::Error> {
    let texts = BTreeMap::<String, String>::deserialize(deserializer)?;
    let value = |text: &str| unhex(text).ok_or_else(|| serde::de::Error::custom("not hex"));
    texts.into_iter().map(|(name, text)| Ok((name, value(&text)?))).collect()
}
