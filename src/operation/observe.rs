//! What an operation lets others see while it runs.

use std::path::PathBuf;
use std::time::Duration;

use super::failure::Next;
use super::notes::Note;
use crate::apply::DeadManKind;
use crate::health::{Milestone, RestartTimes, WaitTarget};
use crate::plan::Operation;

/// Something that happened, in the order in which it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperationEvent {
    /// The manifest was found here, as the user would type it.
    Manifest(PathBuf),
    /// A change that an earlier run left unfinished has come to an end.
    Recovered {
        /// Its id.
        id: String,
        /// The command that made it.
        command: Operation,
        /// When it was made, RFC 3339.
        time: String,
        /// What became of it.
        how: Recovery,
    },
    /// A file was not restored: it was edited since, or it could not be (why).
    FileLeft {
        /// Where it is, as the user would type it.
        path: PathBuf,
        /// Why it could not be restored; `None` if it was edited since.
        why: Option<String>,
    },
    /// The server has not been seen ready with the files that an earlier run's recovery restored.
    FormerNotReady,
    /// What a rescue found before it decides, a line for each thing.
    Found {
        /// What it is about, in a word or two: `manifest`, `server`, `cause`.
        name: &'static str,
        /// What was found.
        what: String,
    },
    /// Something to know.
    Note(Note),
    /// The server is ready with the files that a rescue restored, that long after they were in place.
    Ready(Duration),
    /// A rescue or a rollback has left auditing off.
    AuditingOff {
        /// When, and which.
        what: String,
        /// What turns it on again.
        next: Next,
    },
    /// The files are in place.
    Applied {
        /// The id of the change.
        id: String,
        /// The command.
        command: Operation,
        /// The command that restores everything without this program.
        way_back: String,
    },
    /// A process or a service restores everything unless the server comes up.
    Armed(DeadManKind),
    /// The server restarts, and is watched from here on.
    Watching(Watching),
    /// A part of the proof was seen.
    Reached {
        /// The part.
        milestone: Milestone,
        /// When, counted from the change.
        after: Duration,
    },
    /// The watch is over.
    Watched,
    /// Something could not be proven: why.
    Unproven(String),
    /// The server does not come up: everything is restored.
    GivenUp,
    /// The former server is ready again, that long after it was given up.
    FormerReady(Duration),
    /// The kubelet lets that long pass after the end of the last container before it starts the next.
    BackOff(Duration),
    /// What was proven.
    Proven(String),
    /// A person has to confirm the change, or it is restored.
    ToConfirm {
        /// The time to do so.
        within: Duration,
        /// Whether something could not be proven.
        unproven: bool,
        /// What confirms it.
        next: Next,
    },
    /// The change was confirmed: its id.
    Confirmed(String),
}

/// What became of a change that was left unfinished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovery {
    /// It had changed no file yet.
    NothingChanged,
    /// Its files were restored.
    RolledBack,
    /// A newer change exists, so nothing was touched.
    Superseded,
}

/// What is watched while a server restarts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watching {
    /// What the last part of the proof is; `None` where nothing is recorded that can be seen here.
    pub record: Option<RecordingProof>,
    /// How long the parts of the restart may take.
    pub times: RestartTimes,
    /// When the former files are restored unless the server is healthy, counted from the change.
    pub restored_after: Duration,
}

/// What shows that the server records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordingProof {
    /// Our own request is in its log.
    Event,
    /// It made its log file: its policy records no request that anyone may send.
    LogFile,
}

/// What is going on now: each replaces the one before, and none has to be kept.
#[derive(Debug)]
pub enum Progress<'a> {
    /// The server restarts.
    Restart {
        /// The parts of the proof that hold, with the time of each.
        reached: &'a [(Milestone, Duration)],
        /// What is waited for.
        awaited: WaitTarget,
        /// Time since the change.
        after: Duration,
    },
    /// A server whose files were restored is waited for.
    Former(Duration),
    /// The last words of a server that is down are waited for.
    LastWords,
    /// What went on is over, and leaves nothing.
    Over,
    /// Time that is left to confirm.
    ToConfirm {
        /// The time.
        left: Duration,
        /// Whether something could not be proven.
        unproven: bool,
    },
}

/// Who sees what happens, and may be there to answer.
pub trait Observer {
    /// Something happened.
    fn event(&mut self, event: &OperationEvent);

    /// Something is going on.
    fn progress(&mut self, _progress: &Progress<'_>) {}

    /// Returns whether a person is there who can confirm a change while it is waited for.
    fn is_person(&self) -> bool {
        false
    }

    /// Waits that long for the person to confirm, and returns whether it was done.
    fn confirms_within(&mut self, _time: Duration) -> bool {
        false
    }
}
