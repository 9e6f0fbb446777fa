//! Whether the server that runs writes its log, and where to.

use super::flags::place;
use crate::doctor::facts::{Facts, Log, RunningServer};
use crate::doctor::{Fix, NodeFinding, Pod};
use crate::flags::name;
use crate::health::{FileUse, RestartTimes};
use crate::host::Stat;
use audit_policy::api::Level;
use audit_policy::policy;

/// How long a server that runs may record nothing before that is worth a look. Leases alone make
/// requests every few seconds, but a policy may leave out much.
const SILENT_AFTER: i128 = 3600 * SECOND;
/// How long a new server may take until it records something.
const FIRST_EVENT_AFTER: i128 = 60 * SECOND;
const SECOND: i128 = 1_000_000_000;

pub(super) fn check(
    facts: &Facts,
    pod: &Pod,
    log: &Log,
    running: &RunningServer,
) -> Option<NodeFinding> {
    if let Some(fault) = unlinked(pod, log, running) {
        return Some(fault);
    }
    match log.file.stat() {
        Some(stat) => silent(facts, pod, log, running, stat),
        None => log.file.is_missing().then(|| missing(facts, pod, log)),
    }
}

/// Makes the server open its log again, without a change of the manifest.
fn restart() -> Fix {
    Fix::Run("crictl stopp $(crictl pods --name kube-apiserver -q)".to_owned())
}

/// What that means for those who use the API.
fn restarts(pod: &Pod) -> String {
    let away = RestartTimes::of(&pod.manifest).away().as_secs();
    format!("the command restarts it, and it is away for about {away} s")
}

/// A file that was deleted or moved away goes on being written to.
fn unlinked(pod: &Pod, log: &Log, running: &RunningServer) -> Option<NodeFinding> {
    let shown = log.file.place.display();
    let what = match &running.log {
        FileUse::Deleted => format!("the API server writes to a deleted file that was `{shown}`"),
        FileUse::Moved(to) => {
            let to = to.display();
            format!("the API server writes to `{to}`, where someone moved `{shown}`")
        }
        FileUse::Open if running.same_log == Some(false) => {
            format!("the log that the API server writes is not the file `{shown}` on the node")
        }
        FileUse::Open | FileUse::Not | FileUse::Unknown => return None,
    };
    let fault = NodeFinding::error("log-unlinked", what)
        .file(&log.file.place)
        .why(format!(
            "events go where nobody looks until the API server restarts; {}",
            restarts(pod)
        ))
        .fix(restart());
    Some(fault)
}

fn missing(facts: &Facts, pod: &Pod, log: &Log) -> NodeFinding {
    let shown = log.file.place.display();
    NodeFinding::error(
        "log-missing",
        format!("the API server is running, but its audit log `{shown}` does not exist"),
    )
    .file(&facts.file.place)
    .place(place(pod, name::LOG_PATH))
    .why(format!(
        "the server makes it when it starts: it writes somewhere else, or not at all; {}",
        restarts(pod)
    ))
    .fix(restart())
}

/// Nothing was recorded yet, or not for long.
fn silent(
    facts: &Facts,
    pod: &Pod,
    log: &Log,
    running: &RunningServer,
    stat: &Stat,
) -> Option<NodeFinding> {
    let (age, silence) = (facts.now - running.started, facts.now - stat.modified);
    let shown = log.file.place.display();
    if !records(facts, pod) {
        return None;
    }
    if stat.size == 0 && log.files.len() < 2 && age > FIRST_EVENT_AFTER {
        let what = format!("the API server runs, and the log `{shown}` is empty");
        return Some(
            NodeFinding::warning("log-empty", what)
                .file(&log.file.place)
                .why(
                    "a log that exists proves nothing: the server makes it before it records \
                     anything",
                )
                .fix(Fix::Anywhere("explain get /version".to_owned())),
        );
    }
    (stat.size > 0 && age > SILENT_AFTER && silence > SILENT_AFTER).then(|| {
        let minutes = silence / (60 * SECOND);
        let what = format!("nothing was written to the log `{shown}` for {minutes} minutes");
        NodeFinding::warning("log-silent", what)
            .file(&log.file.place)
            .why(
                "an API server that runs answers requests all the time: either the policy records \
                 next to nothing, or events are lost",
            )
            .by_hand(
                "look for `Error in audit plugin` in the server's own log: crictl logs $(crictl ps \
                 --name kube-apiserver -q)",
            )
    })
}

/// Whether the policy records anything at all.
fn records(facts: &Facts, pod: &Pod) -> bool {
    let text = facts.policy.as_ref().and_then(|policy| policy.bytes());
    let accepted = text.and_then(|text| policy::judge(text, pod.auditing.version).outcome.ok());
    accepted.is_some_and(|it| it.policy().rules.iter().any(|rule| rule.level > Level::None))
}
