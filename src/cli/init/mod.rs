//! `init`: a policy from a template.

mod cluster;
mod interview;
mod into;
mod list;

use std::path::{Path, PathBuf};

use clap::Args;

use super::environment::Environment;
use super::kubectl::ClusterArgs;
use super::node::Format;
use super::replace::replace;
use super::{Exit, Failure, ui::Ui};
use crate::host::{FileKind, Host, Local};
use crate::settings::POLICY_PATH;
use crate::shell;
use crate::template::Template;
use crate::template::TemplateError;
use into::{MergeMode, TemplateChoice};

/// Mode of a policy written for a person, who may want to commit it somewhere.
const MODE: u32 = 0o644;

/// Write an audit policy from a template
#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// The template; --list shows them. Without it, on a terminal, you are asked
    template: Option<String>,
    /// List the templates: what each records, what that costs, which profiles of lint it passes
    #[arg(long, conflicts_with_all = ["template", "out", "into", "set"])]
    list: bool,
    /// Write to FILE instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace FILE if it is there
    #[arg(long, requires = "out")]
    force: bool,
    /// Add the rules to the policy FILE, each before the first rule that would shadow it
    #[arg(long, value_name = "FILE", conflicts_with = "out")]
    into: Option<PathBuf>,
    /// Set a parameter of the template; --list shows them. For namespaces @cluster stands for those
    /// of the system in the cluster, kube-* and d8-*, as kubectl lists them
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Show what --into would change and write nothing at all
    #[arg(long, value_name = "client", num_args = 0..=1, require_equals = true, requires = "into",
          default_missing_value = "client", value_parser = ["client"])]
    dry_run: Option<String>,
    /// Answer the question of --into with yes
    #[arg(short, long, requires = "into")]
    yes: bool,
    /// Format of --list
    #[arg(short, long, value_enum, value_name = "FORMAT", requires = "list")]
    output: Option<Format>,
    #[command(flatten)]
    cluster: ClusterArgs,
}

/// Lists the templates, or prints, writes or adds one.
pub(super) fn run(
    args: &InitArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    if args.list {
        ui.result(&listed(args.output.unwrap_or_default()));
        return Ok(Exit::Done);
    }
    if args.template.is_none() && args.into.is_none() && ui.interactive {
        return interview::run(args, environment, ui);
    }
    let template = chosen(args.template.as_deref(), environment, ui)?;
    let settings = cluster::looked_up(template, &args.set, &args.cluster, ui)?;
    let text = template.render(&settings).map_err(|error| refused(&error, environment))?;
    if let Some(file) = &args.into {
        let wanted = TemplateChoice { name: template.name, text: &text };
        let (exit, written) = into::run(&wanted, file, args.go(), environment, ui)?;
        if written {
            ui.say(&next(file, environment));
        }
        return Ok(exit);
    }
    let Some(out) = &args.out else {
        ui.result(&text);
        return Ok(Exit::Done);
    };
    write(out, &text, args.force)?;
    report(template, out, environment, ui);
    Ok(Exit::Done)
}

fn listed(format: Format) -> String {
    match format {
        Format::Text => list::text(),
        Format::Json => format!("{:#}\n", list::json()),
    }
}

impl InitArgs {
    fn go(&self) -> MergeMode {
        match (&self.dry_run, self.yes) {
            (Some(_), _) => MergeMode::Show,
            (None, true) => MergeMode::Write,
            (None, false) => MergeMode::Ask,
        }
    }
}

/// Returns the template that was named, or lets the person pick one.
pub(super) fn chosen(
    name: Option<&str>,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<&'static Template, Failure> {
    if let Some(name) = name {
        return Template::find(name).map_err(|error| refused(&error, environment));
    }
    let picked = if ui.interactive { pick(ui) } else { None };
    picked.ok_or_else(|| {
        let names: Vec<_> = Template::ALL.iter().map(|template| template.name).collect();
        Failure::refused(format!("no template is named; there are {}", names.join(", ")))
            .next(format!("{}   shows what each records", environment.command("init --list")))
    })
}

/// Lets the person at the terminal pick a template.
pub(super) fn pick(ui: &mut Ui) -> Option<&'static Template> {
    interview::pick(&ui.ask())
}

/// Returns the failure for a template or a parameter that is not there or not like this.
pub(super) fn refused(error: &TemplateError, environment: &Environment) -> Failure {
    Failure::refused(error).next(environment.command("init --list"))
}

/// Writes a file for a person; an existing one only with `force`, and then in one step.
pub(super) fn write(out: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let here = Local::new(None);
    let path = std::path::absolute(out)?;
    match here.stat(&path)? {
        None => {}
        Some(stat) if stat.kind == FileKind::File && force => {}
        Some(stat) if stat.kind == FileKind::File => {
            return Err(Failure::refused(format!("{} is there already", out.display()))
                .overridden_by("--force"));
        }
        Some(_) => {
            return Err(Failure::refused(format!("{} is not a regular file", out.display()))
                .never_overridden());
        }
    }
    let parent = path.parent().unwrap_or(&path);
    if here.stat(parent)?.is_none() {
        return Err(Failure::refused(format!("there is no directory {}", parent.display()))
            .next(format!("mkdir -p {}", shell::word(parent))));
    }
    Ok(replace(&here, &path, text.as_bytes(), MODE, None)?)
}

/// Says what was written and what comes next.
fn report(template: &Template, out: &Path, environment: &Environment, ui: &mut Ui) {
    ui.say(&format!("Wrote the policy {} to {}.", template.name, out.display()));
    ui.say(&next(out, environment));
}

/// What to type next: where the policy is decides what flags `enable` needs.
fn next(out: &Path, environment: &Environment) -> String {
    let path = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
    let enable = if path == Path::new(POLICY_PATH) {
        "enable".to_owned()
    } else {
        format!("enable --policy {}", shell::word(out))
    };
    format!(
        "Next, on the control-plane node:\n  {}\n  {}",
        environment.command(&format!("lint {}", shell::word(out))),
        environment.root_command(&enable)
    )
}
