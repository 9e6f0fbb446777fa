//! The restart of an API server: what was seen of it, and when it is known how it ends.

mod answers;
mod parts;

use std::time::Duration;

use crate::diagnosis;
use crate::host::Process;
use answers::Answers;

pub use parts::{
    Milestone, Observation, RestartDecision, RestartFailure, UnprovenReason, WaitTarget,
};

/// How often the server has to say that it is ready, and how far apart, as OpenShift's start-up
/// monitor asks.
///
/// A server is not asked less often, or over a shorter time, on the strength of other signs. `200`
/// proves that all hooks of the start have ended (Go: `/readyz` holds a check for each of them), but
/// what makes a new server end soon after is not among its checks: memory that it is not given, a
/// liveness probe that fails. The kubelet's probes are 10 s apart, so ten seconds have seen one.
const READY_TIMES: usize = 3;
const READY_GAP: Duration = Duration::from_secs(5);
/// How far apart it is asked until it has said so once.
const ASK_GAP: Duration = Duration::from_millis(500);
/// How long after its start an answer of 401, 403 or 500 tells nothing. A server listens before its
/// authorizer has read the roles: for about a second everyone but `system:masters` is answered 403,
/// then some seconds 500, then 200.
const SETTLING_TIME: Duration = Duration::from_secs(15);
/// How long a complaint of the kubelet has to last: it tries mounts again by itself.
const COMPLAINT: Duration = Duration::from_secs(5);
/// What the kubelet may take to list its directory, beside the time between two lists.
const KUBELET_SLACK: Duration = Duration::from_secs(5);
/// How long an event may take to its log once the server is ready, beside the wait of a batch.
const EVENT_TIMEOUT: Duration = Duration::from_secs(15);
/// How long after the end of patience an event is waited for at most: well before the dead man acts.
const AFTER_END: Duration = Duration::from_secs(15);

/// Follows one restart, observation by observation.
#[derive(Debug, Clone)]
pub struct RestartTracker {
    end: Duration,
    /// Time in which the kubelet has listed its directory twice.
    two_lists: Duration,
    event: Duration,
    milestones: Vec<(Milestone, Duration)>,
    gone: Option<Duration>,
    complained: Option<Duration>,
    server: Option<Process>,
    /// When the new process was seen first.
    started: Duration,
    asked: Option<Duration>,
    answers: Answers,
    /// How long the kubelet waits before it starts the new pod again.
    back_off: Option<Duration>,
}

impl RestartTracker {
    /// Begins to follow a restart that has to be over at `end`, in time since boot. `recheck` is how
    /// often the kubelet lists its directory, `batch` how long the server may hold events back.
    #[must_use]
    pub fn new(end: Duration, recheck: Duration, batch: Duration) -> Self {
        Self {
            end,
            two_lists: recheck * 2 + KUBELET_SLACK,
            event: batch + EVENT_TIMEOUT,
            milestones: vec![],
            gone: None,
            complained: None,
            server: None,
            started: Duration::ZERO,
            asked: None,
            answers: Answers::None,
            back_off: None,
        }
    }

    /// Returns the parts of the proof that were seen, with the time of each.
    #[must_use]
    pub fn milestones(&self) -> &[(Milestone, Duration)] {
        &self.milestones
    }

    /// Returns what is waited for now.
    #[must_use]
    pub fn awaited(&self) -> WaitTarget {
        match self.answers {
            _ if self.gone.is_none() && !self.has(Milestone::Taken) => WaitTarget::Kubelet,
            _ if self.gone.is_none() => WaitTarget::OldStops,
            _ if !self.has(Milestone::Running) => {
                self.back_off.map_or(WaitTarget::NewStarts, WaitTarget::BackOff)
            }
            Answers::Unanswered(_, status) => WaitTarget::Readiness(status),
            _ if self.has_answered() && !self.has(Milestone::Recording) => WaitTarget::Event,
            _ => WaitTarget::Ready,
        }
    }

    /// Returns whether it is still to be seen that the kubelet stops the old server.
    #[must_use]
    pub fn seeks_the_stop(&self) -> bool {
        !self.has(Milestone::Taken)
    }

    /// Returns whether the server is to be asked now if it is ready.
    #[must_use]
    pub fn asks(&self, at: Duration) -> bool {
        let gap = if self.answers == Answers::None { ASK_GAP } else { READY_GAP };
        self.gone.is_some()
            && self.server.is_some()
            && !self.has_answered()
            && self.asked.is_none_or(|asked| at >= asked + gap)
    }

    /// Returns whether an event is to be looked for: the server has answered once, and none was
    /// found yet.
    #[must_use]
    pub fn seeks_an_event(&self) -> bool {
        self.answers != Answers::None && !self.has(Milestone::Recording)
    }

