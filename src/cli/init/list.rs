//! `init --list`: the templates, what each records and costs, and which rule books it passes.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::template::Template;

/// Width of a terminal that nobody made wider.
const WIDTH: usize = 80;
/// Width of the column with the names.
const NAMES: usize = 11;

/// Blanks between two columns.
const GAP: usize = 2;
/// Narrower than this no column gets, whatever the terminal.
const NARROWEST: usize = 20;

/// Returns the templates as a table: what each records, what that costs, which profiles it passes.
/// Cells that are too long for `width` columns are broken into lines; without one none is.
pub(super) fn text(width: Option<usize>) -> String {
    let rows: Vec<[String; 4]> = Template::ALL.iter().map(row).collect();
    let header = ["NAME", "PROFILES", "COSTS", "RECORDS"].map(str::to_owned);
    let widths = widths(&rows, width);
    std::iter::once(&header).chain(&rows).map(|row| line(row, widths)).collect()
}

fn row(template: &Template) -> [String; 4] {
    let summary = template.summary();
    let profiles: Vec<String> = template.passes().iter().map(ToString::to_string).collect();
    let profiles = if profiles.is_empty() { "none".to_owned() } else { profiles.join(", ") };
    let costs = summary.costs.split(['.', ':']).next().unwrap_or_default().to_owned();
    [template.name.to_owned(), profiles, costs, summary.title]
}

/// The columns that are left for what a template costs and records are shared by both.
fn widths(rows: &[[String; 4]], width: Option<usize>) -> [usize; 4] {
    let widest = |at: usize| rows.iter().map(|row| row[at].width()).max().unwrap_or_default();
    let [name, profiles, costs, records] = [0, 1, 2, 3].map(widest);
    let profiles = profiles.max("PROFILES".width());
    let Some(width) = width else { return [name, profiles, costs, records] };
    let left = width.saturating_sub(name + profiles + 3 * GAP);
    if costs + records <= left {
        return [name, profiles, costs, records];
    }
    let costs = costs.min(left * 2 / 5).max(NARROWEST);
    [name, profiles, costs, left.saturating_sub(costs).max(NARROWEST)]
}

fn line(row: &[String; 4], widths: [usize; 4]) -> String {
    let cells: Vec<Vec<String>> =
        row.iter().zip(widths).map(|(cell, width)| broken(cell, width)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or_default();
    let mut text = String::new();
    for at in 0..height {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(widths) {
            let part = cell.get(at).map_or("", String::as_str);
            line.push_str(part);
            line.extend(std::iter::repeat_n(' ', (width + GAP).saturating_sub(part.width())));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Breaks a text at blanks into lines of so many columns; longer words stay whole.
fn broken(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last().map_or(0, |line| line.width());
        if last > 0 && last + 1 + word.width() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

/// Returns all there is to say about one template: what it is, records and costs, which profiles it
/// passes, and what can be set in it.
pub(super) fn one(template: &Template) -> String {
    let summary = template.summary();
    let mut text = field(template.name, &summary.title);
    text.push_str(&field("", &format!("Records: {}", summary.records)));
    text.push_str(&field("", &format!("Costs: {}", summary.costs)));
    text.push_str(&field("", &format!("Passes: {}", passes(template))));
    text.push_str(&field("", &format!("Source: {}", summary.source)));
    for parameter in template.parameters {
        let help = parameter.help;
        text.push_str(&field("", &format!("--set {}=…: {help}.", parameter.name)));
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

/// Returns the same for programs; with a template, of that one only.
pub(super) fn json(only: Option<&Template>) -> Value {
    let is_asked = |template: &&Template| only.is_none_or(|only| only.name == template.name);
    let templates: Vec<Value> = Template::ALL.iter().filter(is_asked).map(of_template).collect();
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
fn field(name: &str, text: &str) -> String {
    let lines = broken(text, WIDTH - NAMES);
    let names = std::iter::once(name).chain(std::iter::repeat(""));
    lines.iter().zip(names).map(|(line, name)| format!("{name:<NAMES$}{line}\n")).collect()
}
