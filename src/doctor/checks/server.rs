//! The server that runs, or does not, and what it and the kubelet said last.

use crate::diagnosis::{Diagnosis, of_kubelet, of_server};
use crate::doctor::facts::{Facts, Running, Server};
use crate::doctor::{Fault, Mend};
use crate::health::Readiness;

pub(super) fn check(facts: &Facts) -> Vec<Fault> {
    let Some(server) = &facts.server else { return vec![] };
    let mut faults: Vec<Fault> = complaint(server).into_iter().collect();
    match &server.running {
        None if server.is_unseen() => faults.push(unseen()),
        None => faults.extend(not_running(server)),
        Some(running) => {
            faults.extend(other_flags(facts, running));
            faults.extend(not_ready(server));
        }
    }
    if !server.kubelet {
        faults.push(
            Fault::warning("kubelet-not-running", "no kubelet can be seen running")
                .why(
                    "nothing happens when the manifest changes, and nobody restarts the API server",
                )
                .mend(Mend::Run("systemctl start kubelet".to_owned())),
        );
    }
    faults
}

fn not_running(server: &Server) -> Option<Fault> {
    let diagnosis = server.last_words.as_deref().map(|words| (words, of_server(words)));
    let fault = match diagnosis {
        None if server.complaint.is_some() => return None,
        None => Fault::error("server-not-running", "the API server does not run, and left no log")
            .why("a pod that the kubelet refuses has no container and so no log")
            .mend(Mend::Run(
                "journalctl -u kubelet --since -5min | grep -iE 'manifest|apiserver'".to_owned(),
            )),
        Some((words, Diagnosis { cause, fix, .. })) => {
            Fault::error("server-not-running", "the API server does not run")
                .why(format!("{cause} Its last words: {words}"))
                .by_hand(fix)
        }
    };
    Some(fault)
}

/// Where nodes are containers or `/proc` is hidden, a server answers whose process is not ours to see.
fn unseen() -> Fault {
    Fault::info("server-unseen", "the API server answers, and its process cannot be seen from here")
        .why("whether it runs with these flags and writes this log was not looked at")
        .by_hand("run this as root, in the process namespace of the node")
}

fn not_ready(server: &Server) -> Option<Fault> {
    let what = match &server.readiness {
        Readiness::Ready | Readiness::Alive(_) => return None,
        Readiness::NotReady(status) => format!("the API server is not ready: it answers {status}"),
        Readiness::Unreachable(why) => format!("the API server runs and does not answer: {why}"),
    };
    let fault = Fault::error("server-not-ready", what)
        .why("clients are turned away; no change of auditing can be proven meanwhile")
        .mend(Mend::Run("kubectl get --raw '/readyz?verbose'".to_owned()));
    Some(fault)
}

fn other_flags(facts: &Facts, running: &Running) -> Option<Fault> {
    if running.unlike.is_empty() {
        return None;
    }
    let names: Vec<String> = running.unlike.iter().map(|name| format!("--{name}")).collect();
    let what = format!(
        "the API server runs with other audit flags than the manifest: {}",
        names.join(", ")
    );
    let fault = Fault::error("flags-not-running", what)
        .file(&facts.file.place)
        .why("the kubelet has not taken this manifest: it is stopped, refuses it, or runs another file")
        .mend(Mend::Run("journalctl -u kubelet --since -5min | grep -iE 'manifest|apiserver'".to_owned()));
    Some(fault)
}

fn complaint(server: &Server) -> Option<Fault> {
    let said = server.complaint.as_deref()?;
    let (cause, fix) = of_kubelet(said).map(|it| (it.cause, it.fix)).unwrap_or_default();
    let fault = Fault::error("kubelet-complains", "the kubelet does not run this pod")
        .why(format!("{cause} It says: {said}").trim_start().to_owned())
        .by_hand(fix);
    Some(fault)
}
