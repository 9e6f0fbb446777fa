//! The result of `lint` for people: the server's verdict first.

use super::{Judged, is_warned};
use crate::finding::Severity;
use crate::policy::{Verdict, VersionRange};
use crate::view::findings::{FileFindings, findings};
use crate::view::paint::{Tone, paint};
use crate::view::snippet::snippet;

/// Returns the verdicts and what was found.
pub(super) fn text(judged: &Judged) -> String {
    let source = String::from_utf8_lossy(&judged.text);
    let report = &judged.report;
    let found = FileFindings {
        path: &judged.path,
        text: &source,
        findings: &report.findings,
        ignored: report.ignored,
    };
    format!("{}{}", verdicts(judged), findings(found))
}

fn verdicts(judged: &Judged) -> String {
    if judged.ranges.len() < 2 {
        let versions = match judged.ranges.first() {
            Some(VersionRange { from, to, .. }) => format!("API servers {from} to {to}"),
            None => format!("an API server {}", judged.version),
        };
        return verdict_text(judged, &judged.verdict, &versions);
    }
    let mut text = String::new();
    for VersionRange { from, to, verdict } in &judged.ranges {
        let versions = if from == to {
            format!("an API server {from}")
        } else {
            format!("API servers {from} to {to}")
        };
        text.push_str(&verdict_text(judged, verdict, &versions));
    }
    text
}

fn verdict_text(judged: &Judged, verdict: &Verdict, versions: &str) -> String {
    let source = String::from_utf8_lossy(&judged.text);
    let mut text = String::new();
    if let Some(warning) = &verdict.warning {
        let message = format!("{versions} warn: {warning}");
        let place = verdict.problems.iter().find(|it| is_warned(it)).map(|it| it.place);
        text.push_str(&snippet(&judged.path, &source, Severity::Warning, None, place, &message));
    }
    match &verdict.error {
        Some(error) => {
            let message = format!("{versions} would not start with it: {error}");
            let place = verdict.place;
            text.push_str(&snippet(&judged.path, &source, Severity::Error, None, place, &message));
        }
        None => {
            let good = paint(Tone::Good, "accepted");
            text.push_str(&format!("{}: {good} by {versions}\n", judged.path));
        }
    }
    text
}
