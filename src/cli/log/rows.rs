//! The rows to show, in the order of time: each log by a thread of its own, merged.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use audit_log::filter::Filter;
use audit_log::reader::{LocatedEvent, LogItem, ReadCounts};
use audit_log::scan::{ScanDepth, scan};
use audit_log::seek::LATE;
use audit_log::time::micros;
use memchr::memmem::Finder;

use super::args::LogArgs;
use super::items::{events, unless};
use super::once::OpenRequests;
use super::output::{Output, RowShape};
use crate::cli::Failure;
use crate::cli::log_input::Input;
use crate::cli::ui::Ui;
use crate::logs::{LogSet, PassControl, PassProgress, parts, read_part};

/// What is read of each log.
pub(super) struct FieldSelection<'i> {
    input: &'i Input,
    shape: RowShape,
    /// Every event of the stages that are asked for, and not one per request.
    every: bool,
    tail: Option<usize>,
}

impl<'i> FieldSelection<'i> {
    pub(super) fn new(args: &LogArgs, input: &'i Input) -> Self {
        let shape = RowShape::of(args, input);
        Self { input, shape, every: !args.stage.is_empty(), tail: args.tail }
    }
}

/// A row and when it was.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LogRow {
    pub(super) time: i64,
    /// Its place in its log, for rows of one time.
    place: u64,
    pub(super) cells: Vec<String>,
}

/// Rows wait so long for earlier ones, and no more of them wait.
const MOST_WAITING: usize = 10_000;
/// So many rows go to the terminal at once.
const ROWS_AT_ONCE: usize = 256;

/// Rows that may still have to let an earlier one pass.
#[derive(Default)]
struct Waiting {
    rows: BinaryHeap<Reverse<LogRow>>,
    newest: i64,
    count: u64,
}

impl Waiting {
    fn push(&mut self, time: i64, cells: Vec<String>) {
        self.newest = self.newest.max(time);
        self.count += 1;
        self.rows.push(Reverse(LogRow { time, place: self.count, cells }));
    }

    /// Takes the next row, if no earlier one can come; at the end of the log any.
    fn pop(&mut self, end: bool) -> Option<LogRow> {
        let first = self.rows.peek()?;
        let due = first.0.time.saturating_add(LATE) < self.newest;
        if end || due || self.rows.len() > MOST_WAITING {
            return self.rows.pop().map(|row| row.0);
        }
        None
    }
}

/// Shows the rows of all logs.
pub(super) fn show(
    reading: &FieldSelection<'_>,
    control: &PassControl<'_>,
    tally: &mut ReadCounts,
    output: &mut Output,
    ui: &mut Ui,
) -> Result<(), Failure> {
    // Each log is in order by itself, so one thread reads each and the rows are merged by time as they come.
    // The channels are short: a log whose rows are late must not fill the memory with those of the others.
    std::thread::scope(|scope| {
        let mut streams = vec![];
        let mut workers = vec![];
        for set in &reading.input.sets {
            let (to, from) = sync_channel(16);
            streams.push(Stream { from, rows: VecDeque::new() });
            workers.push(scope.spawn(move || read_set(reading, set, control, &to)));
        }
        let total =
            reading.input.sets.iter().flat_map(|set| &set.files).map(|file| file.size).sum();
        let progress = output.hides_progress().then(|| PassProgress::new(total));
        let mut last = VecDeque::new();
        while let Some(row) = next(&mut streams, || {
            if let Some(text) = progress.as_ref().and_then(|it| it.text(control)) {
                ui.progress(&text);
            }
        }) {
            match reading.tail {
                Some(most) => {
                    last.push_back(row);
                    if last.len() > most {
                        last.pop_front();
                    }
                }
                None => output.row(&row.cells)?,
            }
            if output.closed() {
                break;
            }
        }
        ui.end_progress("");
        for row in last {
            output.row(&row.cells)?;
        }
        drop(streams);
        for worker in workers {
            let its =
                worker.join().map_err(|_| Failure::refused("a reader of the log ended"))??;
            tally.add(&its);
        }
        Ok(())
    })
}

/// The rows of one log.
struct Stream {
    from: Receiver<Vec<LogRow>>,
    rows: VecDeque<LogRow>,
}

