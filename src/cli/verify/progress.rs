//! The line of ticks that a person watches while the API server restarts.

use std::time::Duration;

use crate::apply;
use crate::cli::ui::Ui;
use crate::health::{Tick, Watcher};
use crate::host::Host;
use crate::journal::Entry;
use crate::view::paint::{Tone, paint};

/// Shows what was seen, and asks whether the change still is ours.
pub(super) struct Progress<'a> {
    pub(super) host: &'a dyn Host,
    pub(super) entry: &'a Entry,
    pub(super) ui: &'a mut Ui,
    /// What the last part of the proof is; `None` where nothing is recorded that can be seen here.
    record: Option<Record>,
    /// What has been seen so far, as one line.
    line: String,
}

/// What shows that the server records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Record {
    /// Our own request is in its log.
    Event,
    /// It made its log file: its policy records no request that anyone may send.
    LogFile,
}

impl Watcher for Progress<'_> {
    fn tick(&mut self, tick: Tick, after: Duration) {
        if let (false, Some(what)) = (self.ui.interactive, self.spelled(tick)) {
            self.ui.say(&format!("waiting   {:>4} s  {what}", after.as_secs()));
        }
    }

    fn turn(&mut self, seen: &[(Tick, Duration)], after: Duration) {
        let recording = match self.record {
            Some(Record::Event) => Some(Part("event seen", |tick| tick == Tick::Recording)),
            Some(Record::LogFile) => Some(Part("log file made", |tick| tick == Tick::Recording)),
            None => None,
        };
        let parts = PARTS.iter().chain(&recording).filter_map(|part| part.shown(seen));
        self.line = parts.collect::<Vec<_>>().join("  ");
        let seconds = paint(Tone::Faint, format!("{} s", after.as_secs()));
        self.ui.progress(&format!("waiting   {}  {seconds}", self.line));
    }

    fn goes_on(&mut self) -> bool {
        // What cannot be told now can be told at the next look.
        apply::is_ours(self.host, self.entry).unwrap_or(true)
    }
}

impl<'a> Progress<'a> {
    pub(super) fn new(
        host: &'a dyn Host,
        entry: &'a Entry,
        record: Option<Record>,
        ui: &'a mut Ui,
    ) -> Self {
        Self { host, entry, ui, record, line: String::new() }
    }

    /// Leaves the line standing as it was last.
    pub(super) fn end(&mut self) {
        self.ui.end_progress(&format!("waiting   {}", self.line));
    }

    fn spelled(&self, tick: Tick) -> Option<String> {
        Some(match tick {
            Tick::Taken => "the kubelet took the manifest".to_owned(),
            Tick::OldGone => "the old API server has stopped".to_owned(),
            Tick::Running => "the new API server runs with the new flags".to_owned(),
            Tick::Ready(times) => format!("it says it is ready, {times} of 3"),
            Tick::Recording => match self.record? {
                Record::Event => "it records: our own request is in its log".to_owned(),
                Record::LogFile => "it made its log file".to_owned(),
            },
        })
    }
}

/// A part of the line: its name, and the ticks it consists of.
struct Part(&'static str, fn(Tick) -> bool);

/// The parts in the order in which they are shown.
const PARTS: [Part; 4] = [
    Part("kubelet took it", |tick| tick == Tick::Taken),
    Part("old stopped", |tick| tick == Tick::OldGone),
    Part("new runs", |tick| tick == Tick::Running),
    Part("ready", |tick| matches!(tick, Tick::Ready(_))),
];

impl Part {
    /// Returns the name, a mark for each tick, and the time of the last one.
    fn shown(&self, seen: &[(Tick, Duration)]) -> Option<String> {
        let Self(name, is_of_it) = self;
        let own: Vec<_> = seen.iter().filter(|(tick, _)| is_of_it(*tick)).collect();
        let (_, last) = own.last()?;
        let marks = paint(Tone::Good, "✓".repeat(own.len()));
        Some(format!("{name} {marks} {}s", last.as_secs()))
    }
}
