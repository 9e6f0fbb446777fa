//! The log: the server's own, and nobody else's.

use super::log_writing;
use crate::doctor::facts::{Facts, Log, Rotator};
use crate::doctor::{Fix, NodeFinding, Pod};
use crate::health::FileUse;
use crate::shell;
use audit_policy::finding::Place;
use audit_policy::finding::Severity;

/// Types that containers may write to.
const LABELS: [&str; 3] = ["container_file_t", "container_log_t", "svirt_sandbox_file_t"];

pub(super) fn check(facts: &Facts, pod: &Pod) -> Vec<NodeFinding> {
    let Some(log) = &facts.log else { return vec![] };
    let running = facts.server.as_ref().and_then(|server| server.running.as_ref());
    let mut faults = rotated_twice(log);
    faults.extend(readable(log));
    if let Some(running) =
        running.filter(|running| pod.auditing.records() && running.unlike.is_empty())
    {
        faults.extend(log_writing::check(facts, pod, log, running));
    }
    let writes = running.is_some_and(|running| running.log == FileUse::Open);
    faults.extend(log.label.as_deref().filter(|_| !writes).and_then(|label| labelled(log, label)));
    faults
}

fn rotated_twice(log: &Log) -> Vec<NodeFinding> {
    let fault = |rotator: &Rotator| {
        let what = format!("logrotate is configured to rotate the log too: `{}`", rotator.pattern);
        NodeFinding::warning("log-rotated-twice", what)
            .file(&rotator.file)
            .place(Some(Place { line: rotator.line, column: 1 }))
            .why("the server rotates its log itself and goes on writing to the file that was moved away")
            .by_hand(format!("remove {} from {}", rotator.pattern, rotator.file.display()))
    };
    log.rotators.iter().map(fault).collect()
}

/// The log tells who did what, and with bodies it holds what they wrote.
fn readable(log: &Log) -> Option<NodeFinding> {
    let mode = log.file.stat()?.mode;
    let others = if mode & 0o022 != 0 { "change" } else { "read" };
    (mode & 0o027 != 0).then(|| {
        let shown = log.file.place.display();
        let what = format!("others than root may {others} the log `{shown}` (mode {mode:04o})");
        NodeFinding::new("log-readable", Severity::Warning, what)
            .file(&log.file.place)
            .why("it tells who did what, and may hold what they wrote; a log that can be changed proves nothing")
            .fix(Fix::Run(format!("chmod 0600 {}", shell::word(&log.file.place))))
    })
}

fn labelled(log: &Log, label: &str) -> Option<NodeFinding> {
    if LABELS.contains(&label) {
        return None;
    }
    let directory = shell::word(&log.directory.place);
    let what = format!(
        "SELinux is enforced, and the log's directory `{}` has the type {label}",
        log.directory.place.display()
    );
    let fault = NodeFinding::warning("log-label", what)
        .file(&log.directory.place)
        .why("a container may not write there: the API server does not start")
        .fix(Fix::Run(format!("chcon -R -t container_log_t {directory}")));
    Some(fault)
}
