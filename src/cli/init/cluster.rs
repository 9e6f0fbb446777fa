//! `--set KEY=@cluster`: namespaces of the system as the cluster has them.

use super::super::kubectl::ClusterArgs;
use super::super::{Failure, ui::Ui};
use crate::template::CLUSTER;
use crate::template::ParameterType;
use crate::template::Template;

/// Prefixes of the namespaces that belong to the system: the one that Kubernetes keeps for itself,
/// and Deckhouse's.
const SYSTEM: [&str; 2] = ["kube-", "d8-"];

/// Returns the settings with every `=@cluster` looked up; the cluster is asked once, and only if
/// one is there.
pub(super) fn looked_up(
    template: &Template,
    settings: &[String],
    cluster: &ClusterArgs,
    ui: &mut Ui,
) -> Result<Vec<String>, Failure> {
    let mut found: Option<Vec<String>> = None;
    let mut filled = vec![];
    for setting in settings {
        let Some(key) = asked(template, setting) else {
            filled.push(setting.clone());
            continue;
        };
        let system = match found.take() {
            Some(system) => system,
            None => system(cluster, key, ui)?,
        };
        filled.push(format!("{key}={}", system.join(",")));
        found = Some(system);
    }
    Ok(filled)
}

/// The key of a setting that asks for the cluster's namespaces and can have them.
fn asked<'a>(template: &Template, setting: &'a str) -> Option<&'a str> {
    let (key, value) = setting.split_once('=')?;
    let takes = template.parameters.iter().find(|known| known.name == key)?.takes;
    (value == CLUSTER && takes == ParameterType::Namespaces).then_some(key)
}

/// The namespaces of the system, which are named, because the policy will not follow the cluster.
fn system(cluster: &ClusterArgs, key: &str, ui: &mut Ui) -> Result<Vec<String>, Failure> {
    let by_hand = format!("--set {key}=kube-system,…   names them without asking the cluster.");
    let all = cluster.namespaces().map_err(|failure| failure.next(by_hand.clone()))?;
    let count = all.len();
    let is_system = |name: &String| SYSTEM.iter().any(|prefix| name.starts_with(prefix));
    let system: Vec<String> = all.into_iter().filter(is_system).collect();
    if system.is_empty() {
        let what = format!("none of the {count} namespaces of the cluster is kube-* or d8-*");
        return Err(Failure::refused(what).next(by_hand));
    }
    ui.say(&format!(
        "{} of the {count} namespaces of the cluster are of the system (kube-*, d8-*): {}",
        system.len(),
        system.join(", ")
    ));
    Ok(system)
}
