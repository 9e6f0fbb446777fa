//! The only code that touches a machine.
//!
//! Every path is a path on the node; with `--root DIR` [`Local`] puts DIR before it. Each changing
//! call is one step as far as a crash can tell, so a test can stop after every one of them.

pub mod caller;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
mod fake;
mod file;
#[cfg(target_os = "linux")]
mod local;
pub mod log_file;
#[cfg(any(test, feature = "testing"))]
pub mod need;
mod process;
mod program;
mod replace;

#[cfg(not(target_os = "linux"))]
pub use elsewhere::Local;
#[cfg(any(test, feature = "testing"))]
pub use fake::PowerCut;
pub use fake::{Call, Fake, Machine, MountPoint, STOPPED};
pub use file::{make_file, make_parents};
#[cfg(target_os = "linux")]
pub use local::Local;
pub use replace::replace;

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::owner::Owner;

/// How long a wait goes on before a signal is looked for.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// A call to the machine failed.
#[derive(Debug, thiserror::Error)]
#[error("failed to {verb} `{}`: {source}", path.display())]
pub struct HostError {
    /// What was tried, such as `read`.
    pub verb: &'static str,
    /// The path it was tried on, as the caller would type it.
    pub path: PathBuf,
    /// Why it failed.
    #[source]
    pub source: io::Error,
}

impl HostError {
    /// Returns what kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> io::ErrorKind {
        self.source.kind()
    }
}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link, not followed.
    Symlink,
    /// A device, socket or pipe.
    Other,
}

/// What is known of a path without following a final symbolic link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// What is there.
    pub kind: FileKind,
    /// Permission bits, without the type.
    pub mode: u32,
    /// Owner.
    pub owner: Owner,
    /// Size in bytes.
    pub size: u64,
    /// Device and inode: two stats with the same pair are the same file.
    pub inode: (u64, u64),
    /// Number of names.
    pub links: u64,
    /// Time of the last change of content, in nanoseconds since 1970.
    pub modified: i128,
}

/// How full a file system is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskSpace {
    /// Bytes that this process can still write; root may use the reserve too.
    pub free: u64,
    /// Per cent that are used, the reserve of root included, as the kubelet counts.
    pub used_percent: u64,
}

/// A process that cannot be mistaken for a later one with the same number.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Process {
    /// The boot it runs in (`/proc/sys/kernel/random/boot_id`).
    pub boot_id: String,
    /// Its number.
    pub pid: u32,
    /// When it started, in clock ticks since boot (field 22 of `/proc/PID/stat`).
    pub start_time: u64,
}

/// A process and how it was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningProcess {
    /// The process.
    pub process: Process,
    /// Its command line: the program's name first.
    pub arguments: Vec<String>,
}

/// How a program ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProgramOutput {
    /// Whether it ended by itself, in time and with exit code 0.
    pub succeeded: bool,
    /// What it wrote to its standard output, as far as it is text.
    pub output: String,
    /// What it wrote to its standard error.
    pub complaint: String,
}

/// Holds a lock until it is dropped.
pub trait Lock {}

/// The only way to a machine: a real one, one below a directory, or one in memory.
///
/// Calls are deliberately small. A file is made by `create`, `write`, `set_mode`, `set_owner`,
/// `sync` and one `rename`, so that a test can stop between any two of them.
pub trait Host {
    /// Returns what is at `path`, or `None` if nothing is there.
    fn stat(&self, path: &Path) -> Result<Option<Stat>, HostError>;
    /// Returns the content of a file, following no symbolic link at its end.
    fn read(&self, path: &Path) -> Result<Vec<u8>, HostError>;
    /// Returns the content of a file from `offset` on, as [`Self::read`] does. Nothing beyond its end.
    fn read_from(&self, path: &Path, offset: u64) -> Result<Vec<u8>, HostError>;
    /// Returns where a symbolic link leads, as it says itself; `None` for anything else.
    fn read_link(&self, path: &Path) -> Result<Option<PathBuf>, HostError>;
    /// Returns the names in a directory, sorted.
    fn list(&self, path: &Path) -> Result<Vec<String>, HostError>;
    /// Returns the extended attributes of a file (SELinux label, ACL, …), sorted by name.
    fn xattrs(&self, path: &Path) -> Result<Vec<(String, Vec<u8>)>, HostError>;
    /// Returns whether the file or directory is marked immutable or append-only (chattr +i, +a).
    fn immutable(&self, path: &Path) -> Result<bool, HostError>;
    /// Returns whether the file system of `path` is mounted read-only.
    fn read_only(&self, path: &Path) -> Result<bool, HostError>;
    /// Returns how full the file system of `path` is.
    fn space(&self, path: &Path) -> Result<DiskSpace, HostError>;

