//! Exported files on the terminal, in a directory, and for programs.

use std::path::Path;

use serde_json::{Value, json};

use super::super::environment::Environment;
use super::super::node::Format;

use super::super::{Failure, ui::Ui};
use crate::export::{self, Export, ExportFile, ExportTarget};
use crate::host::{FileKind, Host as _, Local, replace};
use crate::shell;

/// Modes of files for a person, and of those with a credential.
const MODE: u32 = 0o644;
const SECRET_MODE: u32 = 0o600;

/// Prints the files; where they go and what to type is said beside the result.
pub(super) fn print(export: &Export, format: Format, environment: &Environment, ui: &mut Ui) {
    if format != Format::Text {
        ui.result(&format.document(&json(export)));
        return;
    }
    match export.files.as_slice() {
        [file] => ui.result(&file.text),
        files => ui.result(&files.iter().map(headed).collect::<Vec<_>>().join("---\n")),
    }
    say(export, None, environment, ui);
}

fn headed(file: &ExportFile) -> String {
    format!("# ==> {}\n{}", file.name, file.text)
}

/// Writes the files to a directory, which is made if it is missing.
pub(super) fn write(
    export: &Export,
    directory: &Path,
    force: bool,
    format: Format,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<(), Failure> {
    let here = Local::new(None);
    let directory = std::path::absolute(directory)?;
    match here.stat(&directory)? {
        None => here.make_directory(&directory, 0o755)?,
        Some(stat) if stat.kind == FileKind::Directory => {}
        Some(_) => {
            let shown = directory.display();
            return Err(Failure::refused(format!("{shown} is not a directory")).never_overridden());
        }
    }
    for file in &export.files {
        let path = directory.join(&file.name);
        if here.stat(&path)?.is_some() && !force {
            return Err(Failure::refused(format!("{} exists already", path.display()))
                .overridden_by("--force"));
        }
    }
    for file in &export.files {
        let mode = if file.is_secret { SECRET_MODE } else { MODE };
        replace(&here, &directory.join(&file.name), file.text.as_bytes(), mode, None)?;
    }
    match format {
        Format::Text => say(export, Some(&directory), environment, ui),
        format => ui.result(&format.document(&json(export))),
    }
    Ok(())
}

/// Says where each file goes, what to type, and what is not carried over.
fn say(export: &Export, directory: Option<&Path>, environment: &Environment, ui: &mut Ui) {
    let named = |file: &ExportFile| match directory {
        Some(directory) => directory.join(&file.name).display().to_string(),
        None => file.name.clone(),
    };
    let verb = if directory.is_some() { "wrote " } else { "" };
    for file in &export.files {
        ui.say(&format!("{verb}{}\n  goes {}", named(file), file.place));
    }
    if !export.steps.is_empty() {
        let place = directory.map(|directory| format!(", in {}", shell::word(directory)));
        ui.say(&format!("\nTo apply{}:", place.unwrap_or_default()));
        let ours = environment.command("");
        for step in &export.steps {
            ui.say(&format!("  {}", step.replace("kubectl audit ", &ours)));
        }
    }
    export.notes.iter().for_each(|note| ui.say(&format!("\nnote: {note}")));
}

fn json(export: &Export) -> Value {
    let file = |file: &ExportFile| json!({"name": file.name, "goes": file.place, "text": file.text, "secret": file.is_secret});
    json!({
        "apiVersion": "kubectl-audit/v1",
        "kind": "Export",
        "files": export.files.iter().map(file).collect::<Vec<_>>(),
        "steps": export.steps,
        "notes": export.notes,
    })
}

/// Returns the targets, one below the other, each with its forms.
pub(super) fn list(format: Format) -> String {
    if format != Format::Text {
        let targets: Vec<Value> = export::all().map(of_target).collect();
        return format.document(
            &json!({"apiVersion": "kubectl-audit/v1", "kind": "TargetList", "targets": targets}),
        );
    }
    let mut text = String::new();
    for target in export::all() {
        text.push_str(&format!("{:<20} {}\n", target.name, target.about));
        for form in target.forms {
            text.push_str(&format!("{:<20}   --form {:<10} {}\n", "", form.name, form.about));
        }
    }
    text
}

fn of_target(target: &ExportTarget) -> Value {
    let forms = target.forms.iter().map(|form| json!({"name": form.name, "about": form.about}));
    json!({"name": target.name, "about": target.about, "forms": forms.collect::<Vec<_>>()})
}
