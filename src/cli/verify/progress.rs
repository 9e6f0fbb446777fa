//! What a person watches while the API server restarts: what was seen, and what is waited for.

use std::time::Duration;

use crate::apply;
use crate::cli::ui::Ui;
use crate::health::{Awaited, Milestone, RestartTimes, Watcher};
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
    times: RestartTimes,
    /// What has been seen so far, as one line.
    line: String,
    /// What was said to be waited for, where there is no terminal.
    told: Option<Awaited>,
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
    fn milestone(&mut self, milestone: Milestone, after: Duration) {
        if let (false, Some(what)) = (self.ui.interactive, self.spelled(milestone)) {
            self.ui.say(&format!("waiting   {:>4} s  {what}", after.as_secs()));
        }
    }

    fn turn(&mut self, reached: &[(Milestone, Duration)], awaited: Awaited, after: Duration) {
        let is_recording = |it| it == Milestone::Recording;
        let recording = match self.record {
            Some(Record::Event) => Some(Part("event seen", is_recording)),
            Some(Record::LogFile) => Some(Part("log file made", is_recording)),
            None => None,
        };
        let parts = PARTS.iter().chain(&recording).filter_map(|part| part.shown(reached));
        self.line = parts.collect::<Vec<_>>().join("  ");
        let waits = waits_for(awaited, self.times);
        if self.ui.interactive {
            // What is new comes first: a narrow terminal cuts the line off at its end.
            let seconds = format!("{:>4} s", after.as_secs());
            let reached = &self.line;
            self.ui.progress(&format!("waiting   {seconds}  {waits}  {reached}"));
        } else if self.told != Some(awaited) {
            self.told = Some(awaited);
            self.ui.say(&format!("waiting   {:>4} s  {waits}", after.as_secs()));
        }
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
        times: RestartTimes,
        ui: &'a mut Ui,
    ) -> Self {
        Self { host, entry, ui, record, times, line: String::new(), told: None }
    }

    /// Leaves what was seen on the terminal.
    pub(super) fn end(&mut self) {
        self.ui.end_progress(&format!("waiting   {}", self.line));
    }

    fn spelled(&self, milestone: Milestone) -> Option<String> {
        Some(match milestone {
            Milestone::Taken => "the kubelet took the manifest".to_owned(),
            Milestone::OldGone => "the old API server has stopped".to_owned(),
            Milestone::Running => "the new API server runs with the new flags".to_owned(),
            Milestone::Ready(times) => format!("it says it is ready, {times} of 3"),
            Milestone::Recording => match self.record? {
                Record::Event => "it records: our own request is in its log".to_owned(),
                Record::LogFile => "it made its log file".to_owned(),
            },
        })
    }
}

/// A part of the line: its name, and the milestones it consists of.
struct Part(&'static str, fn(Milestone) -> bool);

/// The parts in the order in which they are shown.
const PARTS: [Part; 4] = [
    Part("kubelet took it", |it| it == Milestone::Taken),
    Part("old stopped", |it| it == Milestone::OldGone),
    Part("new runs", |it| it == Milestone::Running),
    Part("ready", |it| matches!(it, Milestone::Ready(_))),
];

impl Part {
    /// Returns the name, a mark for each milestone, and the time of the last one.
    fn shown(&self, reached: &[(Milestone, Duration)]) -> Option<String> {
        let Self(name, is_of_it) = self;
        let own: Vec<_> = reached.iter().filter(|(milestone, _)| is_of_it(*milestone)).collect();
        let (_, last) = own.last()?;
        let marks = paint(Tone::Good, "✓".repeat(own.len()));
        Some(format!("{name} {marks} {}s", last.as_secs()))
    }
}

/// What is waited for, and how long that may take.
fn waits_for(awaited: Awaited, times: RestartTimes) -> String {
    match awaited {
        Awaited::Kubelet => "for the kubelet to take the manifest".to_owned(),
        Awaited::OldStops => {
            format!("the old API server is stopping, up to {} s", times.grace.as_secs())
        }
        Awaited::NewStarts => {
            "for the kubelet to start the new one, usually within 15 s".to_owned()
        }
        Awaited::Ready => "for the new API server to be ready".to_owned(),
        Awaited::Told(status) => format!("it answers {status}, also to this node's certificates"),
        Awaited::Event => "for the event of our request in its log".to_owned(),
    }
}
