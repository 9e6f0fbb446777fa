//! How long a restart of an API server takes on a real node.

use std::time::Duration;

use crate::manifest::Manifest;

/// How long the kubelet may take to try again to start the new pod, while it waits for the old one to
/// be gone: ten seconds and up to half as much more (Go: `backOffPeriod`,
/// `workerBackOffPeriodJitterFactor`; the same in 1.24 to 1.37).
const BACK_OFF: Duration = Duration::from_secs(15);
/// What a new server takes until it is ready: 3 to 8 s were measured on a loaded node.
const START_TIME: Duration = Duration::from_secs(8);
/// Until it has said so three times.
const ANSWER_TIME: Duration = Duration::from_secs(10);
/// How much of its back-off and start no kubelet and no server can do without.
const MIN_RESTART: Duration = Duration::from_secs(15);

/// How long the restart of one API server takes, which depends on how long it may take to stop.
///
/// A server that is asked to stop closes its port at once and ends only when the kubelet kills it,
/// at the end of its grace period. Only then is the new one started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestartTimes {
    /// How long the old server may take to stop.
    pub grace: Duration,
}

impl RestartTimes {
    /// Returns the times of a server that runs with this manifest.
    #[must_use]
    pub fn of(running: &Manifest) -> Self {
        Self { grace: Duration::from_secs(running.grace_period()) }
    }

    /// Returns how long nothing answers, in the middle: 45 s for a grace period of 30 s, where 43 to
    /// 48 s were measured.
    #[must_use]
    pub fn away(self) -> Duration {
        self.grace + BACK_OFF / 2 + START_TIME
    }

    /// Returns the patience below which no restart can be proven, however fast it is.
    #[must_use]
    pub fn least_patience(self) -> Duration {
        self.grace + MIN_RESTART + ANSWER_TIME
    }

    /// Returns how long a restart may take until it is proven, if all is well.
    #[must_use]
    pub fn until_proven(self) -> Duration {
        self.grace + BACK_OFF + START_TIME + ANSWER_TIME
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_are_those_that_were_measured() {
        let times = |seconds| RestartTimes { grace: Duration::from_secs(seconds) };
        assert!((43..=48).contains(&times(30).away().as_secs()));
        assert_eq!(times(30).least_patience().as_secs(), 55);
        assert_eq!(times(30).until_proven().as_secs(), 63);
        assert!(times(1).least_patience().as_secs() < 30);
    }
}
