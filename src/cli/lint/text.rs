//! The result of `lint` for people: the server's verdict first.

use super::{Judged, is_warned};
use crate::view::findings::{FileFindings, findings};
use crate::view::paint::{Tone, paint};
use crate::view::snippet::{Lines, snippet};
use audit_policy::api::Version;
use audit_policy::finding::Severity;
use audit_policy::lint::Profile;
use audit_policy::policy::Verdict;
use audit_policy::policy::VersionRange;

/// Returns the verdicts, what was found, and which profiles pass.
pub(super) fn text(judged: &Judged) -> String {
    let source = String::from_utf8_lossy(&judged.text);
    let report = &judged.report;
    let found = FileFindings {
        path: &judged.path,
        text: &source,
        findings: &report.findings,
        ignored: report.ignored,
    };
    format!("{}{}{}", verdicts(judged), findings(found), profiles(judged))
}

fn verdicts(judged: &Judged) -> String {
    match &judged.ranges[..] {
        [] => one_verdict(judged, &judged.verdict, judged.version, judged.version),
        ranges => ranges
            .iter()
            .map(|VersionRange { from, to, verdict }| one_verdict(judged, verdict, *from, *to))
            .collect(),
    }
}

fn one_verdict(judged: &Judged, verdict: &Verdict, from: Version, to: Version) -> String {
    if from == to {
        return verdict_text(judged, verdict, &format!("an API server {from}"), "warns");
    }
    verdict_text(judged, verdict, &format!("API servers {from} to {to}"), "warn")
}

/// What the profiles say that were asked for, and what they check.
fn profiles(judged: &Judged) -> String {
    let outcome = |profile: &Profile| match &judged.verdict.accepted {
        None => paint(Tone::Caution, "not checked"),
        Some(accepted) if profile.passes(accepted, judged.version) => paint(Tone::Good, "passes"),
        Some(_) => paint(Tone::Bad, "does not pass"),
    };
    let line = |profile: &Profile| {
        format!("{}: {} {profile} ({})\n", judged.path, outcome(profile), profile.about())
    };
    judged.profiles.iter().map(line).collect()
}

fn verdict_text(judged: &Judged, verdict: &Verdict, versions: &str, warns: &str) -> String {
    let source = String::from_utf8_lossy(&judged.text);
    let lines = Lines::of(&source);
    let mut text = String::new();
    if let Some(warning) = &verdict.warning {
        let message = format!("{versions} {warns}: {warning}");
        let place = verdict.problems.iter().find(|it| is_warned(it)).map(|it| it.place);
        text.push_str(&snippet(&judged.path, &lines, Severity::Warning, None, place, &message));
    }
    match &verdict.error {
        Some(error) => {
            let message = format!("{versions} would not start with it: {error}");
            let place = verdict.place;
            text.push_str(&snippet(&judged.path, &lines, Severity::Error, None, place, &message));
        }
        None => {
            let good = paint(Tone::Good, "accepted");
            text.push_str(&format!("{}: {good} by {versions}\n", judged.path));
        }
    }
    text
}
