//! A machine in memory that can fail, stop or lose its power at any call.
//!
//! It serves the tests of everything that changes a machine. Every call that may fail on a real
//! machine is counted, so that a test can run a command once, see how many calls it takes, and then
//! end it after each one of them. After every call a hook may look at the machine, as a kubelet
//! that is awake at the wrong moment would, or change it, as another administrator would.

mod constants;
mod disk;
mod errno;
#[cfg(any(test, feature = "testing"))]
mod faults;
mod inode;
mod layout;
mod machine;
#[cfg(any(test, feature = "testing"))]
mod power;
mod programs;
mod running;

use std::cell::RefCell;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use errno::Errno;

use super::{DiskSpace, Host, HostError, Lock, Process, ProgramOutput, RunningProcess, Stat};
use crate::owner::Owner;
pub use constants::STOPPED;
use disk::Disk;
pub use inode::MountPoint;
pub use machine::{Call, Machine};
#[cfg(any(test, feature = "testing"))]
pub use power::PowerCut;

/// A process on a machine in memory. [`Fake::beside`] starts another one on the same machine.
#[derive(Clone)]
pub struct Fake {
    machine: Rc<RefCell<Machine>>,
    process: Process,
}

impl Default for Fake {
    fn default() -> Self {
        Self::new()
    }
}

impl Fake {
    /// Starts a process on a machine with nothing but an empty `/`.
    #[must_use]
    pub fn new() -> Self {
        Self::on(Rc::new(RefCell::new(Machine::new())))
    }

    fn on(machine: Rc<RefCell<Machine>>) -> Self {
        let process = machine.borrow_mut().start_process();
        Self { machine, process }
    }

    /// Starts another process on the same machine; this one lives on.
    #[must_use]
    pub fn beside(&self) -> Self {
        Self::on(Rc::clone(&self.machine))
    }

    /// Lets a test lay out or look at the machine without making a call.
    pub fn with<T>(&self, look: impl FnOnce(&mut Machine) -> T) -> T {
        look(&mut self.machine.borrow_mut())
    }

    /// Makes one counted call: refused if the process has stopped or the call is to fail.
    fn call<T>(
        &self,
        verb: &'static str,
        path: &Path,
        act: impl FnOnce(&mut Machine, Option<Errno>) -> io::Result<T>,
    ) -> Result<T, HostError> {
        let counted = self.machine.borrow_mut().count(verb, path);
        let result = counted.and_then(|fault| {
            let result = act(&mut self.machine.borrow_mut(), fault);
            match fault {
                Some(errno) => Err(errno.into()),
                None => result,
            }
        });
        self.look();
        result.map_err(|source| HostError { verb, path: path.to_owned(), source })
    }

    /// Makes one counted call that does nothing at all when it is to fail.
    fn plain<T>(
        &self,
        verb: &'static str,
        path: &Path,
        act: impl FnOnce(&mut Disk) -> io::Result<T>,
    ) -> Result<T, HostError> {
        self.call(verb, path, |machine, fault| match fault {
            Some(errno) => Err(errno.into()),
            None => act(&mut machine.disk),
        })
    }

    /// Calls the hook. It is taken out meanwhile, so that it may borrow the whole machine.
    fn look(&self) {
        let mut machine = self.machine.borrow_mut();
        let Some(call) = machine.news() else { return };
        if let Some(mut hook) = machine.hook.take() {
            hook(&mut machine, &call);
            machine.hook = Some(hook);
        }
    }
}

/// A lock that ends with its holder or with the machine.
struct HeldLock {
    machine: Rc<RefCell<Machine>>,
    directory: u64,
    pid: u32,
}

impl Lock for HeldLock {}

impl Drop for HeldLock {
    fn drop(&mut self) {
        self.machine.borrow_mut().unlock(self.directory, self.pid);
    }
}

