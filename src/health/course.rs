//! The course of a restart: what was seen of it, and when it is known how it ends.

use std::time::Duration;

use super::Readiness;
use crate::diagnosis;
use crate::host::Process;

/// How often the server has to say that it is ready, and how far apart: as OpenShift's start-up
/// monitor asks, because one that is about to fail is ready for a moment.
const READY_TIMES: usize = 3;
const READY_GAP: Duration = Duration::from_secs(5);
/// How long a complaint of the kubelet has to stand: it tries mounts again by itself.
const COMPLAINT: Duration = Duration::from_secs(5);
/// What the kubelet may take for a look of its own, beside the time between two of them.
const LOOK: Duration = Duration::from_secs(5);
/// How long an event may take to its log once the server is ready, beside the wait of a batch.
const EVENT: Duration = Duration::from_secs(15);

/// A part of the proof, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tick {
    /// The kubelet took the manifest.
    Taken,
    /// The former process is gone.
    OldGone,
    /// A new process runs with the new flags.
    Running,
    /// It says it is ready; how often it has said so.
    Ready(usize),
    /// What it is asked is in its log.
    Recording,
}

/// What one look at the machine showed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// When, in time since boot.
    pub at: Duration,
    /// Whether a process from before still runs.
    pub old_runs: bool,
    /// Whether the kubelet has made a new pod.
    pub taken: bool,
    /// The new process, if it runs with the new flags.
    pub server: Option<Process>,
    /// Whether a new process runs with other flags.
    pub stranger: bool,
    /// The last words of every run of the new container that has ended, in order.
    pub last_words: Vec<String>,
    /// What the kubelet complains about.
    pub complaint: Option<String>,
    /// What the server said, if it was asked.
    pub readiness: Option<Readiness>,
    /// Whether an event of ours was found.
    pub recorded: bool,
}

/// Why a restart has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failed {
    /// The new server ended twice with the same words.
    Fatal {
        /// The words.
        words: String,
    },
    /// The kubelet refuses the pod, or cannot start it.
    Kubelet {
        /// What it says.
        line: String,
    },
    /// The old server is gone, and no new one was started.
    NothingStarted,
    /// A new server runs, but not with the flags of the manifest.
    AnotherManifest,
    /// It took too long.
    Patience {
        /// The part of the proof that did not come.
        missing: Tick,
        /// The last words of the new server, if it had any.
        words: Option<String>,
    },
}

/// Why it is not known whether all is well, although nothing has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unproven {
    /// It lives, and does not tell strangers whether it is ready.
    NotTold {
        /// What it answers.
        status: u16,
    },
    /// It is ready, and no event of ours has come to its log.
    NotRecorded,
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Look again.
    Wait,
    /// All is well.
    Proven,
    /// All that can be seen is well.
    Unproven(Unproven),
    /// It will not come up.
    Failed(Failed),
}

/// The course of one restart.
#[derive(Debug, Clone)]
pub struct Course {
    end: Duration,
    /// Time in which the kubelet has looked at its directory twice.
    looks: Duration,
    event: Duration,
    ticks: Vec<(Tick, Duration)>,
    gone: Option<Duration>,
    complained: Option<Duration>,
    server: Option<Process>,
    ready: Vec<Duration>,
    not_told: Option<u16>,
}

impl Course {
    /// Begins a course that ends at `end`, in time since boot. `recheck` is how often the kubelet
    /// lists its directory, `batch` how long the server may hold events back.
    #[must_use]
    pub fn new(end: Duration, recheck: Duration, batch: Duration) -> Self {
        Self {
            end,
            looks: recheck * 2 + LOOK,
            event: batch + EVENT,
            ticks: vec![],
            gone: None,
            complained: None,
            server: None,
            ready: vec![],
            not_told: None,
        }
    }

    /// Returns the parts of the proof that were seen, with the time of each.
    #[must_use]
    pub fn ticks(&self) -> &[(Tick, Duration)] {
        &self.ticks
    }

    /// Returns whether the server is to be asked now if it is ready.
    #[must_use]
    pub fn asks(&self, at: Duration) -> bool {
        self.gone.is_some()
            && self.server.is_some()
            && self.ready.last().is_none_or(|last| at >= *last + READY_GAP)
            && self.ready.len() < READY_TIMES
    }

    /// Returns whether an event is to be looked for: the server has been ready once, and none was
    /// found yet.
    #[must_use]
    pub fn seeks(&self) -> bool {
        !self.ready.is_empty() && !self.has(Tick::Recording)
    }

