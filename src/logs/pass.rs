//! A pass over logs: parts of files, read by as many threads as there are processors.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use audit_log::filter::Filter;
use audit_log::lines::LineReader;
use audit_log::reader::{LogItem, ReadCounts, ReadOptions, read};
use audit_log::scan::{ScanDepth, scan};
use audit_log::seek::{self, LATE};
use audit_log::source::{self, Compression};
use audit_log::time::micros;
use memchr::memmem::Finder;

use super::files::{LogInput, LogSet};
use crate::host::{Host as _, Local, log_file};
use crate::operation::Failure;

/// Files smaller than this are read by one thread.
const PART_BYTES: u64 = 32 << 20;
/// How often the progress is shown.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(250);

/// A file, or a part of one: the lines that begin in it.
#[derive(Debug, Clone)]
pub struct FilePart {
    /// The file.
    pub file: LogInput,
    /// Where the part begins.
    pub from: u64,
    /// Where it ends.
    pub end: u64,
}

/// What threads tell each other.
pub struct PassControl<'c> {
    /// Set by Ctrl-C.
    pub stop: &'c AtomicBool,
    /// Bytes of files that were read.
    pub read: AtomicU64,
}

impl<'c> PassControl<'c> {
    /// Returns the control of a pass that has not begun.
    #[must_use]
    pub fn new(stop: &'c AtomicBool) -> Self {
        Self { stop, read: AtomicU64::new(0) }
    }
}

/// Cuts logs into parts: large files of plain lines into several if `many`.
///
/// # Errors
///
/// A file cannot be read.
pub fn parts(sets: &[LogSet], filter: &Filter, many: bool) -> Result<Vec<FilePart>, Failure> {
    let mut parts = vec![];
    for file in sets.iter().flat_map(|set| &set.files) {
        let from = begin(file, filter)?;
        let pieces = if many && file.size - from > 2 * PART_BYTES && is_lines(file)? {
            file.size / PART_BYTES
        } else {
            1
        };
        let size = (file.size - from) / pieces;
        for piece in 0..pieces {
            let end = if piece + 1 == pieces { u64::MAX } else { from + (piece + 1) * size };
            parts.push(FilePart { file: file.clone(), from: from + piece * size, end });
        }
    }
    Ok(parts)
}

/// Where the time that is asked for begins in a file.
fn begin(file: &LogInput, filter: &Filter) -> Result<u64, Failure> {
    match (&file.path, filter.since) {
        (Some(path), Some(since)) if is_lines(file)? => {
            Ok(seek::first_at(&log_file::open(path)?, since)?)
        }
        _ => Ok(0),
    }
}

/// Says whether a file is not compressed and begins with an event on a line.
fn is_lines(file: &LogInput) -> io::Result<bool> {
    let Some(path) = &file.path else { return Ok(false) };
    let mut file = log_file::open(path)?;
    let mut beginning = vec![0; 64 << 10];
    let count = file.read(&mut beginning)?;
    let beginning = &beginning[..count];
    if Compression::of(beginning) != Compression::None {
        return Ok(false);
    }
    let line = beginning.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let scanned = scan(line, ScanDepth::Whole);
    Ok(scanned.fault.is_none() && scanned.event.is_event())
}

/// Opens the lines of a part.
fn open(part: &FilePart) -> io::Result<LineReader<Box<dyn Read + Send>>> {
    let Some(path) = &part.file.path else {
        let (_, text) = source::plain(io::stdin())?;
        return Ok(LineReader::new(text, 0));
    };
    let mut file: File = log_file::open(path)?;
    if part.from == 0 {
        let (_, text) = source::plain(file)?;
        return Ok(LineReader::new(text, 0));
    }
    // The line that is open at the byte before belongs to the part before.
    file.seek(SeekFrom::Start(part.from - 1))?;
    let mut lines = LineReader::new(Box::new(file) as Box<dyn Read + Send>, part.from - 1);
    lines.advance();
    Ok(lines)
}