impl Host for Fake {
    fn stat(&self, path: &Path) -> Result<Option<Stat>, HostError> {
        self.plain("look at", path, |disk| disk.stat(path))
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, HostError> {
        self.plain("read", path, |disk| disk.read(path))
    }

    fn read_from(&self, path: &Path, offset: u64) -> Result<Vec<u8>, HostError> {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let mut bytes = self.read(path)?;
        Ok(bytes.split_off(offset.min(bytes.len())))
    }

    fn read_link(&self, path: &Path) -> Result<Option<PathBuf>, HostError> {
        self.plain("read", path, |disk| disk.read_link(path))
    }

    fn list(&self, path: &Path) -> Result<Vec<String>, HostError> {
        self.plain("list", path, |disk| disk.list(path))
    }

    fn xattrs(&self, path: &Path) -> Result<Vec<(String, Vec<u8>)>, HostError> {
        self.plain("read the attributes of", path, |disk| {
            let traits = disk.traits(path)?;
            Ok(traits.xattrs.clone().into_iter().collect())
        })
    }

    fn immutable(&self, path: &Path) -> Result<bool, HostError> {
        self.plain("read the marks of", path, |disk| disk.is_immutable(path))
    }

    fn read_only(&self, path: &Path) -> Result<bool, HostError> {
        self.plain("look at the file system of", path, |disk| disk.is_read_only(path))
    }

    fn space(&self, path: &Path) -> Result<DiskSpace, HostError> {
        self.plain("measure the space at", path, |disk| disk.space(path))
    }

    fn make_directory(&self, path: &Path, mode: u32) -> Result<(), HostError> {
        self.plain("make", path, |disk| disk.make_directory(path, mode))
    }

    fn create(&self, path: &Path, mode: u32) -> Result<(), HostError> {
        self.plain("make", path, |disk| disk.create(path, mode))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), HostError> {
        self.call("write", path, |machine, fault| match fault {
            None => machine.disk.append(path, bytes),
            Some(Errno::NOSPC | Errno::IO | Errno::INTR) => {
                machine.disk.append(path, &bytes[..bytes.len() / 2])
            }
            Some(errno) => Err(errno.into()),
        })
    }

    fn set_mode(&self, path: &Path, mode: u32) -> Result<(), HostError> {
        self.plain("set the mode of", path, |disk| disk.change(path, |traits| traits.mode = mode))
    }

    fn set_owner(&self, path: &Path, owner: Owner) -> Result<(), HostError> {
        self.plain("set the owner of", path, |disk| {
            disk.change(path, |traits| traits.owner = owner)
        })
    }

    fn set_xattr(&self, path: &Path, name: &str, value: &[u8]) -> Result<(), HostError> {
        self.plain("set an attribute of", path, |disk| {
            disk.change(path, |traits| {
                traits.xattrs.insert(name.to_owned(), value.to_owned());
            })
        })
    }

    fn remove_xattr(&self, path: &Path, name: &str) -> Result<(), HostError> {
        self.plain("remove an attribute of", path, |disk| {
            disk.change(path, |traits| {
                traits.xattrs.remove(name);
            })
        })
    }

    fn sync(&self, path: &Path) -> Result<(), HostError> {
        self.plain("make durable", path, |disk| disk.sync(path))
    }

    fn sync_directory(&self, path: &Path) -> Result<(), HostError> {
        self.plain("make durable", path, |disk| disk.sync_directory(path))
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), HostError> {
        self.plain("put in place", to, |disk| disk.rename(from, to))
    }

    fn remove(&self, path: &Path) -> Result<(), HostError> {
        self.plain("remove", path, |disk| disk.remove(path))
    }

    fn remove_directory(&self, path: &Path) -> Result<(), HostError> {
        self.plain("remove", path, |disk| disk.remove_directory(path))
    }

    fn place(&self, path: &Path) -> PathBuf {
        path.to_owned()
    }

    fn lock(&self, directory: &Path) -> Result<Option<Box<dyn Lock>>, HostError> {
        let pid = self.process.pid;
        let locked = self.call("lock", directory, |machine, fault| match fault {
            Some(errno) => Err(errno.into()),
            None => machine.lock(directory, pid),
        })?;
        Ok(locked.map(|directory| -> Box<dyn Lock> {
            Box::new(HeldLock { machine: Rc::clone(&self.machine), directory, pid })
        }))
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.machine.borrow().clock
    }

    fn uptime(&self) -> Duration {
        self.machine.borrow().uptime()
    }

    fn pause(&self, time: Duration) {
        self.machine.borrow_mut().clock += time;
        self.look();
    }

    fn random(&self) -> u64 {
        self.machine.borrow_mut().random()
    }

    fn process(&self) -> Process {
        self.process.clone()
    }

    fn alive(&self, process: &Process) -> bool {
        self.machine.borrow().is_alive(process)
    }

    fn processes(&self) -> Vec<RunningProcess> {
        self.machine.borrow().running()
    }

    fn run(
        &self,
        program: &str,
        arguments: &[&str],
        _limit: Duration,
    ) -> Result<ProgramOutput, HostError> {
        self.call("run", Path::new(program), |machine, fault| match fault {
            Some(errno) => Err(errno.into()),
            None => machine.run(program, arguments),
        })
    }

    fn start(&self, program: &str, arguments: &[&str]) -> Result<(), HostError> {
        self.call("start", Path::new(program), |machine, fault| match fault {
            Some(errno) => Err(errno.into()),
            None => machine.start(program, arguments),
        })
    }

    fn interrupted(&self) -> bool {
        self.machine.borrow().interrupted
    }

    fn log(&self, line: &str) {
        self.machine.borrow_mut().log.push(line.to_owned());
    }
}
