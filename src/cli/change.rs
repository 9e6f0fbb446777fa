//! The road of every changing command: begin, preview, ask, carry out, report.

use super::environment::Environment;
use super::failure::NOTHING_CHANGED;
use super::kubeadm_config::{ConfigMapChange, not_persisted};
use super::node::{ChangeArgs, Format, Node, NodeArgs, NodePlace};
use super::observer::{observer, result_document};
use super::{Exit, Failure, ui::Ui};
use crate::health::RestartTimes;
use crate::journal::Operator;
use crate::operation::{ControlPlane, Ending, FollowUp, NodeChange, Outcome};
use crate::plan::{Operation, Plan};
use crate::view::preview::{PolicyFindings, preview, preview_json};

/// A plan and what the person has to know before it is carried out.
pub(super) struct ChangeProposal<'a> {
    /// The plan.
    pub(super) plan: &'a Plan,
    /// Things to know, one sentence each.
    pub(super) notes: Vec<String>,
    /// Likely mistakes in the new policy.
    pub(super) policy_findings: PolicyFindings,
    /// What to say when there is nothing to do.
    pub(super) nothing: &'a str,
    /// What follows once the files are in place.
    pub(super) then: FollowUp<'a>,
    /// The change of kubeadm-config that goes with it, once the node is as it should be.
    pub(super) config: Option<&'a ConfigMapChange<'a>>,
}

