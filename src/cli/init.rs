//! `init`: a policy from a template.

use std::path::{Path, PathBuf};

use clap::Args;
use unicode_width::UnicodeWidthStr as _;

use super::environment::Environment;
use super::replace::replace;
use super::{Exit, Failure, ui::Ui};
use crate::host::{FileKind, Host, Local};
use crate::policy::template::{Template, TemplateError};
use crate::settings::POLICY_PATH;
use crate::shell;

/// Mode of a policy written for a person, who may want to commit it somewhere.
const MODE: u32 = 0o644;

/// Write an audit policy from a template
#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// The template; --list shows them
    template: Option<String>,
    /// List the templates: what each records, and what that costs
    #[arg(long, conflicts_with_all = ["template", "out", "set"])]
    list: bool,
    /// Write to FILE instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace FILE if it is there
    #[arg(long, requires = "out")]
    force: bool,
    /// Set a parameter of the template; --list shows them
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

/// Lists the templates, or prints or writes one.
pub(super) fn run(
    args: &InitArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    if args.list {
        ui.result(&list());
        return Ok(Exit::Done);
    }
    let template = chosen(args.template.as_deref(), environment, ui)?;
    let text = template.render(&args.set).map_err(|error| refused(&error, environment))?;
    let Some(out) = &args.out else {
        ui.result(&text);
        return Ok(Exit::Done);
    };
    write(out, &text, args.force)?;
    ui.say(&format!("Wrote the policy {} to {}.", template.name, out.display()));
    ui.say(&next(out, environment));
    Ok(Exit::Done)
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

/// Lets the person in front of the terminal pick a template.
pub(super) fn pick(ui: &mut Ui) -> Option<&'static Template> {
    let choices: Vec<String> = Template::ALL
        .iter()
        .map(|template| format!("{:<10} {}", template.name, template.summary().title))
        .collect();
    let number = ui.choose("Which policy?", &choices)?;
    Template::ALL.get(number)
}

/// Returns the failure for a template or a parameter that is not there or not like this.
pub(super) fn refused(error: &TemplateError, environment: &Environment) -> Failure {
    Failure::refused(error).next(environment.command("init --list"))
}

/// The templates, one below the other: what each is, records and costs, and what can be set in it.
fn list() -> String {
    let mut text = String::new();
    for template in Template::ALL {
        let summary = template.summary();
        text.push_str(&entry(template.name, &summary.title));
        text.push_str(&entry("", &format!("Costs: {}", summary.costs)));
        text.push_str(&entry("", &format!("Source: {}", summary.source)));
        for parameter in template.parameters {
            let help = parameter.help;
            text.push_str(&entry("", &format!("--set {}=…: {help}.", parameter.name)));
        }
    }
    text
}

/// Width of a terminal that nobody made wider.
const WIDTH: usize = 80;
/// Width of the column with the names.
const NAMES: usize = 11;

/// A name and a text beside it, broken into lines at blanks.
fn entry(name: &str, text: &str) -> String {
    let mut lines = vec![format!("{name:<NAMES$}")];
    for word in text.split_whitespace() {
        let last = lines.last().map_or(0, |line| line.width());
        let begins = last == NAMES;
        if last + word.width() >= WIDTH && !begins {
            lines.push(format!("{:<NAMES$}", ""));
        }
        if let Some(line) = lines.last_mut() {
            if line.width() > NAMES {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
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

/// What to type next: where the policy lies decides what `enable` has to be told.
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
