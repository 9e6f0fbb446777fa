//! The result of `doctor` for people.

use super::report::DoctorReport;
use crate::doctor::{Control, Fix, NodeFinding};
use crate::view::findings::counted;
use crate::view::paint::{Tone, paint};
use audit_policy::finding::Severity;

/// Returns every fault, the worst first, a count, and the controls of the rule book.
pub(super) fn text(report: &DoctorReport<'_>) -> String {
    let mut text: String = report.faults.iter().map(|fault| one(report, fault)).collect();
    if !report.faults.is_empty() {
        let severities: Vec<Severity> = report.faults.iter().map(|it| it.severity).collect();
        text.push_str(&format!("{}\n", counted(&severities, 0)));
    }
    if let Some((book, controls)) = &report.book {
        let gap = if text.is_empty() { "" } else { "\n" };
        text.push_str(&format!("{gap}{}\n", paint(Tone::Strong, book.title())));
        text.extend(controls.iter().map(control));
    }
    text
}

fn one(report: &DoctorReport<'_>, fault: &NodeFinding) -> String {
    let tone = match fault.severity {
        Severity::Error => Tone::Bad,
        Severity::Warning => Tone::Caution,
        Severity::Info => Tone::Strong,
    };
    let head = paint(tone, format!("{}[{}]", fault.severity, fault.id));
    let mut text = format!("{head}: {}\n", paint(Tone::Strong, &fault.what));
    if let Some(file) = &fault.file {
        let place = fault.place.map(|place| format!(":{place}")).unwrap_or_default();
        text.push_str(&line("at", &format!("{}{place}", file.display())));
    }
    text.push_str(&line("why", &fault.why));
    if let Some(fix) = &fault.fix {
        let name = if matches!(fix, Fix::ByHand(_)) { "by hand" } else { "fix" };
        text.push_str(&line(name, &report.shown(fix)));
    }
    text.push('\n');
    text
}

fn line(name: &str, value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    format!("  {} {value}\n", paint(Tone::Faint, format!("{name:<7}")))
}

fn control(control: &Control) -> String {
    let Control { id, title, passes, evidence } = control;
    let outcome = match passes {
        true => paint(Tone::Good, "pass"),
        false => paint(Tone::Bad, "FAIL"),
    };
    format!("{outcome}  {id:<8}  {title} ({evidence})\n")
}
