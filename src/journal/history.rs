//! The line that is kept of every entry for ever, each chained to the one before by its SHA-256.
//!
//! An entry gets a line when it comes to an end, and another one should its end change (a verified
//! change that a rescue undoes). The last line of an entry counts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::claim::{Claim, EntryState};
use super::entry::{Bodies, Entry, EntryRecord};
use super::error::Damage;
use super::place::STATE;
use crate::digest::sha256;
use crate::host::{Host, HostError, make_file};

#[derive(Serialize, Deserialize)]
struct HistoryLine {
    previous: String,
    name: String,
    state: EntryState,
    #[serde(flatten)]
    record: EntryRecord,
}

/// What the history holds.
#[derive(Default)]
struct History {
    /// The last line of each entry, by directory name.
    entries: BTreeMap<String, (EntryState, EntryRecord)>,
    /// SHA-256 of the last whole line.
    last: String,
    /// The number and kind of what is wrong.
    damage: Option<String>,
    /// There is no file, or its last line is torn.
    end: EntryEnd,
}

#[derive(Default, PartialEq, Eq)]
enum EntryEnd {
    #[default]
    NoFile,
    Whole,
    Torn,
}

fn path() -> PathBuf {
    Path::new(STATE).join("history.jsonl")
}

fn read(host: &dyn Host) -> Result<History, HostError> {
    let mut history = History { last: "0".repeat(64), ..History::default() };
    if host.stat(&path())?.is_none() {
        return Ok(history);
    }
    let bytes = host.read(&path())?;
    let text = String::from_utf8_lossy(&bytes);
    history.end =
        if text.is_empty() || text.ends_with('\n') { EntryEnd::Whole } else { EntryEnd::Torn };
    for (number, text) in text.lines().enumerate() {
        // A line that a crash tore is passed over: the next one is chained to the one before it.
        let Ok(line) = serde_json::from_str::<HistoryLine>(text) else { continue };
        if line.previous != history.last {
            let number = number + 1;
            history.damage.get_or_insert(format!("line {number} does not follow the one before"));
        }
        history.last = sha256(text.as_bytes());
        history.entries.insert(line.name, (line.state, line.record));
    }
    Ok(history)
}

/// Returns the entries of which only a line is left, and what is wrong with the lines. `kept` names
/// those whose directories are there.
pub(super) fn old_entries(
    host: &dyn Host,
    kept: &BTreeSet<&str>,
) -> Result<(Vec<Entry>, Option<Damage>), HostError> {
    let history = read(host)?;
    let gone = history.entries.into_iter().filter(|(name, _)| !kept.contains(name.as_str()));
    let old = gone.map(|(name, (state, record))| Entry {
        name,
        claim: Claim::Plain(state),
        bodies: Bodies::Pruned,
        record,
    });
    let damage = history.damage.map(|why| Damage {
        place: host.place(&path()),
        entry: None,
        claim: None,
        why,
    });
    Ok((old.collect(), damage))
}

/// Writes a line for every entry that has come to an end the history does not know of yet.
///
/// # Errors
///
/// The machine refuses. A line may be there in part; the next call rewrites it.
pub fn record_final(host: &dyn Host, entries: &[Entry]) -> Result<(), HostError> {
    let mut history = read(host)?;
    let known = |entry: &&Entry| {
        let state = history.entries.get(&entry.name).map(|(state, _)| *state);
        entry.claim.is_final() && state != Some(entry.state())
    };
    let news: Vec<&Entry> = entries.iter().rev().filter(known).collect();
    if news.is_empty() {
        return Ok(());
    }
    let mut text = if history.end == EntryEnd::Torn { "\n".to_owned() } else { String::new() };
    for entry in news {
        let line = line(entry, &history.last);
        history.last = sha256(line.as_bytes());
        text.push_str(&line);
        text.push('\n');
    }
    append(host, &text, &history.end)
}

fn line(entry: &Entry, previous: &str) -> String {
    let line = HistoryLine {
        previous: previous.to_owned(),
        name: entry.name.clone(),
        state: entry.state(),
        record: entry.record.clone(),
    };
    serde_json::to_string(&line).unwrap_or_default()
}

fn append(host: &dyn Host, text: &str, end: &EntryEnd) -> Result<(), HostError> {
    if *end == EntryEnd::NoFile {
        make_file(host, &path(), text.as_bytes(), 0o600)?;
        return host.sync_directory(Path::new(STATE));
    }
    host.write(&path(), text.as_bytes())?;
    host.sync(&path())
}
