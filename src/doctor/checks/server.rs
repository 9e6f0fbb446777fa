//! The server that runs, or does not, and what it and the kubelet said last.

use crate::diagnosis::{gist, of_kubelet};
use crate::doctor::cause::{fix_here, is_over};
use crate::doctor::facts::{Facts, LastRun, RunningServer, ServerFacts};
use crate::doctor::{Fix, NodeFinding};
use crate::health::Readiness;

pub(super) fn check(facts: &Facts) -> Vec<NodeFinding> {
    let Some(server) = &facts.server else { return vec![] };
    let mut faults: Vec<NodeFinding> = complaint(facts, server).into_iter().collect();
    match &server.running {
        None if server.is_unseen() => faults.push(unseen()),
        None => faults.extend(not_running(facts, server)),
        Some(running) => {
            faults.extend(other_flags(facts, running));
            faults.extend(not_ready(facts, server));
        }
    }
    if !server.kubelet {
        faults.push(
            NodeFinding::warning("kubelet-not-running", "no kubelet can be seen running")
                .why(
                    "nothing happens when the manifest changes, and nobody restarts the API server",
                )
                .fix(Fix::Run("systemctl start kubelet".to_owned())),
        );
    }
    faults
}

const KUBELET_JOURNAL: &str = "journalctl -u kubelet --since -5min | grep -iE 'manifest|apiserver'";

fn not_running(facts: &Facts, server: &ServerFacts) -> Option<NodeFinding> {
    let Some(run) = &server.last_run else {
        let fault = NodeFinding::error(
            "server-not-running",
            "the API server does not run, and left no log",
        )
        .why("a pod that the kubelet refuses has no container and so no log")
        .fix(Fix::Run(KUBELET_JOURNAL.to_owned()));
        return server.complaint.is_none().then_some(fault);
    };
    let diagnosis = run.diagnosis();
    Some(
        NodeFinding::error("server-not-running", "the API server does not run")
            .why(format!("{} Its last words: {}", diagnosis.cause, run.words))
            .by_hand(fix_here(&diagnosis, facts)),
    )
}

/// Where nodes are containers or `/proc` is hidden, a server answers whose process is not ours to see.
fn unseen() -> NodeFinding {
    NodeFinding::info(
        "server-unseen",
        "the API server answers, and its process cannot be seen from here",
    )
    .why("whether it runs with these flags and writes this log was not looked at")
    .by_hand("run this as root, in the process namespace of the node")
}

fn not_ready(facts: &Facts, server: &ServerFacts) -> Option<NodeFinding> {
    const TURNED_AWAY: &str =
        "clients are turned away; no change of auditing can be proven meanwhile";
    let what = match &server.readiness {
        Readiness::Ready | Readiness::Alive(_) => return None,
        Readiness::NotReady(status) => {
            format!("the API server is not ready: it answers {status}")
        }
        Readiness::Unreachable(why) => format!("the API server runs and does not answer: {why}"),
    };
    let fault = NodeFinding::error("server-not-ready", what);
    if let Some(diagnosis) = &server.waits_for {
        return Some(fault.why(diagnosis.cause.as_str()).by_hand(fix_here(diagnosis, facts)));
    }
    let answers = matches!(server.readiness, Readiness::NotReady(_));
    let last = server.last_run.as_ref().map(|run| (run, run.diagnosis()));
    // One that answers lives, and what the one before it said must tell something to be worth a word.
    let last = last.filter(|(_, diagnosis)| !answers || diagnosis.id != "unknown");
    Some(match last {
        Some((LastRun { words, .. }, diagnosis)) => fault
            .why(format!("{} The run before this one ended with: {words}", diagnosis.cause))
            .by_hand(fix_here(&diagnosis, facts)),
        None if answers => fault.why(TURNED_AWAY).fix(Fix::Run(checks(server))),
        None => fault
            .why(format!("{TURNED_AWAY}; one that was just started or stopped needs a minute"))
            .fix(Fix::Run(SERVER_LOG.to_owned())),
    })
}

/// Names the checks that fail.
fn checks(server: &ServerFacts) -> String {
    format!("curl -sk 'https://{}/readyz?verbose'", server.address)
}

const SERVER_LOG: &str =
    "crictl logs --tail 20 $(crictl ps -a --name kube-apiserver -q | head -n 1)";

fn other_flags(facts: &Facts, running: &RunningServer) -> Option<NodeFinding> {
    // What a shell puts into the flags is not in the manifest.
    if running.unlike.is_empty() || facts.is_script() {
        return None;
    }
    let names: Vec<String> = running.unlike.iter().map(|name| format!("--{name}")).collect();
    let what = format!(
        "the API server runs with other audit flags than the manifest: {}",
        names.join(", ")
    );
    let fault = NodeFinding::error("flags-not-running", what)
        .file(&facts.file.place)
        .why("the kubelet has not taken this manifest: it is stopped, refuses it, or runs another file")
        .fix(Fix::Run(KUBELET_JOURNAL.to_owned()));
    Some(fault)
}

fn complaint(facts: &Facts, server: &ServerFacts) -> Option<NodeFinding> {
    let said = server.complaint.as_deref()?;
    let fault = NodeFinding::error("kubelet-complains", "the kubelet does not run this pod");
    let Some(diagnosis) = of_kubelet(said) else {
        return Some(
            fault.why(format!("It says: {}", gist(said))).by_hand("correct what it names"),
        );
    };
    if is_over(&diagnosis, facts) {
        let what = "the kubelet could not mount a volume of this pod, and now it can";
        return Some(
            NodeFinding::info("kubelet-complains", what)
                .why("it tries again after two minutes at most, and then starts the API server"),
        );
    }
    let cause = &diagnosis.cause;
    Some(
        fault
            .why(format!("{cause} It says: {}", gist(said)))
            .by_hand(fix_here(&diagnosis, facts))
            .stops(diagnosis.blame),
    )
}
