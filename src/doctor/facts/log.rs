//! The log on the node: its files, its room, and what else lays hands on it.

use std::path::Path;

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::file::At;
use super::logrotate::{self, Rotator};
use super::reader::FactsReader;
use super::selinux;
use crate::node::log_files::{self, LogFile};
use crate::node::{DirectoryTrust, LogSpace};

/// How much of the end of a log is read to see how fast it grows.
const TAIL_BYTES: u64 = 4 << 20;
/// How much time a log has to cover, in nanoseconds, before it tells how fast it grows.
const MIN_SPAN: i128 = 60_000_000_000;

/// The log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// The file that the flag names.
    pub file: At,
    /// Its directory.
    pub directory: At,
    /// It and its rotated files, the oldest first.
    pub files: Vec<LogFile>,
    /// The room on its file system.
    pub log_space: Option<LogSpace>,
    /// What the end of it tells of its growth.
    pub tail: Option<WrittenBytes>,
    /// Entries of logrotate's configuration that name it.
    pub rotators: Vec<Rotator>,
    /// The SELinux type of its directory, where SELinux is enforced.
    pub label: Option<String>,
}

/// Bytes that were written between two times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenBytes {
    /// How many.
    pub bytes: u64,
    /// From when to when, in nanoseconds.
    pub nanoseconds: i128,
}

pub(super) fn read(reader: &FactsReader<'_>, path: &Path, trust: DirectoryTrust) -> Log {
    let parent = path.parent().unwrap_or(Path::new("/"));
    let mut directory = reader.look(parent);
    directory.dangers = reader.dangers(parent, trust);
    let file = reader.look(path);
    let size = file.stat().filter(|_| file.is_file()).map_or(0, |stat| stat.size);
    let tail = if size == 0 { None } else { tail(reader, path, size) };
    Log {
        file,
        directory,
        files: reader.seen(log_files::read(reader.host, path)).unwrap_or_default(),
        log_space: reader.seen(LogSpace::read(reader.host, path)),
        tail,
        rotators: logrotate::rotators(reader, path),
        label: selinux::label(reader, parent),
    }
}

fn tail(reader: &FactsReader<'_>, path: &Path, size: u64) -> Option<WrittenBytes> {
    let bytes = reader.seen(reader.host.read_from(path, size.saturating_sub(TAIL_BYTES)))?;
    written(&bytes, size > TAIL_BYTES)
}

/// Returns how much was written between the first and the last whole line of `bytes`. A first line
/// that may be torn is passed over.
fn written(bytes: &[u8], torn: bool) -> Option<WrittenBytes> {
    let begin = if torn { bytes.iter().position(|byte| *byte == b'\n')? + 1 } else { 0 };
    let end = bytes.iter().rposition(|byte| *byte == b'\n')?;
    let whole = bytes.get(begin..end)?;
    let first = whole.split(|byte| *byte == b'\n').next()?;
    let last = whole.rsplit(|byte| *byte == b'\n').next()?;
    let nanoseconds = time_of(last)? - time_of(first)?;
    // What the first line took was written before its time.
    let bytes = u64::try_from(whole.len() - first.len()).ok()?;
    // A few seconds tell nothing of the hours to come, unless they fill all that is read.
    let tells = nanoseconds >= MIN_SPAN || torn;
    (nanoseconds > 0 && tells).then_some(WrittenBytes { bytes, nanoseconds })
}

/// The time of an event: `stageTimestamp` of JSON, the first word of the format `legacy`.
fn time_of(line: &[u8]) -> Option<i128> {
    let line = str::from_utf8(line).ok()?;
    let text = match serde_json::from_str::<Value>(line) {
        Ok(event) => event.get("stageTimestamp")?.as_str()?.to_owned(),
        Err(_) => line.split(' ').next()?.to_owned(),
    };
    Some(OffsetDateTime::parse(&text, &Rfc3339).ok()?.unix_timestamp_nanos())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i128 = 1_000_000_000;

    #[test]
    fn growth_is_what_lies_between_two_events() {
        let line = |second| format!("{{\"stageTimestamp\":\"2026-11-21T10:{second}.5Z\"}}\n");
        let log = format!("{}{}{}", line("00:00"), line("00:10"), line("02:00"));
        let length = line("00:00").len() as u64;
        let grown = written(log.as_bytes(), false).unwrap();
        assert_eq!(grown, WrittenBytes { bytes: 2 * length, nanoseconds: 120 * SECOND });
        // The first line of a part is torn, and a last one may be half written.
        let part = format!("torn\"}}\n{log}{{\"stage");
        assert_eq!(written(part.as_bytes(), true), Some(grown));
        assert_eq!(written(line("00:00").as_bytes(), false), None);
        let seconds = format!("{}{}", line("00:00"), line("00:40"));
        assert_eq!(written(seconds.as_bytes(), false), None);
        assert_eq!(written(b"no log\nat all\n", false), None);
    }

    #[test]
    fn the_format_legacy_has_its_time_in_front() {
        let log = "2026-11-21T10:00:00Z AUDIT: id=\"a\"\n2026-11-21T10:01:00Z AUDIT: id=\"b\"\n";
        assert_eq!(written(log.as_bytes(), false).unwrap().nanoseconds, 60 * SECOND);
    }
}
