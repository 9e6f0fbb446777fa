//! `history restore`: the audit settings of an earlier state, put into today's manifest.

use std::path::Path;

use clap::Args;

use crate::cli::change::{self, ChangeProposal};
use crate::cli::environment::Environment;
use crate::cli::kubeadm_config::Removal;
use crate::cli::kubectl::ClusterArgs;
use crate::cli::node::{ChangeArgs, Node, NodeArgs};
use crate::cli::policy_file::lint_of;
use crate::cli::policy_source::{self, CheckedPolicy, PolicyText};
use crate::cli::verify::VerifyArgs;
use crate::cli::{Exit, Failure, layout_report, policy_findings, ui::Ui};
use crate::journal::{Bodies, Entry, Journal, JournalError};
use crate::manifest::Manifest;
use crate::operation::{self, ControlPlane, HistoryState, Outcome, Preflight};
use crate::plan::{self, FileChange, Layout, NodeFiles, Restore};
use crate::view::diff;
use crate::view::preview::PolicyFindings;
use audit_policy::policy::AcceptedPolicy;

/// Restore the audit settings of an earlier change
///
/// Puts the audit parts of that state (flags, volumes, mounts) into today's manifest, and the policy
/// and the webhook configuration of that state in their places. What else was changed in the
/// manifest since stays. A change that turned auditing off is gone back to as well.
#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// The id of the change, or the beginning of it
    id: String,
    /// Put the manifest of that state back as a whole, byte for byte; refused without --force if
    /// that changes more than audit settings
    #[arg(long)]
    whole_file: bool,
    #[command(flatten)]
    verify: VerifyArgs,
    #[command(flatten)]
    change: ChangeArgs,
    #[command(flatten)]
    node: NodeArgs,
    #[command(flatten)]
    cluster: ClusterArgs,
}

/// Changes the node, and ends with the exit code for the caller.
pub(super) fn run(
    args: &RestoreArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    let result = restore(args, environment, ui);
    change::end("restore", &args.change, result, environment, ui)
}

/// Reads, plans, previews, asks, applies and reports, in that order.
fn restore(args: &RestoreArgs, environment: &Environment, ui: &mut Ui) -> Result<Outcome, Failure> {
    let control_plane = change::begin(&args.node, &args.change, environment, ui)?;
    let ControlPlane { node, path, manifest, .. } = &control_plane;
    let journal = Journal::open(node.host.as_ref())?;
    let entry = find(&journal, &args.id, path, node, environment)?;
    let state = HistoryState::read(node, &journal, entry, manifest)?;
    let restore = state.restore(path, manifest);
    let goal = args.goal(&restore, node)?;
    let auditing = SettingsAfter::of(&goal, &state, node, path, environment)?;
    let layout = auditing.layout.as_ref();
    let plan = restore
        .plan(&goal, layout, &auditing.node_files)
        .map_err(|error| layout_report::refused(error, node, path))?;
    let preflight = Preflight { control_plane: &control_plane, plan: &plan, after: &goal };
    let notes = match layout {
        _ if plan.is_empty() => vec![],
        Some(layout) => {
            [state.notes(), auditing.notes(), preflight.enable(layout, &state.webhook_files)?]
                .concat()
        }
        None => [state.notes(), layout_report::what_stays(manifest), preflight.disable()?].concat(),
    };
    let removal = Removal { is_asked: false, cluster: &args.cluster };
    let cluster = removal.cluster(node)?;
    let config = removal.plan(node, cluster.as_ref(), &plan::audit_args(&goal), ui)?;
    let proposal = ChangeProposal {
        policy_findings: auditing.policy_findings(&goal, environment),
        plan: &plan,
        notes,
        nothing: "The audit settings are those of that state already. Nothing to do.",
        then: args.verify.of(&control_plane, &goal, auditing.accepted()),
        config: config.as_ref(),
    };
    let outcome = change::run(node, proposal, &args.change, environment, ui)?;
    match layout {
        Some(layout) => layout_report::report(node, layout, &outcome, environment, ui),
        None => change::say_unverified(&outcome, environment, ui),
    }
    Ok(outcome)
}

