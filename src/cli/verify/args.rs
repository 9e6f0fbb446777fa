//! How long to wait for proof, and what watches meanwhile.

use std::time::Duration;

use clap::Args;

use super::Verify;
use crate::manifest::Manifest;
use audit_policy::policy::AcceptedPolicy;
use goyaml::go;

/// How a change of a running node is proven.
#[derive(Debug, Args)]
#[command(next_help_heading = "Verification")]
pub(in crate::cli) struct VerifyArgs {
    /// How long to wait until the API server is healthy, before everything is put back
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = patience)]
    pub(super) patience: Duration,
    /// Put everything back unless `kubectl audit confirm` follows within TIME (2m to 2h, 10m if
    /// none is given)
    #[arg(long, value_name = "TIME", num_args = 0..=1,
          default_missing_value = "10m", value_parser = confirm_within)]
    pub(super) confirm_within: Option<Duration>,
    /// Do not wait for the API server and do not prove that it records; nothing rolls back by
    /// itself then
    #[arg(long, conflicts_with_all = ["confirm_within", "patience"])]
    pub(super) no_verify: bool,
    /// Do without the process that puts everything back when this one dies
    #[arg(long, conflicts_with = "confirm_within")]
    pub(super) no_dead_man: bool,
}

impl VerifyArgs {
    /// Returns how a change of `manifest` is proven, with the policy that will be in use; `None` if
    /// it is not to be.
    pub(in crate::cli) fn of<'a>(
        &'a self,
        manifest: &'a Manifest,
        policy: Option<&'a AcceptedPolicy>,
    ) -> Option<Verify<'a>> {
        (!self.no_verify).then_some(Verify { args: self, manifest, policy })
    }
}

const SHORTEST_PATIENCE: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_secs(2 * 60 * 60);
const SHORTEST_CONFIRM: Duration = Duration::from_secs(2 * 60);

/// Reads how long to wait.
pub(in crate::cli) fn patience(text: &str) -> Result<Duration, String> {
    between(text, SHORTEST_PATIENCE, LONGEST, "30s to 2h")
}

/// Reads a time to confirm within.
pub(in crate::cli) fn confirm_within(text: &str) -> Result<Duration, String> {
    between(text, SHORTEST_CONFIRM, LONGEST, "2m to 2h")
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

/// Writes a time as people do: `45 s`, `5 min`, `1 h 30 min`.
pub(in crate::cli) fn spoken(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, rest) = (seconds / 3600, seconds % 3600 / 60, seconds % 60);
    let parts = [(hours, "h"), (minutes, "min"), (rest, "s")];
    let parts = parts.iter().filter(|(number, _)| *number > 0);
    let text: Vec<String> = parts.map(|(number, unit)| format!("{number} {unit}")).collect();
    if text.is_empty() { "0 s".to_owned() } else { text.join(" ") }
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

    #[test]
    fn times_are_written_as_people_do() {
        let spoken = |seconds| spoken(Duration::from_secs(seconds));
        assert_eq!(spoken(5400), "1 h 30 min");
        assert_eq!(spoken(31), "31 s");
        assert_eq!(spoken(0), "0 s");
    }
}
