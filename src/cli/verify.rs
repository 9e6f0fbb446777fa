//! How long to wait for proof, and what watches meanwhile.

use std::time::Duration;

use clap::Args;

use crate::manifest::Manifest;
use crate::operation::{ControlPlane, FollowUp, Verify, Watch};
use audit_policy::policy::AcceptedPolicy;
use goyaml::go;

/// How a change of a running node is proven.
#[derive(Debug, Args)]
#[command(next_help_heading = "Verification")]
pub(super) struct VerifyArgs {
    /// How long to wait until the API server is healthy, before everything is restored
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = patience)]
    patience: Duration,
    /// Restore everything unless `kubectl audit confirm` follows within TIME (2m to 2h, 10m if
    /// none is given)
    #[arg(long, value_name = "TIME", num_args = 0..=1,
          default_missing_value = "10m", value_parser = confirm_within)]
    confirm_within: Option<Duration>,
    /// Do not wait for the API server and do not prove that it records; nothing rolls back by
    /// itself then
    #[arg(long, conflicts_with_all = ["confirm_within", "patience"])]
    no_verify: bool,
    /// Do not start the watchdog that rolls back if this command dies
    #[arg(long, conflicts_with = "confirm_within")]
    no_dead_man: bool,
}

impl VerifyArgs {
    /// Returns what follows once the files of a change are in place: the proof that `after` came up,
    /// with the policy that will be in use, or nothing if it is not to be proven.
    pub(super) fn of<'a>(
        &self,
        control_plane: &'a ControlPlane,
        after: &'a Manifest,
        policy: Option<&'a AcceptedPolicy>,
    ) -> FollowUp<'a> {
        if self.no_verify {
            return FollowUp::Nothing(&[]);
        }
        let watch = Watch {
            patience: self.patience,
            confirm_within: self.confirm_within,
            dead_man: !self.no_dead_man,
        };
        let recheck = control_plane.kubelet.recheck;
        FollowUp::Proof(Verify { watch, before: &control_plane.manifest, after, policy, recheck })
    }
}

const SHORTEST_PATIENCE: Duration = Duration::from_secs(30);
const LONGEST_DEADLINE: Duration = Duration::from_secs(2 * 60 * 60);
const SHORTEST_CONFIRM: Duration = Duration::from_secs(2 * 60);

/// Reads how long to wait.
pub(super) fn patience(text: &str) -> Result<Duration, String> {
    between(text, SHORTEST_PATIENCE, LONGEST_DEADLINE, "30s to 2h")
}

/// Reads a time to confirm within.
pub(super) fn confirm_within(text: &str) -> Result<Duration, String> {
    between(text, SHORTEST_CONFIRM, LONGEST_DEADLINE, "2m to 2h")
}

fn between(
    text: &str,
    shortest: Duration,
    longest: Duration,
    range: &str,
) -> Result<Duration, String> {
    let time = go::Duration::parse(text)?.to_std();
    if (shortest..=longest).contains(&time) {
        Ok(time)
    } else {
        Err(format!("it has to be {range}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_go_writes_them_and_within_their_bounds() {
        assert_eq!(confirm_within("1h30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(confirm_within("90s").unwrap_err(), "it has to be 2m to 2h");
        assert_eq!(patience("5").unwrap_err(), "time: missing unit in duration \"5\"");
    }
}
