//! What two policies decide differently, for a terminal: it reads like a diff.

use unicode_width::UnicodeWidthStr as _;

use super::class::{ClassLine, rows};
use super::paint::{Tone, paint};
use audit_policy::analysis::DecisionChange;
use audit_policy::api::Level;
use audit_policy::policy::AcceptedPolicy;
use audit_policy::policy::Decision;

/// A policy and what the reader calls it.
#[derive(Clone, Copy)]
pub struct ComparedPolicy<'a> {
    /// What the reader calls it.
    pub name: &'a str,
    /// The policy.
    pub accepted: &'a AcceptedPolicy,
}

/// Wider than a terminal of 80 columns, narrower than most of today's.
const WIDTH: usize = 100;
/// Width of the column with the names of rows, blanks included.
const NAMES: usize = 14;

/// Returns the classes of requests, each below what both policies say to it. Classes that the same
/// two rules decide stand together. Rules are counted from 1, as people count.
///
/// `ask` turns an example into the command line that explains it, if there is one.
#[must_use]
pub fn comparison(
    sides: [ComparedPolicy<'_>; 2],
    changes: &[DecisionChange],
    ask: impl Fn(&DecisionChange) -> Option<String>,
) -> String {
    let [old, new] = sides;
    let mut text = format!(
        "{}\n{}\n",
        paint(Tone::Strong, format!("--- {}", old.name)),
        paint(Tone::Strong, format!("+++ {}", new.name))
    );
    let mut last = None;
    for change in changes {
        let said = (&change.before, &change.after);
        text.push('\n');
        if last.replace(said) != Some(said) {
            text.push_str(&decisions(sides, change));
        }
        rows(&change.requests).iter().for_each(|row| text.push_str(&lines(row)));
        let example = ask(change).unwrap_or_else(|| change.example.to_string());
        text.push_str(&format!("{}{example}\n", name("example")));
    }
    text
}

/// What both say, one below the other, with the rules by which they say it to the example.
fn decisions(sides: [ComparedPolicy<'_>; 2], change: &DecisionChange) -> String {
    let [old, new] = sides;
    let [before, after] = [[&change.before, &change.after], [&change.after, &change.before]]
        .map(|[decision, other]| said(decision, other));
    let width = before.width().max(after.width());
    let line = |tone, sign, said: &str, rule: String| {
        let said = format!("{sign} {said:<width$}");
        format!("{}  {}\n", paint(tone, said), paint(Tone::Faint, rule))
    };
    line(Tone::Bad, '-', &before, decided(old, &change.before))
        + &line(Tone::Good, '+', &after, decided(new, &change.after))
}

/// `Request, no RequestReceived, no managed fields`. At the level None all else makes no difference,
/// and is said only if there is no other one.
fn said(decision: &Decision, other: &Decision) -> String {
    let Decision { level, omit_stages, omit_managed_fields, .. } = decision;
    let mut said = level.to_string();
    if *level == Level::None && other.level != Level::None {
        return said;
    }
    omit_stages.iter().for_each(|stage| said.push_str(&format!(", no {stage}")));
    if *omit_managed_fields {
        said.push_str(", no managed fields");
    }
    said
}

fn decided(side: ComparedPolicy<'_>, decision: &Decision) -> String {
    let Some(rule) = decision.rule else { return "no rule matches".to_owned() };
    let line = side.accepted.rule_places().get(rule).map_or(0, |place| place.line);
    format!("rule {}, line {line}", rule + 1)
}

/// A row, its values below each other, each broken into lines at its commas.
fn lines(row: &ClassLine) -> String {
    let mut text = String::new();
    let mut head = name(row.name);
    for value in &row.values {
        for line in wrapped(value) {
            text.push_str(&format!("{head}{line}\n"));
            head = " ".repeat(NAMES);
        }
    }
    text
}

fn name(name: &str) -> String {
    paint(Tone::Faint, format!("  {name:<width$}", width = NAMES - 2))
}

/// Breaks a text at its commas into lines, unless there is none.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for part in text.split_inclusive(", ") {
        match lines.last_mut() {
            Some(line) if NAMES + line.width() + part.trim_end().width() <= WIDTH => {
                line.push_str(part);
            }
            _ => lines.push(part.to_owned()),
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}
