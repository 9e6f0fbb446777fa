//! Whether the log has room to grow to the size that its rotation allows.

use std::path::Path;

use super::log_files;
use crate::flags::Rotation;
use crate::host::{Host, HostError};
use audit_policy::finding::Finding;
use audit_policy::finding::Severity;

/// Room for a log on the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogSpace {
    /// Bytes that are free on the file system of its directory.
    pub free: u64,
    /// Bytes that the log and its rotated files take already. They go when new ones come.
    pub used: u64,
    /// Whether etcd keeps its data on the same file system.
    pub beside_etcd: bool,
}

/// Where kubeadm has etcd keep its data.
const ETCD: &str = "/var/lib/etcd";

impl LogSpace {
    /// Measures the room for the log file `log`, whose directory may still have to be made.
    ///
    /// # Errors
    /// Returns what the machine refuses.
    pub fn read(host: &dyn Host, log: &Path) -> Result<Self, HostError> {
        let mut directory = log.parent().unwrap_or(Path::new("/"));
        while let (None, Some(above)) = (host.stat(directory)?, directory.parent()) {
            directory = above;
        }
        let device = |path: &Path| Ok(host.stat(path)?.map(|stat| stat.inode.0));
        let etcd = device(Path::new(ETCD))?;
        Ok(Self {
            free: host.space(directory)?.free,
            used: log_files::read(host, log)?.iter().map(|file| file.size).sum(),
            beside_etcd: etcd.is_some() && etcd == device(directory)?,
        })
    }

    fn available(&self) -> u64 {
        self.free.saturating_add(self.used)
    }
}

const MEGABYTE: u64 = 1024 * 1024;

/// The part of the free space that an offer leaves alone, as one in so many.
const RESERVE_DIVISOR: u64 = 10;

/// Returns what is to be said of the room for a log that is rotated so; too little of it refuses,
/// and a rotation that fits is offered.
#[must_use]
pub fn check(log_space: &LogSpace, rotation: Rotation) -> Vec<Finding> {
    let mut findings = Vec::new();
    match rotation.most_bytes() {
        None => findings.push(unbounded(rotation)),
        Some(bytes) if bytes > log_space.available() => {
            findings.push(too_large(log_space, rotation, bytes));
        }
        Some(bytes) if bytes > log_space.available() / 2 => findings.push(large(log_space, bytes)),
        Some(_) => {}
    }
    if log_space.beside_etcd {
        findings.push(finding(
            Severity::Info,
            "the log is on the file system of etcd: a log that fills it stops etcd, and writing \
             it takes from etcd's disk time"
                .to_owned(),
        ));
    }
    findings
}

fn unbounded(rotation: Rotation) -> Finding {
    let why = if rotation.megabytes.is_none() {
        "--audit-log-maxsize=0 means no rotation"
    } else {
        "--audit-log-maxbackup=0 keeps every file"
    };
    finding(Severity::Warning, format!("nothing bounds the log ({why}): it fills the disk"))
}

fn large(log_space: &LogSpace, bytes: u64) -> Finding {
    let (bytes, free) = (bound(bytes), size(log_space.available()));
    finding(
        Severity::Warning,
        format!("the log may take {bytes}, more than half of the {free} free"),
    )
}

fn too_large(log_space: &LogSpace, rotation: Rotation, bytes: u64) -> Finding {
    let free = size(log_space.available());
    let offer = match fitting(log_space.available(), rotation) {
        Some((megabytes, backups)) => {
            format!("; --log-maxsize={megabytes} --log-maxbackup={backups} would fit")
        }
        None => String::new(),
    };
    finding(
        Severity::Error,
        format!("the log may take {}, but only {free} are free{offer}", bound(bytes)),
    )
}

/// The size nearest to the wanted one that fits: fewer files first, then smaller ones, as a file
/// that is rotated often is harder to search.
fn fitting(available: u64, wanted: Rotation) -> Option<(u64, u64)> {
    let megabytes = (available - available / RESERVE_DIVISOR) / MEGABYTE;
    let wanted_megabytes = wanted.megabytes?.max(1);
    let files = megabytes / wanted_megabytes;
    if files >= 2 {
        return Some((wanted_megabytes, files - 1));
    }
    Some((megabytes / 2, 1)).filter(|(megabytes, _)| *megabytes > 0)
}

/// Returns bytes in kB, MB or GB, as disks and `top` count them, rounded down.
#[must_use]
pub fn size(bytes: u64) -> String {
    in_unit(bytes, |bytes, unit| bytes / unit)
}

/// Returns a bound on bytes in the same units, rounded up.
#[must_use]
pub fn bound(bytes: u64) -> String {
    in_unit(bytes, u64::div_ceil)
}

