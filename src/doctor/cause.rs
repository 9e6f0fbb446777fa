//! Why the API server is down: the one answer that rescue, doctor and status give.

use std::path::Path;

use super::facts::{At, Facts, LastRun};
use super::{Fix, NodeFinding};
use crate::diagnosis::{self, Blame, Diagnosis};
use crate::manifest::Volume;
use audit_policy::finding::Severity;

/// Why the API server does not run, or is not ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutageCause {
    /// Whether it is auditing.
    pub blame: Blame,
    /// What happened, in one or two sentences.
    pub what: String,
    /// What to do about it, if that is known.
    pub fix: Option<Fix>,
}

impl OutageCause {
    /// Returns why the API server of a running node is down, as far as anything tells; `None` where
    /// it is up, where nothing that runs was looked at, or where nothing tells.
    ///
    /// What keeps the kubelet from running the manifest comes first: then no server was started that
    /// could say anything. What a server waits for that runs is newer than the last words of the one
    /// before it; both beat what the kubelet says, and all beat what is only likely from the files.
    #[must_use]
    pub fn of(facts: &Facts, faults: &[NodeFinding]) -> Option<Self> {
        let server = facts.server.as_ref().filter(|_| facts.is_down());
        if facts.server.is_some() && server.is_none() {
            return None;
        }
        let refused =
            || faults.iter().find(|it| MANIFEST.contains(&it.id)).and_then(Self::of_fault);
        let stopping = || faults.iter().find_map(Self::of_fault);
        let Some(server) = server else {
            // The manifest is gone, and nobody knows what to look for.
            return refused().filter(|_| facts.live);
        };
        let waits = server.waits_for.as_ref().map(|it| Self::of_diagnosis(it, facts));
        let last = server.last_run.as_ref().map(LastRun::diagnosis).filter(|it| it.id != "unknown");
        let complaint = server.complaint.as_deref().and_then(diagnosis::of_kubelet);
        let complaint = complaint.filter(|it| !is_over(it, facts));
        refused()
            .or(waits)
            .or_else(|| last.map(|it| Self::of_diagnosis(&it, facts)))
            .or_else(|| complaint.map(|it| Self::of_diagnosis(&it, facts)))
            .or_else(stopping)
            .or_else(|| (!server.kubelet).then(Self::no_kubelet))
    }

    /// Returns what keeps the server from running: now, or where it is up or nobody looked, at its next
    /// start. This is what there is to rescue.
    #[must_use]
    pub fn of_trouble(facts: &Facts, faults: &[NodeFinding]) -> Option<Self> {
        let unexplained = || {
            facts.is_down().then(|| Self {
                blame: Blame::Unknown,
                what: "The API server does not answer, and nothing on this node says why."
                    .to_owned(),
                fix: None,
            })
        };
        Self::of(facts, faults)
            .or_else(|| faults.iter().find_map(Self::of_fault))
            .or_else(unexplained)
    }

    /// Returns what a fault is to a server that it keeps from starting; `None` for any other fault.
    #[must_use]
    pub fn of_fault(fault: &NodeFinding) -> Option<Self> {
        let blame = fault.blame.filter(|_| fault.severity == Severity::Error)?;
        Some(Self { blame, what: format!("{}.", fault.what), fix: fault.fix.clone() })
    }

    fn of_diagnosis(diagnosis: &Diagnosis, facts: &Facts) -> Self {
        let Diagnosis { blame, cause, .. } = diagnosis;
        let fix = Some(Fix::ByHand(fix_here(diagnosis, facts)));
        Self { blame: *blame, what: cause.clone(), fix }
    }

    fn no_kubelet() -> Self {
        Self {
            blame: Blame::Other,
            what: "No kubelet runs, and nothing starts the API server without it.".to_owned(),
            fix: Some(Fix::Run("systemctl start kubelet".to_owned())),
        }
    }
}

/// Ids of faults under which the kubelet starts no server from the manifest.
const MANIFEST: [&str; 2] = ["manifest-missing", "manifest-refused"];

/// What to do on this node: with kubeadm's own commands only where kubeadm made it.
pub(super) fn fix_here(diagnosis: &Diagnosis, facts: &Facts) -> String {
    let kubeadm = diagnosis::fix_of_kubeadm(diagnosis.id).filter(|_| facts.is_kubeadms());
    match kubeadm {
        Some(more) => format!("{} {more}", diagnosis.fix),
        None => diagnosis.fix.clone(),
    }
}

/// Returns whether a complaint of the kubelet about a hostPath is over: what it missed is there.
pub(super) fn is_over(diagnosis: &Diagnosis, facts: &Facts) -> bool {
    let of_path = |(_, at): &&(Volume, At)| {
        diagnosis.path.as_deref().is_some_and(|path| at.node == Path::new(path))
    };
    let fits = |(volume, at): &(Volume, At)| match volume.host_path_type.as_deref() {
        Some("File" | "FileOrCreate") => at.is_file(),
        Some("Directory" | "DirectoryOrCreate") => at.is_directory(),
        _ => false,
    };
    let mut volumes = facts.volumes.iter().filter(of_path).peekable();
    diagnosis.id.starts_with("host-path-") && volumes.peek().is_some() && volumes.all(fits)
}
