//! Where a time begins in a log that is in the order of time.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use crate::scan::{ScanDepth, scan};
use crate::time::{SECOND, micros};

/// Events are written when their stage is reached, but not in one step: so much later than its
/// stage timestamp may an event be in the log.
pub const LATE: i64 = 5 * SECOND;
/// Below this size a scan is as fast as a search.
const SMALL: u64 = 1 << 20;
/// How far a search looks for an event.
const WINDOW: usize = 256 << 10;

/// Returns an offset before which no event of `since` or later begins, and at which a line begins;
/// 0 where that is unknown. The log is lines of events in the order of time. Where the file is
/// read next is changed.
///
/// # Errors
///
/// Fails if the file cannot be read.
pub fn first_at(file: &File, since: i64) -> io::Result<u64> {
    let (mut low, mut high) = (0, file.metadata()?.len());
    let since = since.saturating_sub(LATE);
    let mut window = vec![0; WINDOW];
    // Everything before `low` is too early.
    while high - low > SMALL {
        let middle = low + (high - low) / 2;
        match event_after(file, middle, &mut window)? {
            Some((begin, time)) if time < since && begin < high => low = begin,
            Some(_) => high = middle,
            None => break,
        }
    }
    Ok(low)
}

/// Returns where the first event after an offset begins, and its time.
fn event_after(file: &File, offset: u64, window: &mut [u8]) -> io::Result<Option<(u64, i64)>> {
    let mut file = file;
    file.seek(SeekFrom::Start(offset))?;
    let mut length = 0;
    while length < window.len() {
        match file.read(&mut window[length..])? {
            0 => break,
            count => length += count,
        }
    }
    let mut from = 0;
    let mut whole = false;
    for end in memchr::memchr_iter(b'\n', &window[..length]) {
        // What is before the first line end may be half a line.
        if whole {
            let scanned = scan(&window[from..end], ScanDepth::Whole);
            if scanned.fault.is_none()
                && let Some(time) = micros(scanned.event.time().0)
            {
                return Ok(Some((offset + from as u64, time)));
            }
        }
        whole = true;
        from = end + 1;
    }
    Ok(None)
}
