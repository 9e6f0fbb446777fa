//! `init TEMPLATE --into FILE`: the rules of a template in a policy that is there already.

use std::path::Path;

use super::super::environment::Environment;
use super::super::{Exit, Failure, change, policy_file, ui::Ui};
use crate::host::{Local, replace};
use crate::owner::Owner;
use crate::plan::PathState;
use crate::shell;
use crate::template;
use crate::template::IntoError;
use crate::template::MergedPolicy;
use crate::view::diff;

/// The template to add, as it was asked for.
pub(super) struct TemplateChoice<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Its text with the parameters filled in.
    pub(super) text: &'a str,
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MergeMode {
    /// Show what would change and write nothing.
    Show,
    /// Ask before writing.
    Ask,
    /// Write without asking.
    Write,
}

/// The file as it was read.
struct PolicyInput {
    text: String,
    mode: u32,
    owner: Owner,
}

/// Shows what would be added, asks, and writes the file in one step. Returns whether it was written.
pub(super) fn run(
    wanted: &TemplateChoice<'_>,
    path: &Path,
    go: MergeMode,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<(Exit, bool), Failure> {
    let name = wanted.name;
    let file = read(path)?;
    let merged = template::into(&file.text, wanted.text)
        .map_err(|error| refused(&error, wanted, path, environment))?;
    let shown = path.display();
    if merged.added.is_empty() {
        ui.say(&format!("{shown} needs no rule of the policy {name}: nothing to do."));
        overruled(&merged, ui);
        return Ok((Exit::Done, false));
    }
    let diff = diff::policy(path, file.text.as_bytes(), merged.text.as_bytes());
    if go == MergeMode::Show {
        ui.result(&diff);
    } else {
        ui.say(&diff);
    }
    notes(&merged, ui);
    if go == MergeMode::Show {
        ui.say("Dry run. Nothing was changed.");
        return Ok((Exit::Done, false));
    }
    if go != MergeMode::Write {
        change::agreed(&format!("Write this to {shown}?"), &diff, ui)?;
    }
    if read(path)?.text != file.text {
        return Err(Failure::refused(format!("{shown} was changed meanwhile"))
            .next("Run the command again to see the new preview."));
    }
    let absolute = std::path::absolute(path)?;
    let here = Local::new(None);
    replace(&here, &absolute, merged.text.as_bytes(), file.mode, Some(file.owner))?;
    let count = counted(merged.added.len());
    ui.say(&format!("Added {count} of the policy {name} to {shown}."));
    Ok((Exit::Done, true))
}

fn read(path: &Path) -> Result<PolicyInput, Failure> {
    let shown = path.display();
    match policy_file::path_state(&Local::new(None), &std::path::absolute(path)?)? {
        PathState::File { bytes, mode, owner } => match String::from_utf8(bytes) {
            Ok(text) => Ok(PolicyInput { text, mode, owner }),
            Err(_) => Err(Failure::refused(format!("{shown} is not UTF-8")).never_overridden()),
        },
        PathState::Missing => Err(Failure::refused(format!("there is no file {shown}"))
            .next(format!("--out {}   writes a new one.", shell::word(path)))),
        _ => Err(Failure::refused(format!("{shown} is not a regular file"))
            .next("If it is a symbolic link, name the file it leads to.")
            .never_overridden()),
    }
}

fn refused(
    error: &IntoError,
    wanted: &TemplateChoice<'_>,
    path: &Path,
    environment: &Environment,
) -> Failure {
    let failure = Failure::refused(format!("{}: {error}", path.display()));
    let init = environment.command(&format!("init {}", wanted.name));
    let lint = environment.command(&format!("lint {}", shell::word(path)));
    match error {
        IntoError::NotAccepted { .. } => failure.next(lint),
        IntoError::NotBelowEachOther { steps } => {
            let failure = failure.next(format!("{init}   prints the template. By hand, put"));
            steps.iter().fold(failure, |failure, step| failure.next(format!("  {step}")))
        }
        IntoError::NotAsMeant | IntoError::Refused { .. } => {
            failure.next(format!("{init}   prints the rules, to be put there by hand."))
        }
    }
}

/// What the diff does not show.
fn notes(merged: &MergedPolicy, ui: &mut Ui) {
    let added: Vec<String> = merged.added.iter().map(|added| added.place.to_string()).collect();
    ui.say(&format!("{} added: {}.", counted(merged.added.len()), added.join(", ")));
    if merged.covered > 0 {
        let count = counted(merged.covered);
        ui.say(&format!("{count} not needed: the same is recorded already."));
    }
    overruled(merged, ui);
    for added in &merged.added {
        match added.reached {
            Some(true) => {}
            Some(false) => ui.warn(&format!("{} is never reached", added.place)),
            None => ui.warn(&format!(
                "not decided whether {} is ever reached: that would take too much work",
                added.place
            )),
        }
    }
    for outdone in &merged.outdone {
        ui.warn(&format!(
            "{outdone}, which was there, is never reached any more: the added rules take everything it \
             matches"
        ));
    }
    merged.differs.iter().for_each(|differs| ui.warn(differs));
}

/// Says which rules the policy keeps its own exceptions from.
fn overruled(merged: &MergedPolicy, ui: &mut Ui) {
    if merged.overruled.is_empty() {
        return;
    }
    let numbers: Vec<String> = merged.overruled.iter().map(ToString::to_string).collect();
    let what = if numbers.len() == 1 { "rule" } else { "rules" };
    ui.say(&format!(
        "Not added: {what} {} of the template. Exceptions that are there decide some of what it matches \
         in another way; the rest is recorded like that already.",
        numbers.join(", ")
    ));
}

fn counted(rules: usize) -> String {
    if rules == 1 { "1 rule".to_owned() } else { format!("{rules} rules") }
}
