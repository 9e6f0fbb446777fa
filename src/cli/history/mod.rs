//! `history`: what was changed, one change in full, and the way back to one.

mod list;
mod restore;
mod show;

use clap::{Args, Subcommand};

use super::environment::Environment;
use super::node::{Format, NodeArgs};
use super::{Exit, Failure, ui::Ui};

/// List what was changed on this node
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct HistoryArgs {
    #[command(subcommand)]
    command: Option<HistoryCommand>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    node: NodeArgs,
    /// Format of the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    output: Format,
}

#[derive(Debug, Subcommand)]
enum HistoryCommand {
    /// Show one change: who, when, which files, and what changed in them
    Show {
        /// The id, or the beginning of it
        id: String,
        #[command(flatten)]
        node: NodeArgs,
    },
    Restore(Box<restore::RestoreArgs>),
}

/// Lists the entries, newest first, shows one, or goes back to one.
pub(super) fn run(
    args: &HistoryArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    match &args.command {
        None => {
            let node = args.list.node.node(ui.stop(), false)?;
            list::run(&node, args.list.output, environment, ui)
        }
        Some(HistoryCommand::Show { id, node }) => {
            show::run(&node.node(ui.stop(), false)?, id, environment, ui)
        }
        Some(HistoryCommand::Restore(args)) => restore::run(args, environment, ui),
    }
}
