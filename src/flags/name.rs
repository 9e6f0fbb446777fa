//! The names of the flags that more than their table is about.
//!
//! A name is spelled once: here. What only the server needs to know of a flag is in
//! [`Flag::ALL`](super::Flag::ALL).

/// The file with the policy; without it nothing is recorded.
pub const POLICY_FILE: &str = "audit-policy-file";
/// The file that events are written to; `-` is the standard output.
pub const LOG_PATH: &str = "audit-log-path";
/// Days for which rotated files are kept.
pub const LOG_MAXAGE: &str = "audit-log-maxage";
/// Rotated files that are kept.
pub const LOG_MAXBACKUP: &str = "audit-log-maxbackup";
/// Megabytes at which the log is rotated.
pub const LOG_MAXSIZE: &str = "audit-log-maxsize";
/// The kubeconfig that says where events are sent.
pub const WEBHOOK_CONFIG_FILE: &str = "audit-webhook-config-file";

/// The flags that name files.
pub const FILES: [&str; 3] = [POLICY_FILE, LOG_PATH, WEBHOOK_CONFIG_FILE];
