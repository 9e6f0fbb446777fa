//! `enable`: turn auditing on, or change its settings.

use std::path::{Path, PathBuf};

use clap::Args;

use super::change::{self, ChangeProposal};
use super::environment::Environment;
use super::kubeadm_config::{self, ConfigMapChange};
use super::kubectl::ClusterArgs;
use super::node::{ChangeArgs, Node, NodeArgs, NodePlace};
use super::policy_source::{self, PolicyText};
use super::server_flags::ServerFlags;
use super::verify::VerifyArgs;
use super::{Exit, Failure, layout_report, policy_findings, ui::Ui};
use crate::auditing;
use crate::distribution::{self, Distribution};
use crate::health::FileRead;
use crate::manifest::Manifest;
use crate::node::evidence;
use crate::operation::{self, ControlPlane, Outcome, Preflight, webhook};
use crate::plan::{self, Enable, EnablePlan, Layout, MisplacedPolicy, PathState};
use crate::settings::{POLICY_PATH, Settings};

/// Turn auditing on, or change its settings
///
/// Adds the --audit-* flags, volumes and volume mounts to the static pod manifest of the API
/// server, after a preview, with the way back on disk before the first change. What is not given
/// comes from the manifest, then from the defaults: the policy /etc/kubernetes/audit/policy.yaml,
/// the log /var/log/kubernetes/audit/audit.log, 30 days, 10 files of 100 MB.
#[derive(Debug, Args)]
pub(super) struct EnableArgs {
    /// Take the policy from a template
    #[arg(long, value_name = "NAME", conflicts_with = "policy")]
    template: Option<String>,
    /// Set a parameter of the template
    #[arg(long, value_name = "KEY=VALUE", requires = "template")]
    set: Vec<String>,
    /// Take the policy from FILE; one below /etc/kubernetes on the node is used where it is
    #[arg(short = 'f', long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Where the policy is on the node
    #[arg(long, visible_alias = "policy-file", value_name = "PATH")]
    policy_path: Option<PathBuf>,
    /// Write FILE as the configuration of the audit webhook, a kubeconfig, to the path of
    /// --webhook-config-file
    #[arg(long, value_name = "FILE")]
    webhook_config: Option<PathBuf>,
    #[command(flatten)]
    flags: ServerFlags,
    #[command(flatten)]
    verify: VerifyArgs,
    #[command(flatten)]
    change: ChangeArgs,
    #[command(flatten)]
    node: NodeArgs,
    /// Change kubeadm-config in the cluster, too, so that `kubeadm upgrade` keeps auditing on
    #[arg(long)]
    persist: bool,
    #[command(flatten)]
    cluster: ClusterArgs,
}

/// Changes the node, and ends with the exit code for the caller.
pub(super) fn run(
    args: &EnableArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    let result = enable(args, environment, ui);
    change::end("enable", &args.change, result, environment, ui)
}

/// Reads, plans, previews, asks, applies and reports, in that order.
fn enable(args: &EnableArgs, environment: &Environment, ui: &mut Ui) -> Result<Outcome, Failure> {
    let control_plane = change::begin(&args.node, &args.change, environment, ui)?;
    let ControlPlane { node, path, manifest, .. } = &control_plane;
    let source = args.source(path.parent());
    let chosen = policy_source::choose(source, node, manifest, environment, ui)?;
    let webhook = webhook::read(args.webhook_config.as_deref(), node)?;
    let misplaced = misplaced(manifest, path);
    let settings = args.settings(&chosen, misplaced.is_some());
    let layout = Layout::new(manifest, &settings)
        .map_err(|error| layout_report::refused(error, node, path))?;
    let leaves = leaving(node, misplaced, &layout)?;
    let policy = policy_source::accepted(&chosen, manifest, environment)?;
    ui.detail(&format!("policy    {}, judged for {}", chosen.name, policy.version));
    let former = chosen.former(node, manifest)?;
    let webhook_files = webhook::files(webhook.as_ref(), &layout);
    let enabled = Enable {
        manifest_path: path,
        manifest,
        settings: &settings,
        layout: &layout,
        version: policy.version,
        policy: &policy.accepted,
        former_policy: former.as_deref(),
        policy_unread: policy_unread(node, manifest, &layout)?,
        webhook: webhook.as_ref().map(|webhook| webhook.text.as_slice()),
        webhook_files: &webhook_files,
        node_files: &operation::look(node.host.as_ref(), &layout)?,
        leaves,
    }
    .plan()
    .map_err(|error| layout_report::refused(error, node, path))?;
    let EnablePlan { plan, after, mut notes } = enabled;
    notes.splice(0..0, policy.notes.iter().cloned());
    if former.is_none() && chosen.edited_since(manifest).is_some() {
        notes.push(format!("{} was edited in place; its former text is not known", chosen.name));
    }
    if !plan.is_empty() {
        let preflight = Preflight { control_plane: &control_plane, plan: &plan, after: &after };
        notes.extend(preflight.enable(&layout, &webhook_files)?);
    }
    let cluster =
        args.persist.then(|| kubeadm_config::cluster_of(node, &args.cluster)).transpose()?;
    let config = cluster.as_ref().map(|cluster| {
        ConfigMapChange::plan(cluster, &plan::audit_args(&after), Some(node.host.as_ref()))
    });
    let config = config.transpose()?;
    if !plan.is_empty() && config.is_none() {
        notes.extend(upgrade_lines(&control_plane, &after)?);
    }
    let proposal = ChangeProposal {
        plan: &plan,
        notes,
        policy_findings: policy_findings::of(&chosen, &policy, &after, environment),
        nothing: "Auditing is on with these settings already. Nothing to do.",
        then: args.verify.of(&control_plane, &after, Some(&policy.accepted)),
        config: config.as_ref(),
    };
    let outcome = change::run(node, proposal, &args.change, environment, ui)?;
    layout_report::report(node, &layout, &outcome, environment, ui);
    Ok(outcome)
}

