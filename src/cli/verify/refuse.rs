//! What cannot be proven on this node, and is refused before anyone is asked and anything is written.

use super::{Verify, spoken};
use crate::auditing::Endpoint;
use crate::cli::failure::Failure;
use crate::cli::node::Node;
use crate::health::{self, RestartTimes, Server};
use crate::plan::Plan;

impl Verify<'_> {
    /// Refuses a change of the manifest whose proof cannot come.
    ///
    /// # Errors
    ///
    /// Each refusal says what overrides it.
    pub(in crate::cli) fn refuse_the_unprovable(
        &self,
        node: &Node,
        plan: &Plan,
    ) -> Result<(), Failure> {
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
        let times = RestartTimes::of(self.manifest);
        let patience = self.args.patience;
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
        let is_seen = || !Server::of(node.host.as_ref(), self.manifest).is_empty();
        if is_seen() || !health::readyz(Endpoint::of(self.manifest), &[]).lives() {
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