/// Reads the events of a part that may be meant by time, and hands over all lines that are none.
///
/// # Errors
///
/// The file cannot be read, or cannot hold events.
pub fn read_part(
    part: &FilePart,
    filter: &Filter,
    reach: ScanDepth,
    needle: Option<&Finder<'_>>,
    control: &PassControl<'_>,
    tally: &mut ReadCounts,
    mut each: impl FnMut(&LogItem<'_>) -> ControlFlow<()>,
) -> Result<(), Failure> {
    let name = &part.file.name;
    let failed = |error: io::Error| Failure::refused(format!("{name} cannot be read: {error}"));
    let mut lines = open(part).map_err(failed)?;
    let options = ReadOptions { reach, holding: needle, end: part.end };
    let mut seen = lines.position();
    let until = filter.until.map(|until| until.saturating_add(LATE));
    let outcome = read(&mut lines, &options, tally, |item| {
        if let LogItem::Event(found) = &item {
            if found.offset - seen > 1 << 20 {
                control.read.fetch_add(found.offset - seen, Ordering::Relaxed);
                seen = found.offset;
            }
            if until.zip(micros(found.event.time().0)).is_some_and(|(until, time)| time > until) {
                return ControlFlow::Break(());
            }
        }
        if control.stop.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        each(&item)
    });
    control.read.fetch_add(lines.position().saturating_sub(seen), Ordering::Relaxed);
    outcome.map_err(|refusal| Failure::refused(format!("{name}: {refusal}")))?;
    if let Some(error) = lines.error() {
        let offset = lines.position();
        let item = LogItem::Bad { fault: CUT, offset, line: b"" };
        tally.bad += 1;
        // A file that ends early still has what was read of it.
        let _ = each(&item);
        if !matches!(
            error.kind(),
            io::ErrorKind::UnexpectedEof
                | io::ErrorKind::InvalidInput
                | io::ErrorKind::InvalidData
                | io::ErrorKind::Other
        ) {
            return Err(failed(error));
        }
    }
    Ok(())
}

/// What is wrong with a compressed file that ends early.
const CUT: audit_log::scan::LineFault =
    audit_log::scan::LineFault { at: 0, problem: audit_log::scan::LineProblem::Cut };

/// Reads all parts, each thread into a value of its own, and returns these. `show` gets how far it is
/// now and then, and an empty text at the end.
///
/// # Errors
///
/// A file cannot be read, or cannot hold events.
pub fn fold<T: Send>(
    parts: &[FilePart],
    filter: &Filter,
    control: &PassControl<'_>,
    show: &mut dyn FnMut(&str),
    new: impl Fn() -> T + Sync,
    each: impl Fn(&mut T, &LogItem<'_>, &FilePart) + Sync,
) -> Result<(Vec<T>, ReadCounts), Failure> {
    // Threads take the next part when they are done with one, so that a compressed file, which cannot be
    // cut, does not hold up the others. Each has a value of its own: nothing is shared, nothing is locked.
    let next = AtomicUsize::new(0);
    let threads =
        std::thread::available_parallelism().map_or(1, usize::from).min(parts.len()).max(1);
    let total: u64 = parts.iter().map(|part| part.end.min(part.file.size) - part.from).sum();
    let work = || -> Result<(T, ReadCounts), Failure> {
        let mut value = new();
        let mut tally = ReadCounts::default();
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            read_part(part, filter, ScanDepth::Whole, None, control, &mut tally, |item| {
                each(&mut value, item, part);
                ControlFlow::Continue(())
            })?;
        }
        Ok((value, tally))
    };
    std::thread::scope(|scope| {
        let (done, finished) = mpsc::channel();
        for _ in 0..threads {
            let done = done.clone();
            let work = &work;
            scope.spawn(move || done.send(work()));
        }
        drop(done);
        let progress = PassProgress::new(total);
        let mut tally = ReadCounts::default();
        let mut values = vec![];
        loop {
            match finished.recv_timeout(PROGRESS_INTERVAL) {
                Ok(outcome) => {
                    let (value, its): (T, ReadCounts) = outcome?;
                    values.push(value);
                    tally.add(&its);
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    progress.text(control).iter().for_each(|text| show(text));
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        show("");
        Ok((values, tally))
    })
}

/// How far a pass is.
pub struct PassProgress {
    total: u64,
    start: Duration,
}

impl PassProgress {
    /// Begins now; `total` is in bytes, 0 if it is not known.
    #[must_use]
    pub fn new(total: u64) -> Self {
        Self { total, start: Local::new(None).uptime() }
    }

    /// Returns bytes, rate and the time that is left, once a second has passed.
    #[must_use]
    pub fn text(&self, control: &PassControl<'_>) -> Option<String> {
        let passed = Local::new(None).uptime().saturating_sub(self.start).as_secs_f64();
        let read = control.read.load(Ordering::Relaxed);
        if passed < 1.0 || read == 0 {
            return None;
        }
        let rate = read as f64 / passed;
        let mb = |bytes: f64| format!("{:.0} MB", bytes / 1e6);
        let left = match self.total.checked_sub(read) {
            Some(left) if self.total > 0 => format!(", {:.0} s left", left as f64 / rate),
            _ => String::new(),
        };
        Some(format!("read {}, {}/s{left}", mb(read as f64), mb(rate)))
    }
}
