//! A machine that is no node: macOS, Windows. Its files are read and written; the rest of a node it has not.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use super::{
    DiskSpace, FileKind, Host, HostError, Lock, Process, ProgramOutput, RunningProcess, Stat,
    log_file, process, program,
};
use crate::owner::Owner;

/// The machine this program runs on.
#[derive(Debug)]
pub struct Local {
    root: Option<PathBuf>,
    stop: Arc<AtomicBool>,
    begin: Instant,
}

impl Local {
    /// Takes the running machine, or with a root the files below it.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the host module is where the clock is read")]
    pub fn new(root: Option<PathBuf>) -> Self {
        Self { root, stop: Arc::default(), begin: Instant::now() }
    }

    /// Hands in the flag that a signal sets when the user asks to stop.
    #[must_use]
    pub fn with_stop(self, stop: Arc<AtomicBool>) -> Self {
        Self { stop, ..self }
    }

    fn said<T>(
        &self,
        verb: &'static str,
        path: &Path,
        act: impl FnOnce(&Path) -> io::Result<T>,
    ) -> Result<T, HostError> {
        let path = self.place(path);
        act(&path).map_err(|source| HostError { verb, path, source })
    }
}

/// An open file beside which no other process holds the lock.
struct LockedFile {
    file: File,
}

impl Lock for LockedFile {}

impl Drop for LockedFile {
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

fn stat_of(path: &Path) -> io::Result<Option<Stat>> {
    let found = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        found => found?,
    };
    let kind = match found.file_type() {
        it if it.is_file() => FileKind::File,
        it if it.is_dir() => FileKind::Directory,
        it if it.is_symlink() => FileKind::Symlink,
        _ => FileKind::Other,
    };
    let modified = found.modified()?.duration_since(SystemTime::UNIX_EPOCH);
    Ok(Some(Stat {
        kind,
        mode: if found.permissions().readonly() { 0o444 } else { 0o644 },
        owner: Owner::ROOT,
        size: found.len(),
        inode: log_file::inode(path).unwrap_or_default(),
        links: 1,
        modified: modified.map_or(0, |since| since.as_nanos().cast_signed()),
    }))
}

fn read(path: &Path, offset: u64) -> io::Result<Vec<u8>> {
    let mut file = log_file::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = vec![];
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl Host for Local {
    fn stat(&self, path: &Path) -> Result<Option<Stat>, HostError> {
        self.said("look at", path, stat_of)
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, HostError> {
        self.said("read", path, |path| read(path, 0))
    }

    fn read_from(&self, path: &Path, offset: u64) -> Result<Vec<u8>, HostError> {
        self.said("read", path, |path| read(path, offset))
    }

    fn read_link(&self, path: &Path) -> Result<Option<PathBuf>, HostError> {
        self.said("read", path, |path| Ok(fs::read_link(path).ok()))
    }

    fn list(&self, path: &Path) -> Result<Vec<String>, HostError> {
        self.said("list", path, |path| {
            let names = fs::read_dir(path)?
                .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
            let mut names = names.collect::<io::Result<Vec<_>>>()?;
            names.sort();
            Ok(names)
        })
    }

    fn xattrs(&self, _path: &Path) -> Result<Vec<(String, Vec<u8>)>, HostError> {
        Ok(vec![])
    }

    fn immutable(&self, _path: &Path) -> Result<bool, HostError> {
        Ok(false)
    }

    fn read_only(&self, _path: &Path) -> Result<bool, HostError> {
        Ok(false)
    }

    fn space(&self, path: &Path) -> Result<DiskSpace, HostError> {
        self.said("measure the space at", path, |_| Err(io::ErrorKind::Unsupported.into()))
    }

    fn make_directory(&self, path: &Path, _mode: u32) -> Result<(), HostError> {
        self.said("make", path, |path| fs::create_dir(path))
    }

    fn create(&self, path: &Path, _mode: u32) -> Result<(), HostError> {
        self.said("make", path, |path| log_file::create_private(path).map(drop))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), HostError> {
        self.said("write", path, |path| {
            OpenOptions::new().append(true).open(path)?.write_all(bytes)
        })
    }

    #[cfg(unix)]
    fn set_mode(&self, path: &Path, mode: u32) -> Result<(), HostError> {
        use std::os::unix::fs::PermissionsExt as _;

        self.said("set the mode of", path, |path| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode))
        })
    }

    #[cfg(not(unix))]
    fn set_mode(&self, _path: &Path, _mode: u32) -> Result<(), HostError> {
        Ok(())
    }

    fn set_owner(&self, _path: &Path, _owner: Owner) -> Result<(), HostError> {
        Ok(())
    }

    fn set_xattr(&self, path: &Path, _name: &str, _value: &[u8]) -> Result<(), HostError> {
        self.said("set an attribute of", path, |_| Err(io::ErrorKind::Unsupported.into()))
    }

    fn remove_xattr(&self, path: &Path, _name: &str) -> Result<(), HostError> {
        self.said("remove an attribute of", path, |_| Err(io::ErrorKind::Unsupported.into()))
    }

    fn sync(&self, path: &Path) -> Result<(), HostError> {
        self.said("make durable", path, |path| {
            OpenOptions::new().append(true).open(path)?.sync_all()
        })
    }

    #[cfg(unix)]
    fn sync_directory(&self, path: &Path) -> Result<(), HostError> {
        self.said("make durable", path, |path| File::open(path)?.sync_all())
    }

    /// Windows opens no directory.
    #[cfg(not(unix))]
    fn sync_directory(&self, _path: &Path) -> Result<(), HostError> {
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), HostError> {
        let from = self.place(from);
        self.said("put in place", to, |to| fs::rename(from, to))
    }

    fn remove(&self, path: &Path) -> Result<(), HostError> {
        self.said("remove", path, |path| fs::remove_file(path))
    }

    fn remove_directory(&self, path: &Path) -> Result<(), HostError> {
        self.said("remove", path, |path| fs::remove_dir(path))
    }

    fn place(&self, path: &Path) -> PathBuf {
        match &self.root {
            Some(root) => root.join(path.strip_prefix("/").unwrap_or(path)),
            None => path.to_owned(),
        }
    }

    fn lock(&self, directory: &Path) -> Result<Option<Box<dyn Lock>>, HostError> {
        self.said("lock", directory, |directory| {
            let file = File::open(directory)?;
            match file.try_lock() {
                Ok(()) => Ok(Some(Box::new(LockedFile { file }) as Box<dyn Lock>)),
                Err(TryLockError::WouldBlock) => Ok(None),
                Err(TryLockError::Error(error)) => Err(error),
            }
        })
    }

    #[expect(clippy::disallowed_methods, reason = "the host module is where the clock is read")]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    /// Since the machine was taken: nothing here waits for longer than this process lives.
    fn uptime(&self) -> Duration {
        self.begin.elapsed()
    }

    /// The keys of a hash map are random.
    fn random(&self) -> u64 {
        use std::hash::{BuildHasher as _, RandomState};

        RandomState::new().hash_one(std::process::id())
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

    fn log(&self, _line: &str) {}
}