    /// Takes in what was seen, and says what comes next.
    pub fn see(&mut self, seen: &Observation) -> RestartDecision {
        self.note_processes(seen);
        self.note_answers(seen);
        let too_late = |last: &Duration| (*last + self.event).min(self.end + AFTER_END);
        let is_late = self.answers.times().last().is_some_and(|last| seen.at >= too_late(last));
        match self.answers {
            Answers::Unanswered(_, status)
                if self.has_answered() && (is_late || self.has(Milestone::Recording)) =>
            {
                RestartDecision::Unproven(UnprovenReason::Unanswered { status })
            }
            Answers::Ready(_) if self.has_answered() && self.has(Milestone::Recording) => {
                RestartDecision::Proven
            }
            Answers::Ready(_) if self.has_answered() && is_late => {
                RestartDecision::Unproven(UnprovenReason::NotRecorded)
            }
            _ => self.failed(seen).map_or(RestartDecision::Wait, RestartDecision::Failed),
        }
    }

    fn note_processes(&mut self, seen: &Observation) {
        if !seen.old_runs {
            self.gone.get_or_insert(seen.at);
        }
        if seen.old_stops || seen.new_pod || seen.server.is_some() {
            self.reach(Milestone::Taken, seen.at);
        }
        if self.gone.is_some() {
            self.reach(Milestone::OldGone, seen.at);
        }
        if seen.server != self.server {
            // Another process, or none: what the one before it said counts no more.
            self.answers = Answers::None;
            self.asked = None;
            self.started = seen.at;
            self.milestones.retain(|(milestone, _)| *milestone < Milestone::Running);
            self.server.clone_from(&seen.server);
        }
        self.back_off = seen.back_off;
        if self.server.is_some() && self.gone.is_some() {
            self.reach(Milestone::Running, seen.at);
        }
    }

    fn note_answers(&mut self, seen: &Observation) {
        if let Some(readiness) = &seen.readiness {
            self.asked = Some(seen.at);
            self.answers.add(readiness, seen.at, seen.at < self.started + SETTLING_TIME);
            if !matches!(self.answers, Answers::Ready(_)) {
                self.milestones.retain(|(it, _)| !matches!(it, Milestone::Ready(_)));
            }
        }
        if let Answers::Ready(times) = &self.answers {
            for times in 1..=times.len() {
                self.reach(Milestone::Ready(times), seen.at);
            }
        }
        if seen.recorded {
            self.reach(Milestone::Recording, seen.at);
        }
    }

    fn reach(&mut self, milestone: Milestone, at: Duration) {
        if !self.has(milestone) {
            self.milestones.push((milestone, at));
        }
    }

    fn has(&self, milestone: Milestone) -> bool {
        self.milestones.iter().any(|(reached, _)| *reached == milestone)
    }

    /// Whether it has answered often enough in the same way.
    fn has_answered(&self) -> bool {
        self.answers.times().len() >= READY_TIMES
    }

    fn failed(&mut self, seen: &Observation) -> Option<RestartFailure> {
        let words = &seen.last_words;
        let again = |(at, last): (usize, &String)| {
            words[..at].iter().any(|earlier| diagnosis::same(earlier, last))
        };
        // A kubelet that was restarted meanwhile starts the new server beside the former one, which holds
        // the port until its grace period is over: that passes, or patience ends it.
        let passes = |last: &str| diagnosis::of_server(last).id == "port-in-use";
        if seen.server.is_none()
            && let Some(last) = words.iter().enumerate().next_back().filter(|it| again(*it))
            && !passes(last.1)
        {
            return Some(RestartFailure::Fatal { words: last.1.clone() });
        }
        self.complained = match seen.complaint {
            Some(_) if seen.server.is_none() => self.complained.or(Some(seen.at)),
            _ => None,
        };
        if let (Some(since), Some(line)) = (self.complained, &seen.complaint)
            && seen.at >= since + COMPLAINT
        {
            return Some(RestartFailure::Kubelet { line: line.clone() });
        }
        if self.gone.is_some_and(|gone| seen.at >= gone + self.two_lists) && seen.server.is_none() {
            if seen.stranger {
                return Some(RestartFailure::AnotherManifest);
            } else if !seen.new_pod && seen.back_off.is_none() {
                return Some(RestartFailure::NothingStarted);
            }
        }
        (seen.at >= self.end && !self.has_answered()).then(|| RestartFailure::Patience {
            missing: self.missing(),
            words: words.last().cloned(),
            kubelet: None,
        })
    }

    fn missing(&self) -> Milestone {
        let parts = [Milestone::Taken, Milestone::OldGone, Milestone::Running];
        let ready = match &self.answers {
            Answers::Ready(times) => Milestone::Ready(times.len() + 1),
            _ => Milestone::Ready(1),
        };
        parts.into_iter().find(|part| !self.has(*part)).unwrap_or(ready)
    }
}

#[cfg(test)]
mod tests;
