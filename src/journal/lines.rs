//! The journal of one entry: a line a step, each with its own checksum.
//!
//! A line is JSON whose last key is `sum`: the first 16 hex digits of the SHA-256 of the line before
//! `,"sum":`. The rollback script writes such lines too.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::clock::rfc3339;
use super::place::entries_directory;
use crate::digest::sha256;
use crate::host::{Host, HostError};

const SUM: &str = ",\"sum\":\"";
const SUM_DIGITS: usize = 16;

/// A step of an entry. It is written, and durable, before the step is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum JournalStep {
    /// The entry was made; always the first line.
    Made {
        /// SHA-256 of `entry.json`.
        entry: String,
        /// SHA-256 of `rollback.sh`.
        script: String,
    },
    /// A file is about to be put in place, or removed.
    Change {
        /// Its number in the entry.
        file: usize,
    },
    /// A file is about to be restored, or a new one removed.
    PutBack {
        /// Its number in the entry.
        file: usize,
    },
    /// The files are about to be restored.
    Reason {
        /// Why, one sentence without a full stop.
        why: String,
    },
    /// A file was left as it is: edited since, missing, or still needed.
    Left {
        /// Its number in the entry.
        file: usize,
    },
}

#[derive(Serialize, Deserialize)]
struct JournalLine {
    time: String,
    #[serde(flatten)]
    step: JournalStep,
}

fn path(entry: &str) -> PathBuf {
    entries_directory().join(entry).join("journal.jsonl")
}

/// Adds a durable line to the journal of an entry.
///
/// # Errors
///
/// The machine refuses. The line may be there in part, which every reader passes over.
pub fn note(host: &dyn Host, entry: &str, step: JournalStep) -> Result<(), HostError> {
    let path = path(entry);
    let torn = !host.read(&path)?.ends_with(b"\n");
    let line = line(host, step);
    host.write(&path, if torn { format!("\n{line}") } else { line }.as_bytes())?;
    host.sync(&path)
}

/// Returns the steps of an entry in order. Torn lines are passed over.
///
/// # Errors
///
/// The machine refuses to show the journal, or it is not there.
pub fn steps(host: &dyn Host, entry: &str) -> Result<Vec<JournalStep>, HostError> {
    let bytes = host.read(&path(entry))?;
    Ok(String::from_utf8_lossy(&bytes).lines().filter_map(parse).collect())
}

/// Writes one line with its checksum and the end of the line.
pub(super) fn line(host: &dyn Host, step: JournalStep) -> String {
    let line = JournalLine { time: rfc3339(host.now()), step };
    // Text and numbers: nothing that JSON could not hold.
    let text = serde_json::to_string(&line).unwrap_or_default();
    let text = text.strip_suffix('}').unwrap_or_default();
    format!("{text}{SUM}{}\"}}\n", &sha256(text.as_bytes())[..SUM_DIGITS])
}

fn parse(line: &str) -> Option<JournalStep> {
    let (text, sum) = line.rsplit_once(SUM)?;
    let sum = sum.strip_suffix("\"}")?;
    if sha256(text.as_bytes())[..SUM_DIGITS] != *sum {
        return None;
    }
    serde_json::from_str::<JournalLine>(&format!("{text}}}")).ok().map(|line| line.step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Fake;

    const ENTRY: &str = "20261121T142210Z-0a1b2c3d";

    fn journal(text: &str) -> Fake {
        let fake = Fake::new();
        fake.with(|machine| machine.put(path(ENTRY), text, 0o600));
        fake
    }

    #[test]
    fn lines_come_back_in_order() {
        let fake = journal("");
        let all = [
            JournalStep::Made { entry: "a \"b\"}".to_owned(), script: String::new() },
            JournalStep::Change { file: 0 },
            JournalStep::Reason { why: "it did not \"start\"".to_owned() },
            JournalStep::PutBack { file: 0 },
        ];
        for step in all.clone() {
            note(&fake, ENTRY, step).unwrap();
        }
        assert_eq!(steps(&fake, ENTRY).unwrap(), all);
    }

    #[test]
    fn a_torn_tail_is_passed_over_and_does_not_spoil_the_next_line() {
        let fake = journal("");
        note(&fake, ENTRY, JournalStep::Change { file: 0 }).unwrap();
        let whole = fake.with(|machine| machine.bytes(path(ENTRY))).unwrap();
        let torn = journal(&String::from_utf8_lossy(&[&whole[..], &whole[..20]].concat()));
        note(&torn, ENTRY, JournalStep::Change { file: 1 }).unwrap();
        let expected = [JournalStep::Change { file: 0 }, JournalStep::Change { file: 1 }];
        assert_eq!(steps(&torn, ENTRY).unwrap(), expected);
    }

    #[test]
    fn a_line_that_was_changed_is_passed_over() {
        let fake = journal("");
        note(&fake, ENTRY, JournalStep::Change { file: 0 }).unwrap();
        let text = fake.with(|machine| machine.bytes(path(ENTRY))).unwrap();
        let forged = String::from_utf8(text).unwrap().replace("\"file\":0", "\"file\":7");
        assert!(steps(&journal(&forged), ENTRY).unwrap().is_empty());
    }
}
