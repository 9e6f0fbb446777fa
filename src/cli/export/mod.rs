//! `export`: the same settings the way a distribution or a log collector wants them.

mod apply;
mod args;
mod setup;
mod show;

use super::environment::Environment;
use super::{Exit, Failure, ui::Ui};
use crate::export::{self, Choices, Export, ExportTarget, MANAGED, Write};
use audit_policy::did_you_mean;

pub(super) use args::ExportArgs;

/// Writes the files of one target, or lists the targets.
pub(super) fn run(
    args: &ExportArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    let Some(name) = &args.target else {
        ui.result(&show::list(args.output));
        return Ok(Exit::Done);
    };
    let target = target(name, environment)?;
    if args.apply {
        return apply::run(target, args, environment, ui);
    }
    let choices = args.choices(target)?;
    let export = written(target, args, &choices, environment, ui)?;
    match &args.output_dir {
        Some(directory) => {
            show::write(&export, directory, args.node.force, args.output, environment, ui)?;
        }
        None => show::print(&export, args.output, environment, ui),
    }
    Ok(Exit::Done)
}

fn written(
    target: &ExportTarget,
    args: &ExportArgs,
    choices: &Choices<'_>,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Export, Failure> {
    Ok(match target.write {
        Write::Settings(write) => {
            let setup = setup::of(args, environment, ui)?;
            export::settings(target, write, &setup, choices)
                .map_err(|error| Failure::refused(error).never_overridden())?
        }
        Write::Collection(write) => write(&setup::log_of(args, ui)?, choices),
        Write::Objects(write) => write(choices),
    })
}

/// Returns the target of that name; of a managed control plane, what can be done there.
fn target(name: &str, environment: &Environment) -> Result<&'static ExportTarget, Failure> {
    if let Some(target) = export::find(name) {
        return Ok(target);
    }
    if let Some(managed) = MANAGED.iter().find(|managed| managed.name == name) {
        let what = format!("{} takes no audit policy: the provider sets it", name.to_uppercase());
        let failure = Failure::refused(what);
        return Err(managed.instead.iter().fold(failure, |failure, line| failure.next(*line)));
    }
    let nearest = did_you_mean::nearest(name, export::all().map(|target| target.name));
    let meant = nearest.map_or(String::new(), |name| format!(", did you mean `{name}`?"));
    Err(Failure::refused(format!("there is no target `{name}`{meant}"))
        .next(environment.command("export --list")))
}
