//! What `rescue` is asked for.

use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::cli::node::{ChangeArgs, NodeArgs};
use crate::cli::verify::patience;

/// Bring back an API server that no longer starts
///
/// Undoes the last change made by this program: exactly if nobody touched the files since, else
/// only what was ours. Without a journal it takes every --audit-* flag out of the manifest, and the
/// volumes and mounts that served only them. Needs nothing but root and the file system.
#[derive(Debug, Args)]
pub(in crate::cli) struct RescueArgs {
    /// Ignore the journal and strip only these settings
    #[arg(long, value_enum, value_name = "PART")]
    pub(super) only: Option<RescuePart>,
    /// Stop a container of the API server that lingers, through crictl or docker
    #[arg(long)]
    pub(super) restart: bool,
    /// How long to wait until the API server is ready again
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = patience)]
    pub(super) patience: Duration,
    /// Do not wait for the API server
    #[arg(long)]
    pub(super) no_verify: bool,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
    #[command(flatten)]
    pub(super) node: NodeArgs,
}

/// A part of the audit settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RescuePart {
    /// The log backend
    Log,
    /// The webhook backend
    Webhook,
    /// The policy
    Policy,
}
