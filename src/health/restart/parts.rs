//! What is seen of a restart, what is waited for, and how it may end.

use std::time::Duration;

use crate::health::Readiness;
use crate::host::Process;

/// A part of the proof, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Milestone {
    /// The kubelet acts on the manifest: it stops the old server, or has made a new pod.
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

/// What is waited for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitTarget {
    /// The kubelet has not acted yet.
    Kubelet,
    /// The old server is stopping. It has its whole grace period.
    OldStops,
    /// The kubelet is to start the new one.
    NewStarts,
    /// The kubelet is to start it, and lets that long pass after the end of the last container.
    BackOff(Duration),
    /// The new one is to be ready.
    Ready,
    /// The new one says nothing but this to strangers and to the certificates of this node.
    Readiness(u16),
    /// Its event is to come to its log.
    Event,
}

/// What the machine showed at one time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observation {
    /// When, in time since boot.
    pub at: Duration,
    /// Whether a process from before still runs.
    pub old_runs: bool,
    /// Whether it has begun to stop: it serves no more.
    pub old_stops: bool,
    /// Whether the kubelet has made a new pod.
    pub new_pod: bool,
    /// The new process, if it runs with the new flags.
    pub server: Option<Process>,
    /// Whether a new process runs with other flags.
    pub stranger: bool,
    /// The last words of every run of the new container that has ended, in order.
    pub last_words: Vec<String>,
    /// What the kubelet complains about.
    pub complaint: Option<String>,
    /// How long the kubelet waits before it starts the new pod again.
    pub back_off: Option<Duration>,
    /// What the server said, if it was asked.
    pub readiness: Option<Readiness>,
    /// Whether an event of this program was found.
    pub recorded: bool,
}

/// Why a restart has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RestartFailure {
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
        missing: Milestone,
        /// The last words of the new server, if it had any.
        words: Option<String>,
        /// What the kubelet said of its pod, if there was no server that could have said more.
        kubelet: Option<String>,
    },
}

/// Why it is not known whether all is well, although nothing has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnprovenReason {
    /// It lives, and tells nobody here whether it is ready.
    Unanswered {
        /// What it answers.
        status: u16,
    },
    /// It is ready, and no event of this program has come to its log.
    NotRecorded,
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RestartDecision {
    /// Look again.
    Wait,
    /// All is well.
    Proven,
    /// All that can be seen is well.
    Unproven(UnprovenReason),
    /// It will not come up.
    Failed(RestartFailure),
}