/// Begins every change of the audit settings: finds the node, ends what an earlier run left open, and
/// reads it.
pub(super) fn begin(
    node: &NodeArgs,
    change: &ChangeArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<ControlPlane, Failure> {
    let node = opened(node, change, environment, ui)?;
    ControlPlane::begin(node, change.writes(), &mut *observer(change.output, environment, ui))
}

/// Finds the node that a command changes.
pub(super) fn opened(
    node: &NodeArgs,
    change: &ChangeArgs,
    environment: &Environment,
    ui: &Ui,
) -> Result<Node, Failure> {
    if change.output != Format::Text && change.writes() && !change.yes {
        return Err(Failure::refused("with -o json or yaml there is nobody to ask")
            .next("To answer the question beforehand, add --yes.")
            .next("To see the preview only, add --dry-run."));
    }
    let node = node.node(ui.stop(), change.writes())?;
    node.can_change(environment, change.writes())?;
    Ok(node)
}

/// Shows the plan, asks, and carries it out.
pub(super) fn run(
    node: &Node,
    proposal: ChangeProposal<'_>,
    change: &ChangeArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Outcome, Failure> {
    let ChangeProposal { plan, notes, policy_findings, nothing, then, config } = proposal;
    let config = config.filter(|config| !config.is_empty());
    if change.output != Format::Text {
        let mut preview = preview_json(plan, &notes, &policy_findings);
        add_config(&mut preview, config);
        ui.result(&match change.writes() {
            true => change.output.one_of_several(&preview),
            false => change.output.document(&preview),
        });
    }
    if plan.is_empty() {
        ui.say(nothing);
        notes.iter().for_each(|note| ui.say(note));
    }
    if plan.is_empty() && config.is_none() {
        return Ok(Outcome::without_change(Ending::Nothing));
    }
    let who = Operator { user: environment.user.clone(), terminal: environment.terminal.clone() };
    let operation = NodeChange { node, plan, who: &who, then };
    if !plan.is_empty() {
        operation.refuse_the_unprovable()?;
    }
    let shown = shown(plan, &notes, &policy_findings, config);
    if change.output == Format::Text {
        if change.writes() { ui.say(&shown) } else { ui.long_result(&shown) }
    }
    if !change.writes() {
        ui.say(&format!("Dry run. {NOTHING_CHANGED}"));
        return Ok(Outcome::without_change(Ending::Previewed));
    }
    if !change.yes {
        agreed(&question(&operation), &shown, ui)?;
    }
    let outcome = match plan.is_empty() {
        true => Outcome::without_change(Ending::Applied),
        false => operation.run(&mut *observer(change.output, environment, ui))?,
    };
    persist(config, node, &outcome, environment, ui)?;
    Ok(outcome)
}

/// The preview of the files, if any changes, and of kubeadm-config.
fn shown(
    plan: &Plan,
    notes: &[String],
    policy_findings: &PolicyFindings,
    config: Option<&ConfigMapChange<'_>>,
) -> String {
    let files = if plan.is_empty() { String::new() } else { preview(plan, notes, policy_findings) };
    let config = config.map(|config| format!("\n{}", config.diff()));
    format!("{files}{}", config.unwrap_or_default())
}

/// Changes kubeadm-config after the node: an upgrade must never bring what the node has refused.
fn persist(
    config: Option<&ConfigMapChange<'_>>,
    node: &Node,
    outcome: &Outcome,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<(), Failure> {
    let Some(config) = config else { return Ok(()) };
    let again = environment.again_as_root();
    if outcome.result == Ending::Unverified {
        ui.warn(&format!("kubeadm-config was not changed, since nothing here has seen the API server come back. Later: {again}"));
        return Ok(());
    }
    match config.apply(node.host.as_ref(), environment) {
        Ok(()) => {
            ui.say(
                "persisted ConfigMap kube-system/kubeadm-config, for the next `kubeadm upgrade`",
            );
        }
        Err(failure) if outcome.change.is_none() => return Err(failure),
        Err(failure) => return Err(not_persisted(failure, outcome.change.clone(), again)),
    }
    Ok(())
}

/// Adds the change of kubeadm-config to a preview for programs.
fn add_config(preview: &mut serde_json::Value, config: Option<&ConfigMapChange<'_>>) {
    let Some(config) = config else { return };
    preview["changed"] = serde_json::Value::Bool(true);
    if let Some(changes) = preview["changes"].as_array_mut() {
        changes.push(config.json());
    }
}

/// Ends a command that changes something: a program gets its result, a person is shown what is not
/// known.
pub(super) fn end(
    command: &str,
    change: &ChangeArgs,
    result: Result<Outcome, Failure>,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    if change.output != Format::Text && change.writes() {
        let result = result_document(command, &result, environment);
        ui.result(&change.output.one_of_several(&result));
    }
    result.map(|outcome| outcome.exit())
}

/// Says what to do where nothing has seen the server come back.
pub(super) fn say_unverified(outcome: &Outcome, environment: &Environment, ui: &mut Ui) {
    if outcome.result != Ending::Unverified {
        return;
    }
    ui.warn("applied, but not verified: nothing here has seen the API server come back.");
    ui.say("Look for it:      crictl ps --name kube-apiserver; kubectl get --raw /readyz");
    ui.say(&format!("If it stays away: {}", environment.root_command("rescue")));
}

/// What is asked below a preview that may have left the screen: how much is changed, what restarts.
fn question(operation: &NodeChange<'_>) -> String {
    let NodeChange { node, plan, then, .. } = operation;
    let counted = |number: usize, what: &str| {
        format!("{number} {what}{}", if number == 1 { "" } else { "s" })
    };
    let (steps, files) = (plan.changes.len(), plan.files().count());
    let size = format!("{}, {}", counted(steps, "step"), counted(files, "file"));
    let restart = match then {
        FollowUp::Proof(verify) if node.place == NodePlace::Live => {
            let away = RestartTimes::of(verify.before).away().as_secs();
            plan.manifest_change().map(|_| format!("the API server is away for about {away} s"))
        }
        _ => None,
    };
    let asked = match plan.operation {
        Operation::Rescue => "Restore these files?",
        _ => "Apply this change?",
    };
    let restart = restart.map(|restart| format!("; {restart}")).unwrap_or_default();
    format!("{size}{restart}. {asked}")
}

/// Asks a person about what was `shown`.
pub(super) fn agreed(question: &str, shown: &str, ui: &mut Ui) -> Result<(), Failure> {
    if !ui.interactive {
        return Err(Failure::refused("there is no terminal to ask on")
            .next("To answer the question beforehand, add --yes.")
            .next("To see the preview only, add --dry-run."));
    }
    match ui.confirm(question, shown) {
        Some(true) => Ok(()),
        Some(false) => Err(Failure::cancelled()),
        None => Err(Failure::refused("interrupted")),
    }
}
