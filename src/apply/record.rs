//! What is said of an entry: in the system log and its journal, and how it is taken back by hand.

use crate::host::Host;
use crate::journal::{Body, Entry, JournalStep, note};
use crate::shell::word;

/// Returns the command that puts the former files back by hand.
#[must_use]
pub fn rollback_command(host: &dyn Host, entry: &Entry) -> String {
    format!("sh {}", word(&host.place(&entry.directory().join("rollback.sh"))))
}

/// Keeps in the journal why the files of an entry are about to be restored. Where nothing can be
/// written they are restored all the same.
pub(super) fn give_reason(host: &dyn Host, entry: &Entry, why: &str) {
    let _ = note(host, &entry.name, JournalStep::Reason { why: why.to_owned() });
}

/// Writes the line for the system log: who did what, and the sums of every file before and after.
pub(super) fn line_of(entry: &Entry, what: &str) -> String {
    let record = &entry.record;
    let terminal = record.terminal.as_deref().map(|on| format!(" on {on}")).unwrap_or_default();
    let sum =
        |body: &Option<Body>| body.as_ref().map_or("none", |body| body.sha256.as_str()).to_owned();
    let files = record.files.iter().map(|file| {
        format!("; {} sha256 {} -> {}", file.path.display(), sum(&file.before), sum(&file.after))
    });
    format!(
        "{} by {}{terminal} {what} (change {}){}",
        record.command.name(),
        record.user,
        record.id,
        files.collect::<String>()
    )
}