impl RestoreArgs {
    /// Returns the manifest to restore.
    fn goal(&self, restore: &Restore<'_>, node: &Node) -> Result<Manifest, Failure> {
        let refused = |refusal| node.refusal(restore.manifest_path, &refusal);
        if !self.whole_file {
            return restore.parts().map_err(refused);
        }
        match restore.elsewhere() {
            Some(change) if !node.force => Err(more_differs(&change)),
            _ => Manifest::parse(restore.state.text().as_bytes()).map_err(refused),
        }
    }
}

fn more_differs(change: &FileChange) -> Failure {
    let shown = anstream::adapter::strip_str(&diff::file(change)).to_string();
    Failure::refused(format!(
        "that manifest differs from today's in more than audit settings:\n{}",
        shown.trim_end()
    ))
    .next("Without --whole-file the audit settings are restored, and the rest stays.")
    .overridden_by("--force")
}

/// Returns the entry that is asked for, if it is about this manifest.
fn find<'a>(
    journal: &'a Journal,
    id: &str,
    path: &Path,
    node: &Node,
    environment: &Environment,
) -> Result<&'a Entry, Failure> {
    let list = |failure: Failure| failure.next(node.command(environment, "history"));
    let entry = journal.find(id).map_err(|error| list(error.into()))?;
    if entry.bodies == Bodies::Pruned {
        let pruned = JournalError::Pruned { id: entry.id().to_owned() };
        return Err(list(Failure::from(pruned).never_overridden()));
    }
    let about = &entry.record.manifest;
    if about != path && !node.force {
        let (id, about, path) = (entry.id(), about.display(), path.display());
        return Err(Failure::refused(format!("change {id} is about {about}, not about {path}"))
            .next(format!("To restore it there, add --manifest {about}."))
            .overridden_by("--force"));
    }
    Ok(entry)
}

/// Returns the policy of a state as the text that a person calls by a name.
fn chosen(state: &HistoryState<'_>, node: &Node) -> Option<PolicyText> {
    let policy = state.policy()?;
    let outside = node.outside(policy.path);
    let (name, lint) = match policy.is_kept {
        true => (format!("the policy of change {}", state.id()), None),
        false => (outside.display().to_string(), Some(lint_of(&outside))),
    };
    Some(PolicyText { lint, ..PolicyText::new(policy.text.to_vec(), name) })
}

/// The auditing of the manifest to restore; empty where that has none.
struct SettingsAfter {
    layout: Option<Layout>,
    node_files: NodeFiles,
    policy: Option<(PolicyText, CheckedPolicy)>,
}

impl SettingsAfter {
    fn of(
        goal: &Manifest,
        state: &HistoryState<'_>,
        node: &Node,
        path: &Path,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let layout = Layout::of(goal).map_err(|error| layout_report::refused(error, node, path))?;
        let Some(layout) = layout else {
            return Ok(Self { layout: None, node_files: NodeFiles::default(), policy: None });
        };
        let policy = match chosen(state, node) {
            Some(chosen) => {
                let accepted = policy_source::accepted(&chosen, goal, environment)?;
                Some((chosen, accepted))
            }
            None => None,
        };
        let node_files = operation::look(node.host.as_ref(), &layout)?;
        Ok(Self { layout: Some(layout), node_files, policy })
    }

    fn accepted(&self) -> Option<&AcceptedPolicy> {
        self.policy.as_ref().map(|(_, policy)| &policy.accepted)
    }

    fn notes(&self) -> Vec<String> {
        self.policy.as_ref().map(|(_, policy)| policy.notes.clone()).unwrap_or_default()
    }

    fn policy_findings(&self, goal: &Manifest, environment: &Environment) -> PolicyFindings {
        self.policy.as_ref().map_or_else(PolicyFindings::default, |(chosen, policy)| {
            policy_findings::of(chosen, policy, goal, environment)
        })
    }
}
