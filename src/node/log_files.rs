//! The log and the files it was rotated to.

use std::path::Path;

use time::PrimitiveDateTime;
use time::macros::format_description;

use crate::host::{FileKind, Host, HostError};

/// A file of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFile {
    /// Its name in the log's directory.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Time of the last write, in nanoseconds since 1970.
    pub modified: i128,
    /// When it was rotated, in nanoseconds since 1970; `None` for the log itself.
    pub rotated: Option<i128>,
}

/// Returns the log itself, if it is there, and its rotated files: `audit-2026-….log`, `….log.gz`;
/// the oldest first, the log itself last. None if the directory is not there.
///
/// # Errors
/// Returns what the machine refuses.
pub fn read(host: &dyn Host, log: &Path) -> Result<Vec<LogFile>, HostError> {
    let directory = log.parent().unwrap_or(Path::new("/"));
    if host.stat(directory)?.is_none_or(|stat| stat.kind != FileKind::Directory) {
        return Ok(vec![]);
    }
    let own = log.file_name().unwrap_or_default().to_string_lossy();
    let stem = log.file_stem().unwrap_or_default().to_string_lossy();
    let mut files = vec![];
    for name in host.list(directory)? {
        let rotated = name.strip_prefix(&*stem).and_then(|rest| rest.strip_prefix('-'));
        let rotated = rotated.map(stamp);
        if name != own && rotated.is_none() {
            continue;
        }
        if let Some(stat) = host.stat(&directory.join(&name))?
            && stat.kind == FileKind::File
        {
            let (size, modified) = (stat.size, stat.modified);
            let rotated = rotated.map(|time| time.unwrap_or(modified));
            files.push(LogFile { name, size, modified, rotated });
        }
    }
    files.sort_by_key(|file| (file.rotated.is_none(), file.rotated));
    Ok(files)
}

/// The time that the server writes into the name (Go: `lumberjack.backupName`), in UTC.
fn stamp(rest: &str) -> Option<i128> {
    let format =
        format_description!("[year]-[month]-[day]T[hour]-[minute]-[second].[subsecond digits:3]");
    let time = PrimitiveDateTime::parse(rest.get(..STAMP.len())?, format).ok()?;
    Some(time.assume_utc().unix_timestamp_nanos())
}

const STAMP: &str = "2026-11-19T10-00-00.000";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Fake;

    #[test]
    fn rotated_files_come_in_the_order_of_their_names_and_the_log_last() {
        let fake = Fake::new();
        fake.with(|machine| {
            for (name, size) in [
                ("audit.log", 1),
                ("audit-2026-11-20T10-00-00.000.log", 2),
                ("audit-2026-11-19T10-00-00.500.log.gz", 3),
                ("audited.log", 4),
                ("other.log", 5),
            ] {
                machine.put(format!("/log/{name}"), vec![0; size], 0o600);
            }
            machine.put_directory("/log/audit-old", 0o700);
        });
        let files = read(&fake, Path::new("/log/audit.log")).unwrap();
        let sizes: Vec<_> = files.iter().map(|file| file.size).collect();
        assert_eq!(sizes, [3, 2, 1]);
        assert_eq!(files[0].rotated, Some(1_795_082_400_500_000_000));
        assert_eq!(files[2].rotated, None);
        assert_eq!(read(&fake, Path::new("/none/audit.log")).unwrap(), []);
    }
}
