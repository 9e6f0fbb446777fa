//! `status`: whether auditing is on here and works; `--all-nodes`: on every API server.

mod all;
mod json;
mod text;

use clap::Args;

use super::environment::Environment;
use super::kubectl::ClusterArgs;
use super::node::{Format, NodeArgs};
use super::{Exit, Failure, inspect, ui::Ui};
use crate::doctor::NodeStatus;

/// Show whether auditing is on here, and whether it works
///
/// Exits 0 when it is on and alive and would be so after the next start of the API server, 1 when it
/// is not. With --root and --sandbox nothing that runs is looked at.
#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    /// Show every API server of the cluster instead, asked through kubectl
    #[arg(long, conflicts_with_all = ["manifest", "root", "sandbox"])]
    all_nodes: bool,
    /// Format of the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    output: Format,
    #[command(flatten)]
    cluster: ClusterArgs,
    #[command(flatten)]
    node: NodeArgs,
}

/// Reads, sums up, shows.
pub(super) fn run(
    args: &StatusArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    if args.all_nodes {
        return all::run(&args.cluster, args.output, ui);
    }
    if args.cluster.is_given() {
        return Err(Failure::refused(
            "--context, --kubeconfig and --request-timeout are for --all-nodes",
        ));
    }
    let node = args.node.node(ui.stop(), false)?;
    let facts = inspect::facts(&node)?;
    let status = NodeStatus::of(&facts);
    match args.output {
        Format::Text => ui.long_result(&text::text(&status, &facts, &node, environment)),
        format => ui.result(&format.document(&json::json(&status, &facts))),
    }
    inspect::say_unseen(&facts, &node, environment, ui);
    Ok(if status.is_good() { Exit::Done } else { Exit::Findings })
}
