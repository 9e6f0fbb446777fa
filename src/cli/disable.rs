//! `disable`: turn auditing off.

use clap::Args;

use super::carry_out::{self, Proposal};
use super::environment::Environment;
use super::node::{ChangeArgs, NodeArgs};
use super::verify::VerifyArgs;
use super::{Exit, Failure, preflight, ui::Ui};
use crate::flags::name;
use crate::manifest::{Manifest, What};
use crate::plan::{self, Operation};
use crate::view::preview::Regrets;

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
}

/// Reads, plans, previews, asks and applies, in that order.
pub(super) fn run(
    args: &DisableArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    let (node, path) = carry_out::begin(&args.node, &args.change, environment, ui)?;
    let manifest = node.manifest(&path)?;
    let plan = plan::disable(Operation::Disable, &path, &manifest, What::All)
        .map_err(|refusal| node.refusal(&path, &refusal))?;
    let mut notes = what_stays(&manifest);
    if !plan.is_empty() {
        notes.extend(preflight::disable(&node, &manifest, &plan)?);
    }
    let nothing = "Auditing is off. Nothing to do.";
    let proposal = Proposal {
        plan,
        notes,
        regrets: Regrets::default(),
        nothing,
        takes_back: vec![],
        verify: args.verify.of(&manifest, None),
    };
    let ending = carry_out::run(&node, &proposal, &args.change, environment, ui)?;
    Ok(node.exit(ending, environment, ui))
}

/// What to say of the files that a server without auditing no longer uses.
pub(super) fn what_stays(manifest: &Manifest) -> Vec<String> {
    let paths = [name::POLICY_FILE, name::LOG_PATH].into_iter().filter_map(|flag| {
        let path = manifest.flag(flag)?;
        path.starts_with('/').then(|| format!("{path} stays where it is"))
    });
    paths.collect()
}
