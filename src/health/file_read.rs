//! Whether a running server goes by a file as it is now: it reads its policy once, when it starts.

use crate::host::Host;
use crate::manifest::Manifest;

use super::Server;

/// Whether a server started after a file was last written, as far as the clock of the node tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileRead {
    /// It started after the file was written.
    Current,
    /// The two times are too near each other, or one of them is not known.
    Unclear,
    /// It started before the file was written, and goes by a former content.
    Former,
}

/// The start of a process is known to a hundredth of a second, and clocks are set.
const CLOCK_SLACK: i128 = 1_000_000_000;

impl FileRead {
    /// Compares when a server `started` and when the file was `written`, both in nanoseconds since
    /// 1970; `None` is not known.
    #[must_use]
    pub fn by_clock(started: Option<i128>, written: Option<i128>) -> Self {
        match started.zip(written) {
            Some((started, written)) if written > started + CLOCK_SLACK => Self::Former,
            Some((started, written)) if written <= started - CLOCK_SLACK => Self::Current,
            _ => Self::Unclear,
        }
    }

    /// As [`Self::by_clock`], for the servers of a manifest that run now: the one that runs longest
    /// counts. Unclear where none can be seen.
    #[must_use]
    pub fn of(host: &dyn Host, manifest: &Manifest, written: Option<i128>) -> Self {
        let servers = Server::of(host, manifest);
        let started = servers.iter().map(|server| server.started(host)).min();
        Self::by_clock(started, written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_within_a_second_is_unclear() {
        let second = CLOCK_SLACK;
        let read = |started, written| FileRead::by_clock(Some(started), Some(written));
        assert_eq!(read(10 * second, 9 * second), FileRead::Current);
        assert_eq!(read(10 * second, 10 * second), FileRead::Unclear);
        assert_eq!(read(10 * second, 11 * second), FileRead::Unclear);
        assert_eq!(read(10 * second, 11 * second + 1), FileRead::Former);
        assert_eq!(FileRead::by_clock(None, Some(0)), FileRead::Unclear);
    }
}
