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
    /// The change that is proven; `None` while the way back is waited for.
    pub(super) entry: Option<&'a Entry>,
    pub(super) ui: &'a mut Ui,
    /// What has been seen so far, as one line.
    pub(super) line: String,
}

impl Watcher for Progress<'_> {
    fn tick(&mut self, tick: Tick, after: Duration) {
        let seconds = after.as_secs();
        let seen = match tick {
            Tick::Ready(1) => format!("ready {}", tickmark()),
            Tick::Ready(_) => tickmark(),
            _ => format!("{} {} {seconds}s", words(tick), tickmark()),
        };
        let between = if matches!(tick, Tick::Ready(2..)) { "" } else { "   " };
        self.line = format!("{}{between}{seen}", self.line);
        if matches!(tick, Tick::Ready(3)) {
            self.line.push_str(&format!(" {seconds}s"));
        }
        if !self.ui.interactive {
            self.ui.say(&format!("waiting   {:>4} s  {}", seconds, spelled(tick)));
        }
    }

    fn turn(&mut self, after: Duration) {
        let seconds = paint(Tone::Faint, format!("{} s", after.as_secs()));
        self.ui.progress(&format!("waiting{}   {seconds}", self.line));
    }

    fn goes_on(&mut self) -> bool {
        // What cannot be told now can be told at the next look.
        self.entry.is_none_or(|entry| apply::is_ours(self.host, entry).unwrap_or(true))
    }
}

impl Progress<'_> {
    /// Leaves the line standing as it was last.
    pub(super) fn end(&mut self) {
        self.ui.end_progress(&format!("waiting{}", self.line));
    }
}

fn tickmark() -> String {
    paint(Tone::Good, "✓")
}

fn words(tick: Tick) -> &'static str {
    match tick {
        Tick::Taken => "kubelet took it",
        Tick::OldGone => "old stopped",
        Tick::Running => "new runs",
        Tick::Ready(_) => "ready",
        Tick::Recording => "event seen",
    }
}

fn spelled(tick: Tick) -> String {
    match tick {
        Tick::Taken => "the kubelet took the manifest".to_owned(),
        Tick::OldGone => "the old API server has stopped".to_owned(),
        Tick::Running => "the new API server runs with the new flags".to_owned(),
        Tick::Ready(times) => format!("it says it is ready, {times} of 3"),
        Tick::Recording => "it records: our own request is in its log".to_owned(),
    }
}
