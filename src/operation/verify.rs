//! What is proven of a change, and what is refused because it cannot be.

use std::time::Duration;

use super::failure::Failure;
use super::node::Node;
use super::time::spoken;
use crate::auditing::Endpoint;
use crate::health::{self, RestartTimes, Server};
use crate::manifest::Manifest;
use crate::plan::Plan;
use audit_policy::policy::AcceptedPolicy;

/// What is proven of a change, and how long that may take.
#[derive(Clone, Copy)]
pub struct Verify<'a> {
    /// How it is watched.
    pub watch: Watch,
    /// The manifest as it is now.
    pub before: &'a Manifest,
    /// The manifest as it is to be; equal to the one before if the plan leaves it alone.
    pub after: &'a Manifest,
    /// The policy that will be in use, if one will.
    pub policy: Option<&'a AcceptedPolicy>,
    /// How often the kubelet lists its directory.
    pub recheck: Duration,
}

/// How a change of a running node is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watch {
    /// How long to wait until the server is healthy, before everything is restored.
    pub patience: Duration,
    /// The time in which a person has to confirm it, if one has to.
    pub confirm_within: Option<Duration>,
    /// Whether a process outside this one restores everything when this one dies.
    pub dead_man: bool,
}

impl Verify<'_> {
    /// Refuses a change of the manifest whose proof cannot come.
    ///
    /// # Errors
    ///
    /// Each refusal says what overrides it.
    pub(super) fn refuse_the_unprovable(&self, node: &Node, plan: &Plan) -> Result<(), Failure> {
        if plan.manifest_change().is_none() {
            return Ok(());
        }
        self.refuse_a_short_patience()?;
        if node.force {
            return Ok(());
        }
        refuse_a_stopped_kubelet(node)?;
        self.refuse_the_invisible(node)
    }

    /// A patience that no restart can meet would take a good change back, after an outage.
    fn refuse_a_short_patience(&self) -> Result<(), Failure> {
        let times = RestartTimes::of(self.before);
        let patience = self.watch.patience;
        if patience >= times.least_patience() {
            return Ok(());
        }
        Err(Failure::refused(format!(
            "a patience of {} is too short for this API server: the old one may take {} to stop \
             (terminationGracePeriodSeconds), and then the kubelet starts the new one, which has to \
             say for 10 s that it is ready",
            spoken(patience),
            spoken(times.grace)
        ))
        .next(format!(
            "Give at least --patience {}s. A restart that goes well takes up to {}.",
            times.least_patience().as_secs(),
            spoken(times.until_proven())
        ))
        .never_overridden())
    }

    /// What cannot be seen cannot be proven: a server that answers and whose process is hidden would
    /// look like one that never came up.
    fn refuse_the_invisible(&self, node: &Node) -> Result<(), Failure> {
        let is_seen = || !Server::of(node.host.as_ref(), self.before).is_empty();
        if is_seen() || !health::readyz(Endpoint::of(self.before), &[]).lives() {
            return Ok(());
        }
        Err(Failure::refused(
            "an API server answers, but no process here was started with this manifest's address and \
             port: it was started from another manifest, or processes of the node cannot be seen",
        )
        .next("In a container, give it the node's processes (hostPID: true).")
        .next("To apply it without proof, add --no-verify."))
    }
}

/// Without a kubelet nothing happens, and a proof that is waited for does not come.
fn refuse_a_stopped_kubelet(node: &Node) -> Result<(), Failure> {
    if health::kubelet_runs(node.host.as_ref()) {
        return Ok(());
    }
    Err(Failure::refused("no kubelet runs on this node: nobody would restart the API server")
        .next("systemctl start kubelet")
        .next("To change the files all the same, without proof, add --no-verify."))
}
