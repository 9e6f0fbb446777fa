//! `init --list`: the templates, what each records and costs, and which rule books it passes.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::template::Template;

/// Width of a terminal that nobody made wider.
const WIDTH: usize = 80;
/// Width of the column with the names.
const NAMES: usize = 11;

/// Returns the templates, one below the other: what each is, records and costs, which profiles it
/// passes, and what can be set in it.
pub(super) fn text() -> String {
    let mut text = String::new();
    for template in Template::ALL {
        let summary = template.summary();
        text.push_str(&entry(template.name, &summary.title));
        text.push_str(&entry("", &format!("Costs: {}", summary.costs)));
        text.push_str(&entry("", &format!("Passes: {}", passes(template))));
        text.push_str(&entry("", &format!("Source: {}", summary.source)));
        for parameter in template.parameters {
            let help = parameter.help;
            text.push_str(&entry("", &format!("--set {}=…: {help}.", parameter.name)));
        }
    }
    text
}

/// The profiles that a template passes, in words.
fn passes(template: &Template) -> String {
    let names: Vec<String> = template.passes().iter().map(ToString::to_string).collect();
    match names.as_slice() {
        [] => "none of the profiles of lint".to_owned(),
        names => format!("lint --profile {}", names.join(",")),
    }
}

/// Returns the same for programs.
pub(super) fn json() -> Value {
    let templates: Vec<Value> = Template::ALL.iter().map(of_template).collect();
    json!({"apiVersion": "kubectl-audit/v1", "kind": "TemplateList", "templates": templates})
}

fn of_template(template: &Template) -> Value {
    let summary = template.summary();
    let profiles: Vec<String> = template.passes().iter().map(ToString::to_string).collect();
    let parameters: Vec<Value> = template
        .parameters
        .iter()
        .map(|parameter| {
            json!({
                "name": parameter.name,
                "help": parameter.help,
                "default": template.default_of(parameter),
            })
        })
        .collect();
    json!({
        "name": template.name,
        "title": summary.title,
        "records": summary.records,
        "costs": summary.costs,
        "source": summary.source,
        "profiles": profiles,
        "parameters": parameters,
    })
}

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
