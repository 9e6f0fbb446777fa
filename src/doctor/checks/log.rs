//! The log: there, growing, the server's own, and nobody else's.

use super::flags::place;
use crate::api::Level;
use crate::doctor::facts::{Facts, Log, Running};
use crate::doctor::{Fault, Mend, Pod};
use crate::finding::Severity;
use crate::health::Held;
use crate::policy;
use crate::shell;

/// How long a server that runs may record nothing before that is worth a look. Leases alone make
/// requests every few seconds, but a policy may leave out much.
const SILENCE: i128 = 3600 * SECOND;
/// How long a new server may take until it records something.
const FIRST: i128 = 60 * SECOND;
const SECOND: i128 = 1_000_000_000;

/// Types that containers may write to.
const LABELS: [&str; 3] = ["container_file_t", "container_log_t", "svirt_sandbox_file_t"];

pub(super) fn check(facts: &Facts, pod: &Pod) -> Vec<Fault> {
    let Some(log) = &facts.log else { return vec![] };
    let running = facts.server.as_ref().and_then(|server| server.running.as_ref());
    let mut faults = rotated_twice(log);
    faults.extend(readable(log));
    if let Some(running) = running.filter(|running| pod.audits() && running.unlike.is_empty()) {
        faults.extend(life(facts, pod, log, running));
    }
    let writes = running.is_some_and(|running| running.log == Held::Open);
    faults.extend(log.label.as_deref().filter(|_| !writes).and_then(|label| labelled(log, label)));
    faults
}

/// Whether the server writes, and where to.
fn life(facts: &Facts, pod: &Pod, log: &Log, running: &Running) -> Option<Fault> {
    let shown = log.file.place.display();
    let restart = "the events go on being lost until the API server restarts";
    let again = || Mend::Run("crictl stopp $(crictl pods --name kube-apiserver -q)".to_owned());
    let error = |id, what: String| {
        Some(Fault::error(id, what).file(&log.file.place).why(restart).mend(again()))
    };
    match &running.log {
        Held::Deleted => {
            return error(
                "log-unlinked",
                format!("the API server writes to a deleted file that was `{shown}`"),
            );
        }
        Held::Moved(to) => {
            let what = format!(
                "the API server writes to `{}`, where somebody moved `{shown}`",
                to.display()
            );
            return error("log-unlinked", what);
        }
        Held::Open if running.same_log == Some(false) => {
            let what =
                format!("the log that the API server writes is not the file `{shown}` on the node");
            return error("log-unlinked", what);
        }
        Held::Open | Held::Not | Held::Unknown => {}
    }
    let age = facts.now - running.started;
    let Some(stat) = log.file.stat() else {
        if !log.file.is_missing() {
            return None;
        }
        return Some(
            Fault::error(
                "log-missing",
                format!("the API server runs, and there is no log `{shown}`"),
            )
            .file(&facts.file.place)
            .place(place(pod, "audit-log-path"))
            .why("the server makes it when it starts: it writes somewhere else, or not at all")
            .mend(again()),
        );
    };
    let records = records(facts, pod);
    let silence = facts.now - stat.modified;
    if stat.size == 0 && log.files.len() < 2 && age > FIRST && records {
        return Some(
            Fault::warning(
                "log-empty",
                format!("the API server runs, and the log `{shown}` is empty"),
            )
            .file(&log.file.place)
            .why("a log that exists proves nothing: the server makes it before it records anything")
            .mend(Mend::Anywhere("explain get /version".to_owned())),
        );
    }
    (stat.size > 0 && age > SILENCE && silence > SILENCE && records).then(|| {
        let minutes = silence / (60 * SECOND);
        Fault::warning("log-silent", format!("nothing was written to the log `{shown}` for {minutes} minutes"))
            .file(&log.file.place)
            .why("an API server that runs answers requests all the time; either the policy records next to nothing, or events are lost")
            .by_hand("look for `Error in audit plugin` in the server's own log: crictl logs $(crictl ps --name kube-apiserver -q)")
    })
}

/// Whether the policy records anything at all.
fn records(facts: &Facts, pod: &Pod) -> bool {
    let text = facts.policy.as_ref().and_then(|policy| policy.bytes());
    let accepted = text.and_then(|text| policy::judge(text, pod.version).accepted);
    accepted.is_some_and(|it| it.policy().rules.iter().any(|rule| rule.level > Level::None))
}

fn rotated_twice(log: &Log) -> Vec<Fault> {
    let fault = |rotator: &crate::doctor::facts::Rotator| {
        let what = format!("logrotate is told to rotate the log too: `{}`", rotator.pattern);
        Fault::warning("log-rotated-twice", what)
            .file(&rotator.file)
            .place(Some(crate::finding::Place { line: rotator.line, column: 1 }))
            .why("the server rotates its log itself and goes on writing to the file that was moved away")
            .by_hand(format!("remove {} from {}", rotator.pattern, rotator.file.display()))
    };
    log.rotators.iter().map(fault).collect()
}

/// The log tells who did what, and with bodies it holds what they wrote.
fn readable(log: &Log) -> Option<Fault> {
    let mode = log.file.stat()?.mode;
    let others = if mode & 0o022 != 0 { "change" } else { "read" };
    (mode & 0o027 != 0).then(|| {
        let shown = log.file.place.display();
        let what = format!("others than root may {others} the log `{shown}` (mode {mode:04o})");
        Fault::new("log-readable", Severity::Warning, what)
            .file(&log.file.place)
            .why("it tells who did what, and may hold what they wrote; a log that can be changed proves nothing")
            .mend(Mend::Run(format!("chmod 0600 {}", shell::word(&log.file.place))))
    })
}

fn labelled(log: &Log, label: &str) -> Option<Fault> {
    if LABELS.contains(&label) {
        return None;
    }
    let directory = shell::word(&log.directory.place);
    let what = format!(
        "SELinux is enforced, and the log's directory `{}` has the type {label}",
        log.directory.place.display()
    );
    let fault = Fault::warning("log-label", what)
        .file(&log.directory.place)
        .why("a container may not write there: the API server does not start")
        .mend(Mend::Run(format!("chcon -R -t container_log_t {directory}")));
    Some(fault)
}