const FLUSH_INTERVAL: Duration = Duration::from_millis(250);

/// Takes the earliest row of all logs.
fn next(streams: &mut Vec<Stream>, mut wait: impl FnMut()) -> Option<LogRow> {
    let mut at = 0;
    while let Some(stream) = streams.get_mut(at) {
        if stream.rows.is_empty() {
            match stream.from.recv_timeout(FLUSH_INTERVAL) {
                Ok(rows) => stream.rows.extend(rows),
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => wait(),
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => {
                    streams.remove(at);
                }
            }
        } else {
            at += 1;
        }
    }
    let first = |stream: &&mut Stream| stream.rows.front().map_or(i64::MAX, |row| row.time);
    streams.iter_mut().min_by_key(first)?.rows.pop_front()
}

/// Reads one log.
fn read_set(
    reading: &FieldSelection<'_>,
    set: &LogSet,
    control: &PassControl<'_>,
    to: &SyncSender<Vec<LogRow>>,
) -> Result<ReadCounts, Failure> {
    let filter = &reading.input.filter;
    let mut tally = ReadCounts::default();
    let mut waiting = Waiting::default();
    let mut once = OpenRequests::default();
    let mut batch = vec![];
    let mut closed = false;
    let reach = if filter.asks_head() { ScanDepth::Head } else { ScanDepth::Whole };
    let needle = filter.needle().map(Finder::new);
    for part in parts(std::slice::from_ref(set), filter, false)? {
        read_part(&part, filter, reach, needle.as_ref(), control, &mut tally, |item| {
            if let Some((time, cells)) = row(reading, item, &mut once, &part.file.name) {
                // A cut event may not tell its time: it was written after those before it.
                let time = time.unwrap_or(waiting.newest);
                waiting.push(time, cells);
                while let Some(row) = waiting.pop(false) {
                    batch.push(row);
                }
                if batch.len() >= ROWS_AT_ONCE {
                    closed = to.send(std::mem::take(&mut batch)).is_err();
                }
            }
            unless(closed)
        })?;
        if closed {
            break;
        }
    }
    while let Some(row) = waiting.pop(true) {
        batch.push(row);
    }
    // A reader that is gone has seen enough.
    let _ = to.send(batch);
    Ok(tally)
}

/// Returns the row of an event that is meant.
pub(super) fn row(
    reading: &FieldSelection<'_>,
    item: &LogItem<'_>,
    once: &mut OpenRequests,
    file: &str,
) -> Option<(Option<i64>, Vec<String>)> {
    let found = events(item)?;
    let found = whole(found, &reading.input.filter)?;
    if !reading.input.filter.takes(&found) || !(reading.every || once.shows(&found)) {
        return None;
    }
    Some((micros(found.event.time().0), reading.shape.cells(&found, file)))
}

/// Reads an event whose head is meant to its end.
fn whole<'a>(found: &LocatedEvent<'a>, filter: &Filter) -> Option<LocatedEvent<'a>> {
    if !filter.asks_head() {
        return Some(*found);
    }
    if !filter.takes_head(found) {
        return None;
    }
    let scanned = scan(found.line, ScanDepth::Whole);
    Some(LocatedEvent { event: scanned.event, fault: found.fault.or(scanned.fault), ..*found })
}

/// Reads a log that goes on being written.
pub(super) fn read_on(
    reading: &FieldSelection<'_>,
    lines: &mut audit_log::lines::LineReader<impl std::io::Read>,
    file: &str,
    tally: &mut ReadCounts,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut once = OpenRequests::default();
    let mut failed = None;
    let options = audit_log::reader::ReadOptions::default();
    let read = audit_log::reader::read(lines, &options, tally, |item| {
        let Some((_, cells)) = row(reading, &item, &mut once, file) else {
            return ControlFlow::Continue(());
        };
        if let Err(failure) = output.row(&cells).and_then(|()| output.flush()) {
            failed = Some(failure);
            return ControlFlow::Break(());
        }
        unless(output.closed())
    });
    read.map_err(|refusal| Failure::refused(format!("{file}: {refusal}")))?;
    failed.map_or(Ok(()), Err)
}