/// The lines of kubeadm's configuration that keep these settings over an upgrade, on a node of kubeadm.
fn upgrade_lines(
    control_plane: &ControlPlane,
    after: &Manifest,
) -> Result<Option<String>, Failure> {
    let ControlPlane { node, path, manifest, .. } = control_plane;
    let signs = evidence::read(node.host.as_ref(), Some((path, manifest.text().as_bytes())))?;
    let is_kubeadms =
        Distribution::detect(&signs).is_some_and(|it| it.distribution == &distribution::KUBEADM);
    let lines = plan::upgrade_lines(after).filter(|_| is_kubeadms);
    Ok(lines.map(|lines| {
        format!("add --persist to keep it over `kubeadm upgrade`, or write into kubeadm-config yourself:\n{lines}")
    }))
}

/// Returns whether a server runs here that is not known to have read its policy file as it is now:
/// it reads it once, when it starts.
fn policy_unread(node: &Node, manifest: &Manifest, layout: &Layout) -> Result<bool, Failure> {
    if node.place != NodePlace::Live {
        return Ok(false);
    }
    let host = node.host.as_ref();
    let written = host.stat(&layout.policy.node)?.map(|stat| stat.modified);
    Ok(FileRead::of(host, manifest, written) != FileRead::Current)
}

impl EnableArgs {
    fn source<'a>(&'a self, manifests: Option<&'a Path>) -> policy_source::PolicySource<'a> {
        policy_source::PolicySource {
            template: self.template.as_deref(),
            set: &self.set,
            file: self.policy.as_deref(),
            path: self.policy_path.as_deref(),
            manifests,
        }
    }

    /// A policy that is in use in the manifests directory moves to the usual place.
    fn settings(&self, chosen: &PolicyText, is_misplaced: bool) -> Settings {
        let usual = is_misplaced.then(|| PathBuf::from(POLICY_PATH));
        let path = self.policy_path.clone().or_else(|| chosen.in_place.clone());
        Settings {
            flags: self.flags.values.clone(),
            policy_path: path.or(usual),
            webhook: self.webhook_config.is_some(),
        }
    }
}

/// Returns the policy that the manifest names in its own directory, where the kubelet takes every
/// file for a pod.
fn misplaced(manifest: &Manifest, path: &Path) -> Option<PathBuf> {
    auditing::policy_path(manifest).filter(|own| own.parent() == path.parent())
}

/// Returns that policy if it is there and another one is in use from now on.
fn leaving(
    node: &Node,
    misplaced: Option<PathBuf>,
    layout: &Layout,
) -> Result<Option<MisplacedPolicy>, Failure> {
    let Some(path) = misplaced.filter(|path| *path != layout.policy.node) else {
        return Ok(None);
    };
    Ok(match operation::path_state(node.host.as_ref(), &path)? {
        PathState::File { bytes, .. } => Some(MisplacedPolicy { path, bytes }),
        _ => None,
    })
}
