//! What `export` is asked for.

use std::path::PathBuf;

use clap::Args;

use crate::cli::Failure;
use crate::cli::args;
use crate::cli::kubectl::ClusterArgs;
use crate::cli::node::{Format, NodeArgs};
use crate::cli::server_flags::ServerFlags;
use crate::export::{Choices, ExportTarget};
use audit_policy::api::Version;

/// Write the same settings the way a distribution or a log collector wants them
///
/// Takes a policy and flags as enable does, or the settings of this node's manifest (--root,
/// --manifest), and writes the files of TARGET with where each goes, the commands that apply them,
/// and what cannot be carried over. Nothing is changed.
#[derive(Debug, Args)]
pub(in crate::cli) struct ExportArgs {
    /// What to write for; --list shows all
    #[arg(required_unless_present = "list")]
    pub(super) target: Option<String>,
    /// List the targets, and the forms each comes in
    #[arg(long, conflicts_with = "target")]
    pub(super) list: bool,
    /// Take the policy from a template
    #[arg(long, value_name = "NAME", conflicts_with = "policy")]
    pub(super) template: Option<String>,
    /// Set a parameter of the template
    #[arg(long, value_name = "KEY=VALUE", requires = "template")]
    pub(super) set: Vec<String>,
    /// Take the policy from FILE
    #[arg(short = 'f', long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,
    /// Where the policy is on the node; where the distribution has it without this
    #[arg(long, visible_alias = "policy-file", value_name = "PATH")]
    pub(super) policy_path: Option<PathBuf>,
    /// Export FILE as the configuration of the audit webhook, a kubeconfig
    #[arg(long, value_name = "FILE")]
    pub(super) webhook_config: Option<PathBuf>,
    /// The version of Kubernetes to write for; the manifest's, else 1.37
    #[arg(long = "for", value_name = "VERSION", value_parser = args::version)]
    pub(super) version: Option<Version>,
    /// Which of several forms to write; --list shows them
    #[arg(long, value_name = "NAME")]
    pub(super) form: Option<String>,
    /// kubeadm: write files for patches.directory, which carry the annotation of enable, too
    #[arg(long, conflicts_with = "form")]
    pub(super) patches: bool,
    /// deckhouse: keep Deckhouse's basic rules before those of the policy
    #[arg(long, conflicts_with_all = ["form", "patches"])]
    pub(super) keep_basic: bool,
    /// image-digest-policy: write files that the API server reads itself, since 1.37
    #[arg(long = "static", conflicts_with_all = ["form", "patches", "keep_basic"])]
    pub(super) is_static: bool,
    /// The name of the cluster, in documents that have it
    #[arg(long, value_name = "NAME")]
    pub(super) cluster_name: Option<String>,
    /// The name of the control-plane node, in documents that have it
    #[arg(long, value_name = "NAME")]
    pub(super) node_name: Option<String>,
    /// Write the files to DIR instead of standard output
    #[arg(long, value_name = "DIR")]
    pub(super) output_dir: Option<PathBuf>,
    /// kubeadm: change ConfigMap kubeadm-config of the cluster, after its diff, instead of writing files
    #[arg(long, conflicts_with_all = ["output_dir", "form", "patches"])]
    pub(super) apply: bool,
    /// Show what --apply would change and write nothing at all
    #[arg(long, value_name = "client", num_args = 0..=1, require_equals = true, requires = "apply",
          default_missing_value = "client", value_parser = ["client"])]
    pub(super) dry_run: Option<String>,
    /// Answer the question of --apply with yes
    #[arg(short, long, requires = "apply")]
    pub(super) yes: bool,
    /// Format of the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(super) output: Format,
    #[command(flatten)]
    pub(super) flags: ServerFlags,
    #[command(flatten)]
    pub(super) node: NodeArgs,
    #[command(flatten)]
    pub(super) cluster: ClusterArgs,
}

impl ExportArgs {
    /// Returns what was chosen, if the target has it.
    pub(super) fn choices(&self, target: &ExportTarget) -> Result<Choices<'_>, Failure> {
        let flags = [
            (self.patches, "patches"),
            (self.keep_basic, "keep-basic"),
            (self.is_static, "static"),
        ];
        let by_flag = flags.into_iter().find(|(is_given, _)| *is_given).map(|(_, form)| form);
        let form = self.form.as_deref().or(by_flag);
        if let Some(name) = form.filter(|name| target.form(name).is_none()) {
            let names: Vec<&str> = target.forms.iter().map(|form| form.name).collect();
            let has = match names.as_slice() {
                [] => "it has one form only".to_owned(),
                names => format!("there are {}", names.join(", ")),
            };
            return Err(Failure::refused(format!("{} has no form `{name}`; {has}", target.name)));
        }
        Ok(Choices {
            form,
            version: self.version,
            cluster: self.cluster_name.as_deref(),
            node: self.node_name.as_deref(),
        })
    }
}
