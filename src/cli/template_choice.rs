//! Which template: the one that was named, or the one that a person picks.

use super::environment::Environment;
use super::prompt::Prompt;
use super::{Failure, ui::Ui};
use crate::template::{Template, TemplateError};

/// Lets the person pick a template.
pub(super) fn pick(ask: &Prompt) -> Option<&'static Template> {
    let choices: Vec<String> = Template::ALL
        .iter()
        .map(|template| format!("{:<10} {}", template.name, template.summary().title))
        .collect();
    Template::ALL.get(ask.select("Which policy?", &choices)?)
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
    let picked = if ui.interactive { pick(&ui.ask()) } else { None };
    picked.ok_or_else(|| {
        let names: Vec<_> = Template::ALL.iter().map(|template| template.name).collect();
        Failure::refused(format!("no template is named; there are {}", names.join(", ")))
            .next(format!("{}   shows what each records", environment.command("init --list")))
    })
}

/// Returns the failure for a template or a parameter that is not there or not like this.
pub(super) fn refused(error: &TemplateError, environment: &Environment) -> Failure {
    Failure::refused(error).next(environment.command("init --list"))
}
