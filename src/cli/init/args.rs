//! What `init` is asked for.

use std::path::PathBuf;

use clap::Args;

use super::into::MergeMode;
use crate::cli::kubectl::ClusterArgs;
use crate::cli::node::Format;

/// Write an audit policy from a template
#[derive(Debug, Args)]
pub(in crate::cli) struct InitArgs {
    /// The template; --list shows them. Without it, on a terminal, you are asked
    pub(super) template: Option<String>,
    /// Take policy and settings from a file of another distribution: kubeadm, kops, Deckhouse, Talos,
    /// RKE2, k3s, Rancher, Gardener and others that export writes for
    #[arg(long, value_name = "FILE", conflicts_with_all = ["template", "list", "into", "set"])]
    pub(super) from: Option<PathBuf>,
    /// List the templates: what each records, what that costs, which profiles of lint it passes.
    /// With a TEMPLATE, all about that one
    #[arg(long, conflicts_with_all = ["out", "into", "set"])]
    pub(super) list: bool,
    /// Write to FILE instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Replace FILE if it is there
    #[arg(long, requires = "out")]
    pub(super) force: bool,
    /// Add the rules to the policy FILE, each before the first rule that would shadow it
    #[arg(long, value_name = "FILE", conflicts_with = "out")]
    pub(super) into: Option<PathBuf>,
    /// Set a parameter of the template; --list shows them. For namespaces @cluster stands for those
    /// of the system in the cluster, kube-* and d8-*, as kubectl lists them
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// Show what --into would change and write nothing at all
    #[arg(long, value_name = "client", num_args = 0..=1, require_equals = true, requires = "into",
          default_missing_value = "client", value_parser = ["client"])]
    pub(super) dry_run: Option<String>,
    /// Answer the question of --into with yes
    #[arg(short, long, requires = "into")]
    pub(super) yes: bool,
    /// Format of --list
    #[arg(short, long, value_enum, value_name = "FORMAT", requires = "list")]
    pub(super) output: Option<Format>,
    #[command(flatten)]
    pub(super) cluster: ClusterArgs,
}

impl InitArgs {
    pub(super) fn go(&self) -> MergeMode {
        match (&self.dry_run, self.yes) {
            (Some(_), _) => MergeMode::Show,
            (None, true) => MergeMode::Write,
            (None, false) => MergeMode::Ask,
        }
    }
}
