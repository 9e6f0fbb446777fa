//! What is said of the audit settings that a manifest is to have: why they do not fit, and where things are.

use std::path::Path;

use super::change;
use super::environment::Environment;
use super::node::{Node, NodePlace};
use super::{Failure, ui::Ui};
use crate::flags::name;
use crate::flags::{Flag, FlagError};
use crate::manifest::Manifest;
use crate::operation::Outcome;
use crate::plan::{EnableError, Layout};
use crate::settings::POLICY_PATH;
use crate::shell;

/// Returns the failure for settings that the server would not start with, or that do not fit.
pub(super) fn refused(error: EnableError, node: &Node, path_of_manifest: &Path) -> Failure {
    let failure = Failure::refused(&error);
    match error {
        EnableError::Manifest(refusal) => node.refusal(path_of_manifest, &refusal),
        EnableError::Hidden {
            option: option @ ("--log-path" | "--webhook-config-file"), ..
        } => failure.next(format!("Choose another path with {option}.")),
        EnableError::Hidden { path, .. } if path != Path::new(POLICY_PATH) => {
            failure.next(format!(
                "To copy the policy to a place that can be shown: add --policy-path {POLICY_PATH}."
            ))
        }
        EnableError::Hidden { .. } => failure.next("Choose another path with --policy-path."),
        EnableError::Unreadable { path, uid } => {
            failure.next(format!("chown {uid} {}", shell::word(&node.outside(&path))))
        }
        EnableError::Occupied { .. } => {
            failure.next("Move away what is there, or choose another path.")
        }
        EnableError::Flag(FlagError::Unknown { name }) => {
            let failure = match Flag::nearest(&name) {
                Some(flag) => failure.next(format!(
                    "In {}, write --{} in place of --{name}.",
                    node.outside(path_of_manifest).display(),
                    flag.name
                )),
                None => failure,
            };
            failure.never_overridden()
        }
        EnableError::Unsound { .. } | EnableError::Flag(_) | EnableError::Values(_) => {
            failure.never_overridden()
        }
    }
}

/// Says what to look at and what to type next, if a change was made.
pub(super) fn report(
    node: &Node,
    layout: &Layout,
    outcome: &Outcome,
    environment: &Environment,
    ui: &mut Ui,
) {
    if outcome.change.is_some() {
        let at = |path: &Path| node.outside(path).display().to_string();
        ui.say(&format!("policy    {}", at(&layout.policy.node)));
        if let Some(log) = &layout.log {
            ui.say(&format!("log       {}", at(&log.node)));
        }
        // A server that is ready is rescued on demand only.
        let undo = if node.place == NodePlace::Live { "rescue --force" } else { "rescue" };
        ui.say(&format!("undo      {}", node.command(environment, undo)));
        ui.say(&format!("history   {}", node.command(environment, "history")));
    }
    change::say_unverified(outcome, environment, ui);
}

/// What to say of the files that a server without auditing no longer uses.
pub(super) fn what_stays(manifest: &Manifest) -> Vec<String> {
    let paths = [name::POLICY_FILE, name::LOG_PATH].into_iter().filter_map(|flag| {
        let path = manifest.flag(flag)?;
        path.starts_with('/').then(|| format!("{path} stays where it is"))
    });
    paths.collect()
}
