//! What a new server answers when it is asked whether it is ready.

use std::time::Duration;

use crate::health::Readiness;

/// The answers in a row that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answers {
    None,
    /// When it said that it is ready.
    Ready(Vec<Duration>),
    /// When it answered without information, and with which status.
    Unanswered(Vec<Duration>, u16),
}

impl Answers {
    pub(super) fn times(&self) -> &[Duration] {
        match self {
            Self::None => &[],
            Self::Ready(times) | Self::Unanswered(times, _) => times,
        }
    }

    /// An answer of another kind ends the row: a server that says 200 has nothing to hide, and one
    /// that tells nothing any more is not known to be ready.
    pub(super) fn add(&mut self, readiness: &Readiness, at: Duration, is_settling: bool) {
        match (readiness, &mut *self) {
            (Readiness::Ready, Self::Ready(times)) => times.push(at),
            (Readiness::Ready, _) => *self = Self::Ready(vec![at]),
            (Readiness::Alive(_), _) if is_settling => *self = Self::None,
            (Readiness::Alive(status), Self::Unanswered(times, last)) => {
                times.push(at);
                *last = *status;
            }
            (Readiness::Alive(status), _) => *self = Self::Unanswered(vec![at], *status),
            (Readiness::NotReady(_) | Readiness::Unreachable(_), _) => *self = Self::None,
        }
    }
}
