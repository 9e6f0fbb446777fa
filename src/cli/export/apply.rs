//! `export kubeadm --apply`: kubeadm-config changed in the cluster, from wherever kubectl reaches it.

use super::super::change::agreed;
use super::super::environment::Environment;
use super::super::failure::NOTHING_CHANGED;
use super::super::kubeadm_config::{self, ConfigMapChange};
use super::super::{Exit, Failure, ui::Ui};
use super::args::ExportArgs;
use super::setup;
use crate::export::{self, ExportTarget};

/// Reads the ConfigMap, shows its diff, asks, and changes it.
pub(super) fn run(
    target: &ExportTarget,
    args: &ExportArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    if target.name != "kubeadm" {
        return Err(Failure::refused(format!(
            "--apply is for kubeadm alone, not for {}",
            target.name
        ))
        .next(environment.command(&format!("export {}", target.name))));
    }
    let setup = setup::of(args, environment, ui)?;
    let change = ConfigMapChange::plan(&args.cluster, &export::kubeadm_args(&setup), None)?;
    if change.is_empty() {
        ui.say("kubeadm-config has these settings already. Nothing to do.");
        return Ok(Exit::Done);
    }
    let shown = change.diff();
    if args.dry_run.is_some() {
        ui.result(&shown);
        ui.say(&format!("Dry run. {NOTHING_CHANGED}"));
        return Ok(Exit::Done);
    }
    ui.say(&shown);
    if !args.yes {
        agreed("Change kubeadm-config?", &shown, ui)?;
    }
    let former = kubeadm_config::keep_former(&change.change)?;
    change.patch()?;
    ui.say("changed   ConfigMap kube-system/kubeadm-config, for the next `kubeadm upgrade`");
    ui.say(&format!("former    {former}"));
    ui.say("The policy has to be on every control-plane node before that. Now, on each of them:");
    ui.say(&format!("  {}", environment.root_command("enable")));
    Ok(Exit::Done)
}
