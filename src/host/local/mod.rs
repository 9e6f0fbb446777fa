//! A real machine, or the file system of one that is below a directory.

mod lock;
mod read;
mod syslog;
#[cfg(test)]
mod tests;
mod tree;

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use rustix::fs::{AtFlags, Gid, IFlags, Mode, OFlags, StatVfsMountFlags, Uid, XattrFlags};
use rustix::io::Errno;

use super::{
    DiskSpace, Host, HostError, Lock, Process, ProgramOutput, RunningProcess, Stat, process,
    program,
};
use crate::owner::Owner;
use tree::Tree;

/// The machine this program runs on.
///
/// Every path is put below the root, if one is given: links inside are followed as the node itself
/// would follow them and lead nowhere else. Processes are always those of the running machine.
#[derive(Debug)]
pub struct Local {
    tree: Tree,
    stop: Arc<AtomicBool>,
}

impl Local {
    /// Takes the running machine, or with a root the file system that is there.
    #[must_use]
    pub fn new(root: Option<PathBuf>) -> Self {
        Self { tree: Tree::new(root), stop: Arc::default() }
    }

    /// Hands in the flag that a signal sets when the user asks to stop.
    #[must_use]
    pub fn with_stop(self, stop: Arc<AtomicBool>) -> Self {
        Self { stop, ..self }
    }

    /// Turns a failure of one call into an error that names what was tried, and on what.
    fn said<T>(
        &self,
        verb: &'static str,
        path: &Path,
        result: io::Result<T>,
    ) -> Result<T, HostError> {
        result.map_err(|source| HostError { verb, path: self.tree.place(path), source })
    }

    /// Opens what is at `path` without waiting on a pipe and without following a link.
    fn open(&self, path: &Path, flags: OFlags) -> io::Result<OwnedFd> {
        self.tree.open(path, flags | OFlags::NONBLOCK)
    }

    /// Below a root a caller who is not root keeps ownership and labels as far as the kernel lets
    /// them; on a running node it is all or nothing.
    fn as_the_caller_can(&self, result: rustix::io::Result<()>) -> io::Result<()> {
        match result {
            Err(Errno::PERM | Errno::NOTSUP) if !self.tree.is_whole_machine() => Ok(()),
            result => Ok(result?),
        }
    }
}

/// Mode of a file or directory until `set_mode`: nobody else sees it half made.
const PRIVATE: Mode = Mode::RWXU;

/// Returns the time since boot, zero where the kernel does not tell it.
#[expect(clippy::disallowed_methods, reason = "the host module is where the clock is read")]
fn uptime() -> Duration {
    let text = std::fs::read_to_string("/proc/uptime").unwrap_or_default();
    let seconds = text.split(' ').next().and_then(|seconds| seconds.parse().ok());
    Duration::try_from_secs_f64(seconds.unwrap_or_default()).unwrap_or_default()
}

