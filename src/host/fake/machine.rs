//! The machine around the disk: processes, locks, the clock, and the faults a test asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::errno::Errno;

use super::super::Process;
use super::constants::{START, STOPPED};
use super::disk::Disk;
use super::programs::Programs;

/// One call that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its number, from 1.
    pub number: usize,
    /// What was tried, such as `read`.
    pub verb: &'static str,
    /// The path it was tried on.
    pub path: PathBuf,
}

type Hook = Box<dyn FnMut(&mut Machine, &Call)>;

/// A machine in memory: its disk, its processes and what is to go wrong.
///
/// Its methods look at the machine or change it without making a call; [`super::Fake`] makes calls.
pub struct Machine {
    pub(super) disk: Disk,
    pub(super) hook: Option<Hook>,
    pub(super) faults: BTreeMap<usize, Errno>,
    pub(super) stop_after: Option<usize>,
    pub(super) interrupted: bool,
    pub(super) clock: Duration,
    pub(super) log: Vec<String>,
    pub(super) programs: Programs,
    pub(super) calls: Vec<Call>,
    pub(super) seen: usize,
    pub(super) locks: BTreeMap<u64, u32>,
    pub(super) processes: BTreeSet<u32>,
    last_pid: u32,
    pub(super) boots: u32,
    seed: u64,
}

impl Machine {
    pub(super) fn new() -> Self {
        Self {
            disk: Disk::new(),
            hook: None,
            faults: BTreeMap::new(),
            stop_after: None,
            interrupted: false,
            clock: Duration::from_secs(START),
            log: vec![],
            programs: Programs::default(),
            calls: vec![],
            seen: 0,
            locks: BTreeMap::new(),
            processes: BTreeSet::new(),
            last_pid: 100,
            boots: 1,
            seed: 0x9e37_79b9_7f4a_7c15,
        }
    }

    /// Returns the calls made so far.
    #[must_use]
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// Returns the lines that went to the system log.
    #[must_use]
    pub fn log(&self) -> &[String] {
        &self.log
    }

    /// Ends a process without its noticing: its locks are free.
    pub fn end_process(&mut self, pid: u32) {
        self.processes.remove(&pid);
        self.locks.retain(|_, holder| *holder != pid);
    }

    pub(super) fn start_process(&mut self) -> Process {
        self.last_pid += 1;
        self.processes.insert(self.last_pid);
        self.process_of(self.last_pid)
    }

    pub(super) fn process_of(&self, pid: u32) -> Process {
        Process { boot_id: self.boot_id(), pid, start_time: u64::from(pid) * 100 }
    }

    pub(super) fn is_alive(&self, process: &Process) -> bool {
        process.boot_id == self.boot_id() && self.processes.contains(&process.pid)
    }

    fn boot_id(&self) -> String {
        format!("00000000-0000-4000-8000-{:012}", self.boots)
    }

    /// Counts a call and returns the fault it is to have.
    pub(super) fn count(&mut self, verb: &'static str, path: &Path) -> io::Result<Option<Errno>> {
        let number = self.calls.len() + 1;
        if self.stop_after.is_some_and(|last| number > last) {
            return Err(io::Error::other(STOPPED));
        }
        self.calls.push(Call { number, verb, path: path.to_owned() });
        Ok(self.faults.get(&number).copied())
    }

    /// Returns the last call if nobody has seen it yet.
    pub(super) fn news(&mut self) -> Option<Call> {
        let fresh = self.calls.len() > self.seen;
        self.seen = self.calls.len();
        self.calls.last().filter(|_| fresh).cloned()
    }

    pub(super) fn lock(&mut self, path: &Path, pid: u32) -> io::Result<Option<u64>> {
        let directory = self.disk.find(path)?;
        if self.locks.contains_key(&directory) {
            return Ok(None);
        }
        self.locks.insert(directory, pid);
        Ok(Some(directory))
    }

    pub(super) fn unlock(&mut self, directory: u64, pid: u32) {
        if self.locks.get(&directory) == Some(&pid) {
            self.locks.remove(&directory);
        }
    }

    /// Returns numbers that look random and are the same in every run (xorshift64).
    pub(super) fn random(&mut self) -> u64 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        self.seed
    }
}
