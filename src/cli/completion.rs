//! `completion`: scripts that complete our commands in a shell.

use clap::{Args, Command};
use clap_complete::Shell;

use super::failure::{Exit, Failure};
use super::ui::Ui;

/// Print a completion script for a shell
///
/// Load it in bash with: source <(kubectl-audit completion bash)
#[derive(Debug, Args)]
pub(super) struct CompletionArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script for the whole program.
pub(super) fn run(
    args: &CompletionArgs,
    program: &mut Command,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, program, "kubectl-audit", &mut script);
    ui.result(&String::from_utf8_lossy(&script));
    Ok(Exit::Done)
}
