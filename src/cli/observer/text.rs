//! What a person sees while an operation runs.

use std::path::Path;
use std::time::Duration;

use crate::apply::DeadManKind;
use crate::cli::environment::Environment;
use crate::cli::failure::spelled;
use crate::cli::ui::Ui;
use crate::health::{Milestone, RestartTimes, WaitTarget};
use crate::operation::{
    Note, NoteKind, Observer, OperationEvent, Progress, RecordingProof, Recovery, Watching, spoken,
};
use crate::view::paint::{Tone, paint};

/// What has to be typed: Enter alone may be a key that was pressed before.
const WORD: &str = "confirm";
/// How many lines are between the countdown and the place where the answer is typed.
const LINES_BELOW: usize = 2;

/// Writes to a person, who may be asked.
pub(super) struct TextObserver<'a> {
    environment: &'a Environment,
    ui: &'a mut Ui,
    /// The restart that is watched.
    watching: Option<Watching>,
    /// What has been seen of it so far, as one line.
    line: String,
    /// What was said to be waited for, where there is no terminal.
    reported: Option<WaitTarget>,
}

impl<'a> TextObserver<'a> {
    pub(super) fn new(environment: &'a Environment, ui: &'a mut Ui) -> Self {
        Self { environment, ui, watching: None, line: String::new(), reported: None }
    }
}

impl Observer for TextObserver<'_> {
    fn event(&mut self, event: &OperationEvent) {
        match event {
            OperationEvent::Manifest(path) => {
                self.ui.detail(&format!("manifest  {}", path.display()));
            }
            OperationEvent::Recovered { id, command, time, how } => {
                let what = match how {
                    Recovery::NothingChanged => "no file had been changed yet",
                    Recovery::RolledBack => "its files were restored",
                    Recovery::Superseded => "a newer change is in effect, so nothing was touched",
                };
                let command = command.name();
                self.ui.warn(&format!("{command} {id} of {time} was left unfinished; {what}."));
            }
            OperationEvent::FileLeft { path, why } => self.file_left(path, why.as_deref()),
            OperationEvent::FormerNotReady => self
                .ui
                .warn("the API server has not been seen ready with the files that were restored"),
            OperationEvent::Found { name, what } => self.ui.say(&format!("{name:<10}  {what}")),
            OperationEvent::Note(note) => self.note(note),
            OperationEvent::Ready(after) => {
                let seconds = after.as_secs();
                self.ui.say(&format!("back      the API server is ready again after {seconds} s"));
            }
            OperationEvent::AuditingOff { what, next } => {
                self.ui.warn(what);
                let next = spelled(next, self.environment);
                self.ui.say(&format!("To turn it on again: {next}"));
            }
            OperationEvent::Applied { id, command, way_back } => {
                self.ui.say(&format!("applied   change {id} ({})", command.name()));
                self.ui.say(&format!("way back  {way_back}"));
            }
            OperationEvent::Armed(kind) => self.armed(*kind),
            OperationEvent::Watching(watching) => self.watching = Some(*watching),
            OperationEvent::Reached { milestone, after } => self.reached(*milestone, *after),
            OperationEvent::Watched => self.ui.end_progress(&format!("waiting   {}", self.line)),
            OperationEvent::Unproven(why) => self.ui.warn(why),
            OperationEvent::GivenUp => {
                self.ui.warn("the change does not come up: everything is restored");
            }
            OperationEvent::FormerReady(after) => {
                let seconds = after.as_secs();
                self.ui.say(&format!(
                    "back      the former API server is ready again after {seconds} s"
                ));
            }
            OperationEvent::BackOff(wait) => self.back_off(*wait),
            OperationEvent::Proven(what) => self.ui.say(&format!("verified  {what}")),
            OperationEvent::ToConfirm { within, unproven, next } => {
                self.ui.say(&countdown(*unproven, *within));
                self.ui.say(&format!("          {}", spelled(next, self.environment)));
                if self.ui.interactive {
                    self.ui.say("          or type `confirm` here");
                }
            }
            OperationEvent::Confirmed(id) => self.ui.say(&format!("confirmed change {id} stays")),
        }
    }

    fn progress(&mut self, progress: &Progress<'_>) {
        match progress {
            Progress::Restart { reached, awaited, after } => {
                self.restart(reached, *awaited, *after);
            }
            Progress::Former(after) => {
                let seconds = after.as_secs();
                self.ui.progress(&format!(
                    "waiting   {seconds:>4} s  for the API server to be ready again"
                ));
            }
            Progress::LastWords => {
                self.ui.progress("looking   for the last words of the API server");
            }
            Progress::Over => self.ui.end_progress(""),
            Progress::ToConfirm { left, unproven } => {
                self.ui.replace_above(LINES_BELOW, &countdown(*unproven, *left));
            }
        }
    }

    fn is_person(&self) -> bool {
        self.ui.interactive
    }

    fn confirms_within(&mut self, time: Duration) -> bool {
        self.ui.line_within(time).is_some_and(|line| line.trim() == WORD)
    }
}

