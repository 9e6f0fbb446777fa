//! The files of one log: the one that is written, and those it was rotated into.

use crate::time::micros;

/// What the name of a log file says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// The name that all files of the log share.
    pub stem: String,
    /// When it was rotated away: no event in it is later. `None` for the file that is written.
    pub rotated: Option<i64>,
    /// Its number, in logrotate's way: higher is older.
    pub number: Option<u32>,
    /// Whether it is compressed, as far as the name says.
    pub compressed: bool,
}

/// Takes a file's name apart. The API server's (lumberjack's) are `audit-2026-11-28T10-00-00.123.log`,
/// in UTC, perhaps with `.gz`; logrotate's are `audit.log.1` or `audit.log-20261128`.
#[must_use]
pub fn name(file: &str) -> Name {
    let (plain, compressed) = match file.strip_suffix(".gz").or_else(|| file.strip_suffix(".zst")) {
        Some(plain) => (plain, true),
        None => (file, false),
    };
    let (stem, rotated, number) =
        server(plain).or_else(|| logrotate(plain)).unwrap_or((plain.to_owned(), None, None));
    Name { stem, rotated, number, compressed }
}

type NameParts = (String, Option<i64>, Option<u32>);

/// The length of `2026-11-28T10-00-00.123`.
const STAMP: usize = 23;

fn server(name: &str) -> Option<NameParts> {
    let dot = name.rfind('.')?;
    let (base, end) = name.split_at(dot);
    let at = base.len().checked_sub(STAMP)?;
    let before = base.get(..at)?.strip_suffix('-')?;
    let stamp: String = base
        .get(at..)?
        .char_indices()
        .map(|(at, one)| if matches!((at, one), (13 | 16, '-')) { ':' } else { one })
        .collect();
    let rotated = micros(format!("{stamp}Z").as_bytes())?;
    Some((format!("{before}{end}"), Some(rotated), None))
}

fn logrotate(name: &str) -> Option<NameParts> {
    if let Some((stem, number)) = name.rsplit_once('.')
        && let Ok(number) = number.parse()
    {
        return Some((stem.to_owned(), None, Some(number)));
    }
    let (stem, date) = name.rsplit_once('-')?;
    let day = date.get(..8).filter(|day| day.bytes().all(|byte| byte.is_ascii_digit()))?;
    let text = format!("{}-{}-{}T23:59:59Z", &day[..4], &day[4..6], &day[6..8]);
    Some((stem.to_owned(), Some(micros(text.as_bytes())?), None))
}

impl Name {
    /// Orders the files of one log, the oldest first.
    #[must_use]
    pub fn age(&self) -> impl Ord + use<> {
        let number = self.number.map_or(0, |number| u32::MAX - number);
        (self.rotated.is_none() && self.number.is_none(), self.rotated.unwrap_or(i64::MIN), number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::rfc3339;

    #[test]
    fn names_tell_when_a_file_was_rotated() {
        let of = |file: &str| {
            let name = name(file);
            (name.stem, name.rotated.map(rfc3339), name.number, name.compressed)
        };
        let time = Some("2026-11-28T10:00:00.123000Z".to_owned());
        assert_eq!(
            of("audit-2026-11-28T10-00-00.123.log"),
            ("audit.log".into(), time.clone(), None, false)
        );
        assert_eq!(
            of("audit-2026-11-28T10-00-00.123.log.gz"),
            ("audit.log".into(), time, None, true)
        );
        assert_eq!(of("audit.log"), ("audit.log".into(), None, None, false));
        assert_eq!(of("audit.log.2.gz"), ("audit.log".into(), None, Some(2), true));
        assert_eq!(
            of("audit.log-20261128"),
            ("audit.log".into(), Some("2026-11-28T23:59:59.000000Z".into()), None, false)
        );
        assert_eq!(of("audit-log"), ("audit-log".into(), None, None, false));
    }

    #[test]
    fn the_oldest_is_first() {
        let mut files = ["audit.log", "audit.log.1", "audit.log.10", "audit.log.2"];
        files.sort_by_key(|file| name(file).age());
        assert_eq!(files, ["audit.log.10", "audit.log.2", "audit.log.1", "audit.log"]);
        let mut files =
            ["a.log", "a-2026-11-28T10-00-00.123.log", "a-2026-11-27T10-00-00.123.log.gz"];
        files.sort_by_key(|file| name(file).age());
        assert_eq!(files[2], "a.log");
        assert_eq!(files[0], "a-2026-11-27T10-00-00.123.log.gz");
    }
}