fn in_unit(bytes: u64, rounded: impl Fn(u64, u64) -> u64) -> String {
    const KB: u64 = 1_000;
    const MB: u64 = 1_000_000;
    const GB_TENTH: u64 = 100_000_000;
    match bytes {
        0..MB => format!("{} kB", bytes.div_ceil(KB)),
        MB..1_000_000_000 => format!("{} MB", rounded(bytes, MB)),
        _ => {
            let tenths = rounded(bytes, GB_TENTH);
            format!("{}.{} GB", tenths / 10, tenths % 10)
        }
    }
}

fn finding(severity: Severity, message: String) -> Finding {
    Finding { id: "log-room", severity, place: None, message, help: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{Fake, MountPoint};

    const CIS: Rotation = Rotation { megabytes: Some(100), backups: Some(10), days: Some(30) };
    const LOG: &str = "/var/log/kubernetes/audit/audit.log";

    fn log_space(free_megabytes: u64) -> LogSpace {
        LogSpace { free: free_megabytes * MEGABYTE, used: 0, beside_etcd: false }
    }

    fn said(log_space: &LogSpace, rotation: Rotation) -> Vec<(Severity, String)> {
        check(log_space, rotation)
            .into_iter()
            .map(|found| (found.severity, found.message))
            .collect()
    }

    #[test]
    fn sizes_are_decimal_and_a_bound_is_never_too_low() {
        assert_eq!(bound(11 * 100 * MEGABYTE), "1.2 GB");
        assert_eq!((size(1_999_999_999), bound(1_900_000_001)), ("1.9 GB".into(), "2.0 GB".into()));
        assert_eq!((size(8_400_000), bound(8_400_000)), ("8 MB".into(), "9 MB".into()));
        assert_eq!(size(1), "1 kB");
    }

    #[test]
    fn a_log_that_takes_less_than_half_of_the_disk_is_fine() {
        assert_eq!(said(&log_space(2200), CIS), []);
        assert_eq!(said(&log_space(2199), CIS)[0].0, Severity::Warning);
    }

    #[test]
    fn a_log_that_does_not_fit_is_refused_with_a_size_that_does() {
        for (free, offer) in [
            (1099, "--log-maxsize=100 --log-maxbackup=8"),
            (300, "--log-maxsize=100 --log-maxbackup=1"),
            (150, "--log-maxsize=67 --log-maxbackup=1"),
        ] {
            let (severity, message) = said(&log_space(free), CIS).remove(0);
            assert_eq!(severity, Severity::Error);
            assert!(message.ends_with(&format!("{offer} would fit")), "{free}: {message}");
        }
        assert_eq!(
            said(&log_space(1), CIS),
            [(Severity::Error, "the log may take 1.2 GB, but only 1 MB are free".to_owned())]
        );
    }

    #[test]
    fn an_offer_that_is_taken_up_is_not_refused_again() {
        for free in [150, 300, 1099] {
            let (megabytes, backups) = fitting(free * MEGABYTE, CIS).unwrap();
            let offered = Rotation { megabytes: Some(megabytes), backups: Some(backups), ..CIS };
            assert!(
                said(&log_space(free), offered)
                    .iter()
                    .all(|(severity, _)| *severity < Severity::Error)
            );
        }
    }

    #[test]
    fn a_log_without_bounds_is_said() {
        for rotation in [Rotation { megabytes: None, ..CIS }, Rotation { backups: None, ..CIS }] {
            assert_eq!(said(&log_space(10_000), rotation)[0].0, Severity::Warning);
        }
    }

    #[test]
    fn what_the_log_takes_already_counts_as_free() {
        let fake = Fake::new();
        fake.with(|machine| {
            machine.put(LOG, [0; 100], 0o600);
            machine.put(
                "/var/log/kubernetes/audit/audit-2026-11-20T10-00-00.000.log",
                [0; 30],
                0o600,
            );
            machine.put(
                "/var/log/kubernetes/audit/audit-2026-11-19T10-00-00.000.log.gz",
                [0; 3],
                0o600,
            );
            machine.put("/var/log/kubernetes/audit/other.log", [0; 1000], 0o600);
            machine.set_free(5);
        });
        let log_space = LogSpace::read(&fake, Path::new(LOG)).unwrap();
        assert_eq!(log_space, LogSpace { free: 5, used: 133, beside_etcd: false });
    }

    #[test]
    fn room_is_measured_where_the_directory_will_be_made() {
        let fake = Fake::new();
        fake.with(|machine| {
            machine.put_directory("/var/log", 0o755);
            machine.put_directory(ETCD, 0o700);
            machine.set_free(1);
            machine.mount(MountPoint {
                path: "/var/log".into(),
                device: 7,
                read_only: false,
                free: Some(7),
            });
        });
        let log_space = LogSpace::read(&fake, Path::new(LOG)).unwrap();
        assert_eq!(log_space, LogSpace { free: 7, used: 0, beside_etcd: false });
        let beside = LogSpace::read(&fake, Path::new("/var/lib/log/audit.log")).unwrap();
        assert_eq!(beside, LogSpace { free: 1, used: 0, beside_etcd: true });
    }
}