impl TextObserver<'_> {
    fn file_left(&mut self, path: &Path, why: Option<&str>) {
        let why = match why {
            Some(why) => format!("could not be restored: {why}"),
            None => "was edited since and left as it is".to_owned(),
        };
        self.ui.warn(&format!("{} {why}", path.display()));
    }

    /// A sentence is at the margin, a command to type below it.
    fn note(&mut self, note: &Note) {
        match note.kind {
            NoteKind::ContainersStopped => self.ui.say(&format!("restart   {}", note.what)),
            kind if kind.is_warning() => self.ui.warn(&note.what),
            _ => self.ui.say(&note.what),
        }
        for next in &note.next {
            let line = spelled(next, self.environment);
            self.ui.say(&if line.ends_with(':') { line } else { format!("  {line}") });
        }
    }

    fn armed(&mut self, kind: DeadManKind) {
        self.ui.say("armed     everything is restored by itself unless the API server comes up");
        self.ui.say(match kind {
            DeadManKind::Service => "          by a service of systemd, also after a reboot",
            DeadManKind::Process => {
                "          by a detached process, which does not survive a reboot"
            }
        });
    }

    fn back_off(&mut self, wait: Duration) {
        let wait = spoken(wait);
        self.ui.end_progress("");
        self.ui.say(&format!(
            "waiting   the kubelet starts this pod again {wait} after its last end (its back-off)"
        ));
        self.ui.say("          `systemctl restart kubelet` ends that wait");
    }

    /// On a terminal the line of progress shows it.
    fn reached(&mut self, milestone: Milestone, after: Duration) {
        if let (false, Some(what)) = (self.ui.interactive, self.spelled_out(milestone)) {
            self.ui.say(&format!("waiting   {:>4} s  {what}", after.as_secs()));
        }
    }

    fn restart(&mut self, reached: &[(Milestone, Duration)], awaited: WaitTarget, after: Duration) {
        let Some(Watching { record, times, restored_after }) = self.watching else { return };
        let is_recording = |it| it == Milestone::Recording;
        let recording = match record {
            Some(RecordingProof::Event) => Some(ProgressPart("event seen", is_recording)),
            Some(RecordingProof::LogFile) => Some(ProgressPart("log file made", is_recording)),
            None => None,
        };
        let parts = PARTS.iter().chain(&recording).filter_map(|part| part.shown(reached));
        self.line = parts.collect::<Vec<_>>().join("  ");
        let waits = waits_for(awaited, times);
        if self.ui.interactive {
            // What is new comes first: a narrow terminal cuts the line off at its end.
            let seconds = format!("{:>4} s", after.as_secs());
            let reached = &self.line;
            let limit = spoken(restored_after);
            self.ui.progress(&format!(
                "waiting   {seconds} (restored at {limit})  {waits}  {reached}"
            ));
        } else if self.reported != Some(awaited) {
            self.reported = Some(awaited);
            self.ui.say(&format!("waiting   {:>4} s  {waits}", after.as_secs()));
        }
    }

    fn spelled_out(&self, milestone: Milestone) -> Option<String> {
        Some(match milestone {
            Milestone::Taken => "the kubelet took the manifest".to_owned(),
            Milestone::OldGone => "the old API server has stopped".to_owned(),
            Milestone::Running => "the new API server runs with the new flags".to_owned(),
            Milestone::Ready(times) => format!("it says it is ready, {times} of 3"),
            Milestone::Recording => match self.watching?.record? {
                RecordingProof::Event => "it records: our own request is in its log".to_owned(),
                RecordingProof::LogFile => "it made its log file".to_owned(),
            },
        })
    }
}

fn countdown(unproven: bool, left: Duration) -> String {
    let name = if unproven { "unproven" } else { "healthy" };
    format!("{name:<8}  everything is restored in {} unless you confirm:", spoken(left))
}

/// A part of the line: its name, and the milestones it consists of.
struct ProgressPart(&'static str, fn(Milestone) -> bool);

/// The parts in the order in which they are shown.
const PARTS: [ProgressPart; 4] = [
    ProgressPart("kubelet took it", |it| it == Milestone::Taken),
    ProgressPart("old stopped", |it| it == Milestone::OldGone),
    ProgressPart("new runs", |it| it == Milestone::Running),
    ProgressPart("ready", |it| matches!(it, Milestone::Ready(_))),
];

impl ProgressPart {
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
fn waits_for(awaited: WaitTarget, times: RestartTimes) -> String {
    match awaited {
        WaitTarget::Kubelet => "for the kubelet to take the manifest".to_owned(),
        WaitTarget::OldStops => {
            format!("the old API server is stopping, up to {} s", times.grace.as_secs())
        }
        WaitTarget::NewStarts => {
            "for the kubelet to start the new one, usually within 15 s".to_owned()
        }
        WaitTarget::BackOff(wait) => format!(
            "the kubelet starts this pod again {} after its last end (its back-off; \
             `systemctl restart kubelet` ends it)",
            spoken(wait)
        ),
        WaitTarget::Ready => "for the new API server to be ready".to_owned(),
        WaitTarget::Readiness(status) => {
            format!("it answers {status}, also to this node's certificates")
        }
        WaitTarget::Event => "for the event of our request in its log".to_owned(),
    }
}
