//! `init` alone on a terminal: which template, with which values, where to.

use std::path::{Path, PathBuf};

use super::super::environment::Environment;
use super::super::prompt::Prompt;
use super::super::{Exit, Failure, replace, ui::Ui};
use super::args::InitArgs;
use super::cluster;
use super::written::report;
use crate::cli::template_choice::{pick, refused};
use crate::host::{Host as _, Local, make_parents};
use crate::node::{Kubelet, discover};
use crate::settings::POLICY_PATH;
use crate::shell;
use crate::template::CLUSTER;
use crate::template::Parameter;
use crate::template::ParameterType;
use crate::template::Template;

/// Where a policy goes that nobody will find by itself.
const HERE: &str = "./audit-policy.yaml";

/// Asks, shows the policy, and writes it. A user who ends a question without an answer ends it all.
pub(super) fn run(
    args: &InitArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    let ask = ui.ask();
    let interview = Interview { args, ask, environment };
    match interview.hold(ui)? {
        Some(exit) => Ok(exit),
        None => {
            ui.say("Stopped. Nothing was changed.");
            Ok(Exit::Refused)
        }
    }
}

struct Interview<'a> {
    args: &'a InitArgs,
    ask: Prompt,
    environment: &'a Environment,
}

impl Interview<'_> {
    /// `None` if a question was not answered.
    fn hold(&self, ui: &mut Ui) -> Result<Option<Exit>, Failure> {
        let Some(template) = pick(&self.ask) else { return Ok(None) };
        let Some(settings) = self.settings(template) else { return Ok(None) };
        let text = match cluster::looked_up(template, &settings, &self.args.cluster, ui) {
            Ok(settings) => template.render(&settings),
            Err(_) if ui.interrupted() => return Ok(None),
            Err(failure) => return Err(failure),
        };
        let text = text.map_err(|error| refused(&error, self.environment))?;
        let Some(path) = self.place()? else { return Ok(None) };
        let init = self.environment.command(&format!("init {}", template.name));
        // The first comment says what was just chosen; what it is about begins after it.
        let rules = text.find("\napiVersion:").map_or(text.as_str(), |at| &text[at + 1..]);
        self.ask.show(rules, &format!("`{init}` prints all of them"));
        if !self.agreed(&path)? {
            return Ok(None);
        }
        replace::write(&path, &text, self.args.force)?;
        report(template, &path, self.environment, ui);
        Ok(Some(Exit::Done))
    }

    /// The parameters as the person wants them, after those of the command line.
    fn settings(&self, template: &Template) -> Option<Vec<String>> {
        let mut settings = self.args.set.clone();
        if template.parameters.is_empty()
            || !self.ask.confirm("Change the parameters of this template?", false)?
        {
            return Some(settings);
        }
        for parameter in template.parameters {
            if let Some(value) = self.value(template, parameter)? {
                settings.push(format!("{}={value}", parameter.name));
            }
        }
        Some(settings)
    }

    /// The value of a parameter; `Some(None)` is the template's own, `None` is no answer.
    fn value(&self, template: &Template, parameter: &Parameter) -> Option<Option<String>> {
        let question = format!("{}:", parameter.name);
        self.ask.say(&format!("{}.", parameter.help));
        if let ParameterType::OneOf(words) = parameter.takes {
            let choices: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            let picked = self.ask.select(&question, &choices)?;
            return Some(choices.into_iter().nth(picked));
        }
        let own = template.default_of(parameter);
        let names = own.split(',').count();
        let mut choices =
            vec![format!("the {names} of the template: {own}"), "others, to type".to_owned()];
        if parameter.takes == ParameterType::Namespaces {
            choices.push("those of the system in the cluster, through kubectl".to_owned());
        }
        Some(match self.ask.select(&question, &choices)? {
            0 => None,
            1 => Some(self.valid(parameter, &own)?),
            _ => Some(CLUSTER.to_owned()),
        })
    }

    /// Asks until the answer is one that the parameter takes.
    fn valid(&self, parameter: &Parameter, own: &str) -> Option<String> {
        let mut line = own.to_owned();
        loop {
            line = self.ask.line(&format!("{}, comma-separated:", parameter.name), &line)?;
            match parameter.read(&line) {
                Ok(_) => return Some(line),
                Err(error) => self.ask.say(&error.to_string()),
            }
        }
    }

    /// Where to write: a path at which nothing is.
    fn place(&self) -> Result<Option<PathBuf>, Failure> {
        if let Some(out) = &self.args.out {
            return Ok(Some(out.clone()));
        }
        let here = Local::new(None);
        let mut line = self.proposal(&here)?;
        loop {
            let Some(typed) = self.ask.line("Write it to:", &line) else { return Ok(None) };
            let path = self.expanded(Path::new(typed.trim()));
            if typed.trim().is_empty() {
                continue;
            }
            if here.stat(&std::path::absolute(&path)?)?.is_none() {
                return Ok(Some(path));
            }
            let said = format!("{typed} is there already. To add to it: init TEMPLATE --into FILE");
            self.ask.say(&said);
            line = typed;
        }
    }

    /// A shell would put the home directory in the place of `~`.
    fn expanded(&self, path: &Path) -> PathBuf {
        match (path.strip_prefix("~"), &self.environment.home) {
            (Ok(rest), Some(home)) => home.join(rest),
            _ => path.to_owned(),
        }
    }

    /// On a control plane the place where `enable` looks, if this user can write there.
    fn proposal(&self, here: &Local) -> Result<String, Failure> {
        let is_control_plane = discover::manifest(here, &Kubelet::read(here), None).is_ok();
        let is_free = here.stat(Path::new(POLICY_PATH))?.is_none();
        let usual = self.environment.root && is_control_plane && is_free;
        Ok(if usual { POLICY_PATH } else { HERE }.to_owned())
    }

    /// Asks whether to write, and makes the directory for it where `enable` would.
    fn agreed(&self, path: &Path) -> Result<bool, Failure> {
        let here = Local::new(None);
        let parent = path.parent().unwrap_or(path);
        let makes = path == Path::new(POLICY_PATH) && here.stat(parent)?.is_none();
        let directory =
            if makes { format!(", and make {}", parent.display()) } else { String::new() };
        let question = format!("Write this to {}{directory}?", shell::word(path));
        if self.ask.confirm(&question, true) != Some(true) {
            return Ok(false);
        }
        if makes {
            make_parents(&here, path)?;
        }
        Ok(true)
    }
}
