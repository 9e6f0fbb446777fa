//! What can be seen of an API server that does not answer, from the facts that doctor has.

use std::path::Path;
use std::time::Duration;

use super::node::Node;
use super::observe::{Observer, Progress};
use crate::doctor::{self, Facts, NodeFinding, OutageCause};
use crate::health::Readiness;
use audit_policy::finding::Severity;

/// What was found.
pub struct Evidence {
    /// Everything that was read.
    pub facts: Facts,
    /// Everything that is wrong.
    pub faults: Vec<NodeFinding>,
    /// Why the server is down.
    pub cause: Option<OutageCause>,
}

/// Faults of the files that auditing needs: with other content of them the server may come back.
const FILES: [&str; 7] = [
    "policy-missing",
    "policy-denied",
    "policy-rejected",
    "webhook-missing",
    "webhook-empty",
    "host-path-missing",
    "host-path-wrong-kind",
];

/// How long a server that has just ended may take until its log says why: it is started again soon.
const FIRST_WORDS: Duration = Duration::from_secs(10);
/// Time between two looks.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

impl Evidence {
    /// Looks at a node, and again for a while where a server is down and nothing says why yet.
    #[must_use]
    pub fn look(node: &Node, path: &Path, observer: &mut dyn Observer) -> Self {
        let host = node.host.as_ref();
        let end = host.uptime() + FIRST_WORDS;
        loop {
            let found = Self::of(node.facts(path, &|| None, &|| None));
            let reported = found.cause.is_some() || !found.kubelet_runs();
            if reported || !found.facts.is_down() || host.uptime() >= end || host.interrupted() {
                observer.progress(&Progress::Over);
                return found;
            }
            observer.progress(&Progress::LastWords);
            host.pause(POLL_INTERVAL);
        }
    }

    fn of(facts: Facts) -> Self {
        let faults = doctor::check(&facts);
        let cause = OutageCause::of(&facts, &faults);
        Self { facts, faults, cause }
    }

    /// Returns whether a kubelet runs, or nothing that runs was looked at.
    #[must_use]
    pub fn kubelet_runs(&self) -> bool {
        self.facts.server.as_ref().is_none_or(|server| server.kubelet)
    }

    /// Returns what keeps the server from starting: now, or where it is up at its next start.
    #[must_use]
    pub fn trouble(&self) -> Option<OutageCause> {
        OutageCause::of_trouble(&self.facts, &self.faults)
    }

    /// Returns the fault of another file that the kubelet may run in the place of the manifest.
    #[must_use]
    pub fn other_manifest(&self) -> Option<&NodeFinding> {
        let is_stray =
            |it: &&NodeFinding| it.id == "stray-manifest" && it.severity == Severity::Error;
        self.faults.iter().find(is_stray)
    }

    /// Returns how the server answers, if it does and nothing keeps it from doing so after its next
    /// start: then there is nothing to rescue.
    #[must_use]
    pub fn healthy(&self) -> Option<String> {
        let server = self.facts.server.as_ref()?;
        let answers = match server.readiness {
            Readiness::Ready => "is ready".to_owned(),
            Readiness::Alive(status) => format!("answers {status}, as one that is up"),
            Readiness::NotReady(_) | Readiness::Unreachable(_) => return None,
        };
        let is_sound = self.trouble().is_none() && self.other_manifest().is_none();
        is_sound.then(|| format!("The API server at {} {answers}", server.address))
    }

    /// Returns whether the server of a running node is down, and none of the files that auditing needs
    /// is at fault: then only another manifest brings it back.
    #[must_use]
    pub fn needs_the_manifest(&self) -> bool {
        let of_a_file = |it: &NodeFinding| it.severity == Severity::Error && FILES.contains(&it.id);
        self.facts.live && self.facts.is_down() && !self.faults.iter().any(of_a_file)
    }
}