    /// Makes a directory, not its parents. Fails if something is there.
    fn make_directory(&self, path: &Path, mode: u32) -> Result<(), HostError>;
    /// Makes an empty file. Fails if something is there.
    fn create(&self, path: &Path, mode: u32) -> Result<(), HostError>;
    /// Appends all `bytes` to an existing file; after a failure some of them may be written.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), HostError>;
    /// Sets the permission bits.
    fn set_mode(&self, path: &Path, mode: u32) -> Result<(), HostError>;
    /// Sets the owner.
    fn set_owner(&self, path: &Path, owner: Owner) -> Result<(), HostError>;
    /// Sets one extended attribute.
    fn set_xattr(&self, path: &Path, name: &str, value: &[u8]) -> Result<(), HostError>;
    /// Removes one extended attribute.
    fn remove_xattr(&self, path: &Path, name: &str) -> Result<(), HostError>;
    /// Makes the content of a file durable.
    fn sync(&self, path: &Path) -> Result<(), HostError>;
    /// Makes the names in a directory durable.
    fn sync_directory(&self, path: &Path) -> Result<(), HostError>;
    /// Renames in one step, replacing what is at `to`.
    fn rename(&self, from: &Path, to: &Path) -> Result<(), HostError>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> Result<(), HostError>;
    /// Removes an empty directory.
    fn remove_directory(&self, path: &Path) -> Result<(), HostError>;

    /// Returns the path as the caller of this program would type it: with `--root`, below DIR.
    fn place(&self, path: &Path) -> PathBuf;
    /// Locks a directory without leaving a file; `None` if another process holds the lock.
    fn lock(&self, directory: &Path) -> Result<Option<Box<dyn Lock>>, HostError>;
    /// Returns the time.
    fn now(&self) -> SystemTime;
    /// Returns the time since boot. It runs on when someone sets the clock.
    fn uptime(&self) -> Duration;
    /// Waits that long, or until the user asks to stop.
    fn pause(&self, time: Duration) {
        let mut left = time;
        while !left.is_zero() && !self.interrupted() {
            let turn = left.min(POLL_INTERVAL);
            std::thread::sleep(turn);
            left -= turn;
        }
    }
    /// Returns 64 random bits.
    fn random(&self) -> u64;
    /// Returns this process.
    fn process(&self) -> Process;
    /// Returns whether that very process still runs.
    fn alive(&self, process: &Process) -> bool;
    /// Returns the processes that can be seen, those of containers included.
    fn processes(&self) -> Vec<RunningProcess>;
    /// Runs a program to its end, or ends it when `limit` is over.
    fn run(
        &self,
        program: &str,
        arguments: &[&str],
        limit: Duration,
    ) -> Result<ProgramOutput, HostError>;
    /// Starts a program in a session of its own: it outlives this process and its terminal.
    fn start(&self, program: &str, arguments: &[&str]) -> Result<(), HostError>;
    /// Returns whether the user asked to stop (Ctrl-C, SIGTERM, SIGHUP).
    fn interrupted(&self) -> bool;
    /// Writes one line to the system log. Best effort: a machine without one is no error.
    fn log(&self, line: &str);
}