    /// Takes in what was seen, and says what comes next.
    pub fn see(&mut self, look: &Look) -> Next {
        self.note_processes(look);
        self.note_answers(look);
        if self.is_ready() && self.has(Tick::Recording) {
            return self
                .not_told
                .map_or(Next::Proven, |status| Next::Unproven(Unproven::NotTold { status }));
        }
        if let Some(failed) = self.failed(look) {
            return Next::Failed(failed);
        }
        match self.ready.last() {
            Some(last) if self.is_ready() && look.at >= *last + self.event => {
                Next::Unproven(Unproven::NotRecorded)
            }
            _ => Next::Wait,
        }
    }

    fn note_processes(&mut self, look: &Look) {
        if !look.old_runs {
            self.gone.get_or_insert(look.at);
        }
        if look.taken || look.server.is_some() {
            self.tick(Tick::Taken, look.at);
        }
        if self.gone.is_some() {
            self.tick(Tick::OldGone, look.at);
        }
        if look.server != self.server {
            // Another process, or none: what the one before it said counts no more.
            self.ready.clear();
            self.not_told = None;
            self.ticks.retain(|(tick, _)| *tick < Tick::Running);
            self.server.clone_from(&look.server);
        }
        if self.server.is_some() && self.gone.is_some() {
            self.tick(Tick::Running, look.at);
        }
    }

    fn note_answers(&mut self, look: &Look) {
        match look.readiness {
            Some(Readiness::Ready) => self.ready.push(look.at),
            Some(Readiness::Alive(status)) => {
                self.not_told = Some(status);
                self.ready.push(look.at);
            }
            Some(_) => {
                self.ready.clear();
                self.ticks.retain(|(tick, _)| !matches!(tick, Tick::Ready(_)));
            }
            None => {}
        }
        for times in 1..=self.ready.len() {
            self.tick(Tick::Ready(times), look.at);
        }
        if look.recorded {
            self.tick(Tick::Recording, look.at);
        }
    }

    fn tick(&mut self, tick: Tick, at: Duration) {
        if !self.has(tick) {
            self.ticks.push((tick, at));
        }
    }

    fn has(&self, tick: Tick) -> bool {
        self.ticks.iter().any(|(seen, _)| *seen == tick)
    }

    fn is_ready(&self) -> bool {
        self.ready.len() >= READY_TIMES
    }

    fn failed(&mut self, look: &Look) -> Option<Failed> {
        let words = &look.last_words;
        let again = |(at, last): (usize, &String)| {
            words[..at].iter().any(|earlier| diagnosis::same(earlier, last))
        };
        if look.server.is_none()
            && let Some(last) = words.iter().enumerate().next_back().filter(|it| again(*it))
        {
            return Some(Failed::Fatal { words: last.1.clone() });
        }
        self.complained = match look.complaint {
            Some(_) if look.server.is_none() => self.complained.or(Some(look.at)),
            _ => None,
        };
        if let (Some(since), Some(line)) = (self.complained, &look.complaint)
            && look.at >= since + COMPLAINT
        {
            return Some(Failed::Kubelet { line: line.clone() });
        }
        if self.gone.is_some_and(|gone| look.at >= gone + self.looks) && look.server.is_none() {
            if look.stranger {
                return Some(Failed::AnotherManifest);
            } else if !look.taken {
                return Some(Failed::NothingStarted);
            }
        }
        (look.at >= self.end && !self.is_ready())
            .then(|| Failed::Patience { missing: self.missing(), words: words.last().cloned() })
    }

