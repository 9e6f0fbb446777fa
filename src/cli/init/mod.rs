//! `init`: a policy from a template.

mod args;
mod cluster;
mod from;
mod interview;
mod into;
mod list;
mod written;

use super::environment::Environment;
use super::node::Format;
use super::template_choice::{chosen, refused};
use super::{Exit, Failure, replace, ui::Ui};

pub(super) use args::InitArgs;
use into::TemplateChoice;
use written::{next, report};

/// Lists the templates, or prints, writes or adds one.
pub(super) fn run(
    args: &InitArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    if args.list {
        let template = args.template.as_deref();
        let template = template.map(|name| chosen(Some(name), environment, ui)).transpose()?;
        ui.result(&match (args.output.unwrap_or_default(), template) {
            (Format::Text, Some(template)) => list::one(template),
            (Format::Text, None) => list::text(ui.columns()),
            (format, template) => format.document(&list::json(template)),
        });
        return Ok(Exit::Done);
    }
    if let Some(file) = &args.from {
        return from::run(file, args.out.as_deref(), args.force, environment, ui);
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
    replace::write(out, &text, args.force)?;
    report(template, out, environment, ui);
    Ok(Exit::Done)
}
