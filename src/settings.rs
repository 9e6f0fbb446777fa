//! What a user wants of auditing on a node.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::flags::name;

/// Where the policy is on the node, unless something else is said.
pub const POLICY_PATH: &str = "/etc/kubernetes/audit/policy.yaml";

/// Where a webhook configuration that we write is on the node, unless something else is said.
pub const WEBHOOK_PATH: &str = "/etc/kubernetes/audit/webhook.yaml";

/// Where the server writes its log, unless something else is said. Not below `/var/log/audit`:
/// SELinux keeps containers out of there.
pub const LOG_PATH: &str = "/var/log/kubernetes/audit/audit.log";

/// The value of `--audit-log-path` that means standard output.
pub const STDOUT: &str = "-";

/// Rotation: what CIS and the STIG ask for, at least. Always written, because the defaults of the
/// server changed in 1.36 and were "for ever, without limit" before.
pub const ROTATION: [(&str, &str); 3] =
    [(name::LOG_MAXAGE, "30"), (name::LOG_MAXBACKUP, "10"), (name::LOG_MAXSIZE, "100")];

/// Settings as a user gives them; what is not given comes from the manifest, then from the defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Values of server flags by the server's name, such as `audit-log-maxage`. Empty: no such flag.
    pub flags: BTreeMap<String, String>,
    /// Where the policy is to lie on the node.
    pub policy_path: Option<PathBuf>,
    /// Whether a webhook configuration is written by us.
    pub webhook: bool,
}

impl Settings {
    /// Returns the value of one flag: as given, else as `present` has it.
    #[must_use]
    pub fn value<'a>(&'a self, flag: &str, present: Option<&'a str>) -> Option<&'a str> {
        let value = self.flags.get(flag).map(String::as_str).or(present);
        value.filter(|value| !value.is_empty())
    }

    /// Returns where the server is to write its log: a path in the container, [`STDOUT`], or
    /// nothing when the user asked for an empty path.
    #[must_use]
    pub fn log_path<'a>(&'a self, present: Option<&'a str>) -> Option<&'a str> {
        match (self.flags.get(name::LOG_PATH), present) {
            (Some(given), _) => Some(given.as_str()).filter(|given| !given.is_empty()),
            (None, Some(present)) if !present.is_empty() => Some(present),
            (None, _) => Some(LOG_PATH),
        }
    }
}

/// Returns the directory of a log path, or `None` for standard output and paths without one.
#[must_use]
pub fn log_directory(log_path: &str) -> Option<&Path> {
    if log_path == STDOUT { None } else { Path::new(log_path).parent() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_wins_over_what_is_there_and_that_over_the_default() {
        let mut settings = Settings::default();
        assert_eq!(settings.log_path(None), Some(LOG_PATH));
        assert_eq!(settings.log_path(Some("/var/log/a.log")), Some("/var/log/a.log"));
        settings.flags.insert("audit-log-path".to_owned(), "-".to_owned());
        assert_eq!(settings.log_path(Some("/var/log/a.log")), Some(STDOUT));
        settings.flags.insert("audit-log-path".to_owned(), String::new());
        assert_eq!(settings.log_path(Some("/var/log/a.log")), None);
    }
}
