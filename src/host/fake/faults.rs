//! What tests do to a machine in memory and to a process on it: faults, stops, power cuts, other hands.
//! None of it is in the program that users get.

use std::path::Path;
use std::time::Duration;

use super::errno::Errno;

use super::Fake;
use super::machine::{Call, Machine};
use super::power::PowerCut;

impl Fake {
    /// Ends this process, wherever it was stopped, and starts another one on the same machine.
    /// Faults, the call count and the hook are taken away.
    #[must_use]
    pub fn restart(&self) -> Self {
        self.machine.borrow_mut().end_process(self.process.pid);
        self.machine.borrow_mut().calm();
        self.beside()
    }

    /// Cuts the power, boots again and starts a process. Every other process is gone, and of what
    /// was not made durable only as much is left as `cut` says.
    #[must_use]
    pub fn power_cut(&self, cut: PowerCut) -> Self {
        self.machine.borrow_mut().power_cut(cut);
        self.beside()
    }

    /// Has `look` called after every call of every process.
    pub fn after_every_call(&self, look: impl FnMut(&mut Machine, &Call) + 'static) {
        self.machine.borrow_mut().hook = Some(Box::new(look));
    }

    /// Makes one call, numbered from 1, fail. A write that fails with `ENOSPC` or `EIO` writes half.
    pub fn fail(&self, call: usize, errno: Errno) {
        self.machine.borrow_mut().faults.insert(call, errno);
    }

    /// Stops the process after that many calls: it makes no further one.
    pub fn stop_after(&self, calls: usize) {
        self.machine.borrow_mut().stop_after = Some(calls);
    }

    /// Stops the process in the middle of a call: half of a write is done, of another call nothing.
    pub fn stop_within(&self, call: usize) {
        self.fail(call, Errno::INTR);
        self.stop_after(call);
    }
}

impl Machine {
    /// Renames a file as another process would.
    ///
    /// # Panics
    ///
    /// If nothing is there: the test is wrong.
    pub fn move_file(&mut self, from: impl AsRef<Path>, to: impl AsRef<Path>) {
        let (from, to) = (from.as_ref(), to.as_ref());
        self.lay(to, |disk| disk.rename(from, to));
    }

    /// Leaves that many bytes on every file system.
    pub fn set_free(&mut self, free: u64) {
        self.disk.spots.iter_mut().for_each(|spot| spot.free = Some(free));
    }

    /// Makes every file system read-only, as the kernel does after an error, or writable again.
    pub fn set_read_only(&mut self, read_only: bool) {
        self.disk.spots.iter_mut().for_each(|spot| spot.read_only = read_only);
    }

    /// Returns what a power cut would leave at `path`, if it dropped all that is not durable.
    #[must_use]
    pub fn durable_bytes(&self, path: impl AsRef<Path>) -> Option<Vec<u8>> {
        self.disk.durable(path.as_ref()).map(<[u8]>::to_owned)
    }

    /// Lets the user ask to stop.
    pub fn interrupt(&mut self) {
        self.interrupted = true;
    }

    /// Sets the clock, in seconds since 1970. It does not move otherwise.
    pub fn set_clock(&mut self, seconds: u64) {
        self.clock = Duration::from_secs(seconds);
    }

    /// Ends every process and counts a new boot.
    pub(super) fn reboot(&mut self) {
        self.boots += 1;
        self.processes.clear();
        self.locks.clear();
        self.calm();
    }

    /// Takes away faults, the count of calls, the hook and the wish to stop.
    pub(super) fn calm(&mut self) {
        self.hook = None;
        self.faults.clear();
        self.stop_after = None;
        self.interrupted = false;
        self.calls.clear();
        self.seen = 0;
    }

    /// Takes every program away: nothing can be run or started any more.
    pub fn take_programs_away(&mut self) {
        self.programs.missing = true;
    }
}
