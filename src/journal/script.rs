//! The rollback script of an entry: a fixed text with the entry's own files in it.

use std::fmt::Write;
use std::path::Path;

use super::entry::{Body, EntryRecord, FileRecord};
use crate::plan::Role;
use crate::shell::word;

const SCRIPT: &str = include_str!("rollback.sh");
const MARK: &str = "#@ENTRY@\n";

/// Returns the script that restores what `record` changed.
pub(super) fn rollback_script(record: &EntryRecord) -> String {
    SCRIPT.replacen(MARK, &table(record), 1)
}

/// The part of the script that differs from entry to entry.
fn table(record: &EntryRecord) -> String {
    let files = || record.files.iter().enumerate();
    let process = &record.process;
    let mut text = format!(
        "# {} of {}\nid={}\nowner_boot={}\nowner_pid={} owner_start={}\n\n",
        record.command.name(),
        record.time,
        record.id,
        word(Path::new(&process.boot_id)),
        process.pid,
        process.start_time
    );
    let is_manifest = |file: &FileRecord| file.role == Role::Manifest;
    let formers = files().filter(|(_, file)| !is_manifest(file) && file.before.is_some());
    let manifest = files().filter(|(_, file)| is_manifest(file));
    let news = files().filter(|(_, file)| !is_manifest(file) && file.before.is_none());
    function(&mut text, "formers", formers.map(|(n, file)| way_back("\"$1\"", n, file)));
    function(
        &mut text,
        "manifest",
        manifest.map(|(n, file)| match file.before {
            Some(_) => way_back("put_back", n, file),
            None => way_back("take_away", n, file),
        }),
    );
    function(&mut text, "news", news.map(|(n, file)| way_back("\"$1\"", n, file)));
    function(
        &mut text,
        "every",
        files().map(|(n, file)| format!("\"$1\" {n} {}", word(&file.path))),
    );
    text
}

/// Writes a shell function with a call on each line; without one it does nothing.
fn function(text: &mut String, name: &str, calls: impl Iterator<Item = String>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{name}() {{\n    :");
    for call in calls {
        let _ = writeln!(text, "    {call}");
    }
    text.push_str("}\n");
}

/// The call that restores one file: `put_back` if it was there before, else `take_away`.
fn way_back(call: &str, number: usize, file: &FileRecord) -> String {
    let role = match file.role {
        Role::Manifest => "manifest",
        Role::Policy => "policy",
        Role::Webhook => "webhook",
    };
    let wrote = file.after.as_ref().map_or_else(|| "- -".to_owned(), copy);
    let path = word(&file.path);
    match &file.before {
        Some(before) => format!(
            "{call} {role} {number} {path} {} {:04o} {}:{} {wrote}",
            copy(before),
            before.mode,
            before.owner.uid,
            before.owner.gid
        ),
        None => format!("{call} {role} {number} {path} {wrote}"),
    }
}

/// The name of a copy, which has nothing in it that a shell would read, and its checksum.
fn copy(body: &Body) -> String {
    format!("{} {}", body.name, body.sha256)
}
