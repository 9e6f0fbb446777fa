//! `disable`: turn auditing off.

use clap::Args;

use super::change::{self, ChangeProposal};
use super::environment::Environment;
use super::kubeadm_config::Removal;
use super::kubectl::ClusterArgs;
use super::node::{ChangeArgs, NodeArgs};
use super::verify::VerifyArgs;
use super::{Exit, Failure, layout_report, ui::Ui};
use crate::kubeadm::AuditArgs;
use crate::manifest::StripPart;
use crate::operation::{ControlPlane, Outcome, Preflight};
use crate::plan::{self, DisablePlan, Operation};
use crate::view::preview::PolicyFindings;

/// Turn auditing off
///
/// Takes the --audit-* flags out of the static pod manifest, and the volumes and mounts that served
/// only them. The policy and the logs stay where they are.
#[derive(Debug, Args)]
pub(super) struct DisableArgs {
    #[command(flatten)]
    verify: VerifyArgs,
    #[command(flatten)]
    change: ChangeArgs,
    #[command(flatten)]
    node: NodeArgs,
    /// Take the audit settings out of kubeadm-config in the cluster, too; done without this flag where
    /// enable --persist put them there
    #[arg(long)]
    persist: bool,
    #[command(flatten)]
    cluster: ClusterArgs,
}

/// Changes the node, and ends with the exit code for the caller.
pub(super) fn run(
    args: &DisableArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    let result = disable(args, environment, ui);
    change::end("disable", &args.change, result, environment, ui)
}

/// Reads, plans, previews, asks and applies, in that order.
fn disable(args: &DisableArgs, environment: &Environment, ui: &mut Ui) -> Result<Outcome, Failure> {
    let control_plane = change::begin(&args.node, &args.change, environment, ui)?;
    let ControlPlane { node, path, manifest, .. } = &control_plane;
    let DisablePlan { plan, after } =
        plan::disable(Operation::Disable, path, manifest, StripPart::All)
            .map_err(|refusal| node.refusal(path, &refusal))?;
    let mut notes = layout_report::what_stays(manifest);
    if !plan.is_empty() {
        let preflight = Preflight { control_plane: &control_plane, plan: &plan, after: &after };
        notes.extend(preflight.disable()?);
    }
    let removal = Removal { is_asked: args.persist, cluster: &args.cluster };
    let cluster = removal.cluster(node)?;
    let config = removal.plan(node, cluster.as_ref(), &AuditArgs::default(), ui)?;
    let proposal = ChangeProposal {
        plan: &plan,
        notes,
        policy_findings: PolicyFindings::default(),
        nothing: "Auditing is off. Nothing to do.",
        then: args.verify.of(&control_plane, &after, None),
        config: config.as_ref(),
    };
    let outcome = change::run(node, proposal, &args.change, environment, ui)?;
    change::say_unverified(&outcome, environment, ui);
    Ok(outcome)
}
