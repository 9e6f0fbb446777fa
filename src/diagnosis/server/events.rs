//! A server that runs, but loses audit events: with `blocking-strict` it refuses requests too.

use crate::diagnosis::errno::Errno;
use crate::diagnosis::{Diagnosis, text};

/// `Error in audit plugin 'log' affecting 1 audit events: …` (Go: `audit.HandlePluginError`).
pub(super) fn judge(said: &str) -> Option<Diagnosis> {
    let backend = text::between(said, "Error in audit plugin '", "'")?;
    let error = text::after(said, " audit events: ")?;
    let found = match Errno::of(error) {
        _ if error.contains("device or resource busy") => Diagnosis::auditing("log-not-rotated")
            .cause(
                "The audit log cannot be rotated, and events are lost: the log file itself is \
                 mounted, and a mounted file cannot be renamed.",
            )
            .fix("Mount the directory of the log (DirectoryOrCreate) instead of the file."),
        Some(Errno::NoSpace) => Diagnosis::auditing("log-no-space")
            .cause("The audit log cannot be written, and events are lost: the disk is full.")
            .fix("Make room (`df -h`), and lower --audit-log-maxsize and --audit-log-maxbackup."),
        _ if backend == "webhook" => Diagnosis::auditing("webhook-unreachable")
            .cause(format!("The audit webhook does not take events, and they are lost: {error}."))
            .fix(
                "Check the server in the file of `--audit-webhook-config-file`, and that it runs.",
            ),
        _ => Diagnosis::auditing("events-lost")
            .cause(format!("The audit backend `{backend}` loses events: {error}."))
            .fix("Look at `--audit-log-path` and at its directory on the node."),
    };
    Some(match text::path(error) {
        Some(path) => found.path(path),
        None => found,
    })
}