impl Host for Local {
    fn stat(&self, path: &Path) -> Result<Option<Stat>, HostError> {
        self.said("look at", path, self.try_stat(path))
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, HostError> {
        self.said("read", path, self.try_read(path, 0))
    }

    fn read_from(&self, path: &Path, offset: u64) -> Result<Vec<u8>, HostError> {
        self.said("read", path, self.try_read(path, offset))
    }

    fn read_link(&self, path: &Path) -> Result<Option<PathBuf>, HostError> {
        self.said("read", path, self.tree.read_link(path))
    }

    fn list(&self, path: &Path) -> Result<Vec<String>, HostError> {
        self.said("list", path, self.try_list(path))
    }

    fn xattrs(&self, path: &Path) -> Result<Vec<(String, Vec<u8>)>, HostError> {
        self.said("read the attributes of", path, self.try_xattrs(path))
    }

    fn immutable(&self, path: &Path) -> Result<bool, HostError> {
        let flags = self.open(path, OFlags::RDONLY).and_then(|file| {
            match rustix::fs::ioctl_getflags(file) {
                // A file system without such marks has no marked file.
                Err(Errno::NOTTY | Errno::NOTSUP | Errno::NOSYS | Errno::INVAL) => {
                    Ok(IFlags::empty())
                }
                flags => Ok(flags?),
            }
        });
        let marked = flags.map(|flags| flags.intersects(IFlags::IMMUTABLE | IFlags::APPEND));
        self.said("read the marks of", path, marked)
    }

    fn read_only(&self, path: &Path) -> Result<bool, HostError> {
        let system =
            self.open(path, OFlags::RDONLY).and_then(|file| Ok(rustix::fs::fstatvfs(file)?));
        let read_only = system.map(|system| system.f_flag.contains(StatVfsMountFlags::RDONLY));
        self.said("look at the file system of", path, read_only)
    }

    fn space(&self, path: &Path) -> Result<DiskSpace, HostError> {
        let space = self.open(path, OFlags::RDONLY).and_then(|directory| {
            let system = rustix::fs::fstatvfs(directory)?;
            let root = rustix::process::geteuid().is_root();
            let free = system.f_frsize * if root { system.f_bfree } else { system.f_bavail };
            let available = (100 * system.f_bavail).checked_div(system.f_blocks);
            Ok(DiskSpace { free, used_percent: available.map_or(0, |it| 100 - it.min(100)) })
        });
        self.said("measure the space at", path, space)
    }

    fn make_directory(&self, path: &Path, mode: u32) -> Result<(), HostError> {
        let made = self.tree.parent(path).and_then(|(parent, name)| {
            Ok(rustix::fs::mkdirat(parent, name, PRIVATE & Mode::from_raw_mode(mode))?)
        });
        self.said("make", path, made)
    }

    fn create(&self, path: &Path, mode: u32) -> Result<(), HostError> {
        let made = self.tree.parent(path).and_then(|(parent, name)| {
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW;
            let mode = PRIVATE & Mode::from_raw_mode(mode);
            rustix::fs::openat(parent, name, flags | OFlags::CLOEXEC, mode)?;
            Ok(())
        });
        self.said("make", path, made)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), HostError> {
        let written = self
            .open(path, OFlags::WRONLY | OFlags::APPEND)
            .and_then(|file| File::from(file).write_all(bytes));
        self.said("write", path, written)
    }

    fn set_mode(&self, path: &Path, mode: u32) -> Result<(), HostError> {
        let set = self
            .open(path, OFlags::RDONLY)
            .and_then(|file| Ok(rustix::fs::fchmod(file, Mode::from_raw_mode(mode))?));
        self.said("set the mode of", path, set)
    }

    fn set_owner(&self, path: &Path, owner: Owner) -> Result<(), HostError> {
        let (uid, gid) = (Uid::from_raw(owner.uid), Gid::from_raw(owner.gid));
        let set = self.open(path, OFlags::RDONLY).and_then(|file| {
            self.as_the_caller_can(rustix::fs::fchown(file, Some(uid), Some(gid)))
        });
        self.said("set the owner of", path, set)
    }

    fn set_xattr(&self, path: &Path, name: &str, value: &[u8]) -> Result<(), HostError> {
        let set = self.open(path, OFlags::RDONLY).and_then(|file| {
            self.as_the_caller_can(rustix::fs::fsetxattr(file, name, value, XattrFlags::empty()))
        });
        self.said("set an attribute of", path, set)
    }

    fn remove_xattr(&self, path: &Path, name: &str) -> Result<(), HostError> {
        let removed = self
            .open(path, OFlags::RDONLY)
            .and_then(|file| self.as_the_caller_can(rustix::fs::fremovexattr(file, name)));
        self.said("remove an attribute of", path, removed)
    }

    fn sync(&self, path: &Path) -> Result<(), HostError> {
        let synced = self.open(path, OFlags::RDONLY).and_then(|file| Ok(rustix::fs::fsync(file)?));
        self.said("make durable", path, synced)
    }

    fn sync_directory(&self, path: &Path) -> Result<(), HostError> {
        let synced = self
            .open(path, OFlags::RDONLY | OFlags::DIRECTORY)
            .and_then(|directory| Ok(rustix::fs::fsync(directory)?));
        self.said("make durable", path, synced)
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), HostError> {
        let renamed = self.tree.parent(from).and_then(|(old, old_name)| {
            let (new, new_name) = self.tree.parent(to)?;
            Ok(rustix::fs::renameat(old, old_name, new, new_name)?)
        });
        self.said("put in place", to, renamed)
    }

    fn remove(&self, path: &Path) -> Result<(), HostError> {
        let removed = self
            .tree
            .parent(path)
            .and_then(|(parent, name)| Ok(rustix::fs::unlinkat(parent, name, AtFlags::empty())?));
        self.said("remove", path, removed)
    }

    fn remove_directory(&self, path: &Path) -> Result<(), HostError> {
        let removed = self
            .tree
            .parent(path)
            .and_then(|(parent, name)| Ok(rustix::fs::unlinkat(parent, name, AtFlags::REMOVEDIR)?));
        self.said("remove", path, removed)
    }

    fn place(&self, path: &Path) -> PathBuf {
        self.tree.place(path)
    }

    fn lock(&self, directory: &Path) -> Result<Option<Box<dyn Lock>>, HostError> {
        self.said("lock", directory, self.try_lock(directory))
    }

    #[expect(clippy::disallowed_methods, reason = "the host module is where the clock is read")]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn uptime(&self) -> Duration {
        uptime()
    }

    fn random(&self) -> u64 {
        let mut bytes = [0; 8];
        match rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty()) {
            Ok(_) => u64::from_ne_bytes(bytes),
            // No kernel that runs a kubelet lacks the call. Ids are made with O_EXCL, so a poor
            // number can only be refused, never overwrite.
            Err(_) => u64::from(std::process::id()),
        }
    }

    fn process(&self) -> Process {
        process::own()
    }

    fn alive(&self, process: &Process) -> bool {
        process::alive(process)
    }

    fn processes(&self) -> Vec<RunningProcess> {
        process::all()
    }

    fn run(
        &self,
        program: &str,
        arguments: &[&str],
        limit: Duration,
    ) -> Result<ProgramOutput, HostError> {
        let ran = program::run(program, arguments, limit);
        ran.map_err(|source| HostError { verb: "run", path: program.into(), source })
    }

    fn start(&self, program: &str, arguments: &[&str]) -> Result<(), HostError> {
        let started = program::start(program, arguments);
        started.map_err(|source| HostError { verb: "start", path: program.into(), source })
    }

    fn interrupted(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn log(&self, line: &str) {
        if self.tree.is_whole_machine() {
            syslog::send(line);
        }
    }
}
