//! Who runs this program and where: the same questions on every system.

use std::time::Duration;

/// Returns the user's number; `None` on a system that numbers no users.
#[must_use]
pub fn uid() -> Option<u32> {
    #[cfg(unix)]
    return Some(rustix::process::getuid().as_raw());
    #[cfg(not(unix))]
    None
}

/// Returns the number of the user whose rights this process has; `None` as for [`uid`].
#[must_use]
pub fn effective_uid() -> Option<u32> {
    #[cfg(unix)]
    return Some(rustix::process::geteuid().as_raw());
    #[cfg(not(unix))]
    None
}

/// Returns the name of the terminal that standard input is, if it is one that has a name.
#[must_use]
pub fn terminal() -> Option<String> {
    #[cfg(unix)]
    return rustix::termios::ttyname(std::io::stdin(), Vec::new()).ok()?.into_string().ok();
    #[cfg(not(unix))]
    None
}

/// Waits until standard input has a line or has ended, at most that long, and returns whether it has.
///
/// Where a system cannot be asked, the answer is yes: the read that follows waits.
#[must_use]
pub fn line_waits(time: Duration) -> bool {
    #[cfg(unix)]
    {
        use rustix::event::{PollFd, PollFlags, Timespec};

        let stdin = std::io::stdin();
        let nanoseconds = i64::from(time.subsec_nanos());
        let limit = Timespec { tv_sec: time.as_secs().cast_signed(), tv_nsec: nanoseconds };
        let mut input = [PollFd::new(&stdin, PollFlags::IN)];
        matches!(rustix::event::poll(&mut input, Some(&limit)), Ok(1..))
    }
    #[cfg(not(unix))]
    {
        let _ = time;
        true
    }
}