    fn missing(&self) -> Tick {
        let parts = [Tick::Taken, Tick::OldGone, Tick::Running];
        let ready = Tick::Ready(self.ready.len() + 1);
        parts.into_iter().find(|part| !self.has(*part)).unwrap_or(ready)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FATAL: &str = "loading audit policy file: loaded illegal policy with 0 rules";

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn process(pid: u32) -> Option<Process> {
        Some(Process { boot_id: "b".to_owned(), pid, start_time: 1 })
    }

    fn course() -> Course {
        Course::new(seconds(300), seconds(20), seconds(0))
    }

    fn running(at: u64) -> Look {
        Look { at: seconds(at), taken: true, server: process(7), ..Look::default() }
    }

    fn ready(at: u64) -> Look {
        Look { readiness: Some(Readiness::Ready), ..running(at) }
    }

    #[test]
    fn three_answers_and_an_event_are_proof() {
        let mut course = course();
        let old = Look { at: seconds(1), old_runs: true, ..Look::default() };
        assert_eq!(course.see(&old), Next::Wait);
        assert!(!course.asks(seconds(1)), "the old server would answer");
        assert_eq!(course.see(&Look { old_runs: true, ..running(2) }), Next::Wait);
        assert!(!course.asks(seconds(2)), "the old server would answer");
        assert_eq!(course.see(&running(3)), Next::Wait);
        assert!(course.asks(seconds(3)));
        assert_eq!(course.see(&ready(3)), Next::Wait);
        assert!(!course.asks(seconds(7)) && course.asks(seconds(8)));
        assert_eq!(course.see(&ready(8)), Next::Wait);
        assert_eq!(course.see(&ready(13)), Next::Wait);
        assert_eq!(course.see(&Look { recorded: true, ..running(14) }), Next::Proven);
        let times: Vec<_> = course.ticks().iter().map(|(_, at)| at.as_secs()).collect();
        assert_eq!(times, [2, 3, 3, 3, 8, 13, 14]);
    }

    #[test]
    fn a_server_that_ends_between_two_answers_begins_anew() {
        let mut course = course();
        course.see(&ready(3));
        course.see(&ready(8));
        course.see(&Look { server: None, ..running(9) });
        course.see(&Look { server: process(8), ..ready(12) });
        assert_eq!(course.ticks().last().unwrap().0, Tick::Ready(1));
    }

    #[test]
    fn the_same_last_words_twice_are_a_failure_and_different_ones_are_not_yet() {
        let ended = |words: &[&str]| Look {
            server: None,
            last_words: words.iter().map(|&words| words.to_owned()).collect(),
            ..running(5)
        };
        assert_eq!(course().see(&ended(&[FATAL])), Next::Wait);
        assert_eq!(course().see(&ended(&[FATAL, "another"])), Next::Wait);
        let failed = Next::Failed(Failed::Fatal { words: FATAL.to_owned() });
        assert_eq!(course().see(&ended(&[FATAL, "another", FATAL])), failed);
    }

    #[test]
    fn a_complaint_has_to_stand_for_a_while() {
        let mut course = course();
        let line = "MountVolume.SetUp failed for volume \"audit-policy\"".to_owned();
        let complains =
            |at| Look { at: seconds(at), complaint: Some(line.clone()), ..Look::default() };
        assert_eq!(course.see(&complains(2)), Next::Wait);
        assert_eq!(course.see(&Look { complaint: None, ..complains(4) }), Next::Wait);
        assert_eq!(course.see(&complains(6)), Next::Wait);
        assert_eq!(course.see(&complains(11)), Next::Failed(Failed::Kubelet { line }));
    }

    #[test]
    fn a_kubelet_that_starts_nothing_has_two_looks() {
        let mut course = course();
        let nothing = |at| Look { at: seconds(at), ..Look::default() };
        assert_eq!(course.see(&nothing(10)), Next::Wait);
        assert_eq!(course.see(&nothing(54)), Next::Wait);
        assert_eq!(course.see(&nothing(55)), Next::Failed(Failed::NothingStarted));
    }

    #[test]
    fn when_patience_is_over_what_is_missing_is_named() {
        let missing = |look: Look| match course().see(&look) {
            Next::Failed(Failed::Patience { missing, .. }) => missing,
            other => panic!("{other:?}"),
        };
        let old = Look { old_runs: true, ..Look::default() };
        assert_eq!(missing(Look { at: seconds(300), ..old.clone() }), Tick::Taken);
        assert_eq!(missing(Look { old_runs: true, ..running(300) }), Tick::OldGone);
        assert_eq!(missing(running(300)), Tick::Ready(1));
        assert_eq!(missing(Look { taken: true, server: None, ..running(300) }), Tick::Running);
    }

    #[test]
    fn a_server_that_tells_strangers_nothing_is_alive_and_no_failure() {
        let mut course = course();
        let alive =
            |at| Look { readiness: Some(Readiness::Alive(401)), recorded: true, ..running(at) };
        course.see(&alive(3));
        course.see(&alive(8));
        let unproven = Next::Unproven(Unproven::NotTold { status: 401 });
        assert_eq!(course.see(&alive(13)), unproven);
    }

    #[test]
    fn an_event_that_does_not_come_is_no_failure_and_a_batch_is_given_its_time() {
        let mut course = Course::new(seconds(30), seconds(20), seconds(30));
        for at in [3, 8, 13] {
            assert_eq!(course.see(&ready(at)), Next::Wait);
        }
        assert_eq!(course.see(&running(57)), Next::Wait);
        assert_eq!(course.see(&running(58)), Next::Unproven(Unproven::NotRecorded));
    }
}
