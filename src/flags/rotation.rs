//! How much room the log may take, by what the rotation flags mean to each version.

use audit_policy::api::Version;

use super::LogOptions;

/// How the log is rotated; `None` is without limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// Megabytes at which the file is rotated.
    pub megabytes: Option<u64>,
    /// Rotated files that are kept.
    pub backups: Option<u64>,
    /// Days for which rotated files are kept.
    pub days: Option<u64>,
}

/// The size that the server's rotation library takes 0 for.
const LIBRARY_MEGABYTES: u64 = 100;

impl LogOptions {
    /// Returns what the three rotation flags mean to a server of this version; `None` if the log
    /// is the standard output or there is none.
    ///
    /// A size of 0 means 100 MB up to 1.35 and no rotation at all from 1.36 on.
    #[must_use]
    pub fn rotation(&self, version: Version) -> Option<Rotation> {
        if self.path.is_empty() || self.path == "-" {
            return None;
        }
        let limit = |value: i64| u64::try_from(value).ok().filter(|value| *value > 0);
        let library = (version < Version::minor(36)).then_some(LIBRARY_MEGABYTES);
        Some(Rotation {
            megabytes: limit(self.max_size).or(library),
            backups: limit(self.max_backup),
            days: limit(self.max_age),
        })
    }
}

impl Rotation {
    /// Returns the bytes that the log and its rotated files take at most; `None` if nothing bounds
    /// them. An age bounds nothing: it says how long, not how much.
    #[must_use]
    pub fn most_bytes(&self) -> Option<u64> {
        let files = self.backups?.saturating_add(1);
        Some(self.megabytes?.saturating_mul(1024 * 1024).saturating_mul(files))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flags::AuditOptions;

    fn log(version: Version, sizes: [&str; 3]) -> LogOptions {
        let names = ["audit-log-maxsize", "audit-log-maxbackup", "audit-log-maxage"];
        let path = ("audit-log-path", Some("/var/log/audit.log"));
        let flags = names.into_iter().zip(sizes.map(Some)).chain([path]);
        AuditOptions::read(version, flags).unwrap().log
    }

    #[test]
    fn a_log_takes_one_file_more_than_are_kept() {
        let version = Version::minor(30);
        let rotation = log(version, ["100", "10", "30"]).rotation(version).unwrap();
        assert_eq!(rotation.most_bytes(), Some(11 * 100 * 1024 * 1024));
        assert_eq!(rotation.days, Some(30));
    }

    #[test]
    fn a_size_of_0_is_100_megabytes_before_1_36_and_no_rotation_since() {
        let size = |minor| {
            let version = Version::minor(minor);
            log(version, ["0", "10", "30"]).rotation(version).unwrap().megabytes
        };
        assert_eq!(size(35), Some(100));
        assert_eq!(size(36), None);
    }

    #[test]
    fn without_a_bound_on_files_there_is_none_on_bytes() {
        let version = Version::minor(30);
        let rotation = log(version, ["100", "0", "30"]).rotation(version).unwrap();
        assert_eq!(rotation.most_bytes(), None);
    }

    #[test]
    fn the_standard_output_is_not_rotated_by_the_server() {
        let mut options = AuditOptions::defaults(Version::NEWEST);
        assert_eq!(options.log.rotation(Version::NEWEST), None);
        options.set("audit-log-path", Some("-")).unwrap();
        assert_eq!(options.log.rotation(Version::NEWEST), None);
    }
}
