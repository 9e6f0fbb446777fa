//! The result of `lint` for people: the server's verdict first.

use super::linted::{LintedPolicy, is_warned};
use crate::view::findings::{FileFindings, counted, each};
use crate::view::paint::{Tone, paint};
use crate::view::snippet::{SourceLines, help, snippet};
use audit_policy::api::Version;
use audit_policy::finding::Severity;
use audit_policy::lint::Profile;
use audit_policy::policy::{Verdict, VersionRange};
use audit_policy::wrapped::WrappedPolicy;

/// Returns the verdicts, what was found, how much of it, and which profiles pass.
pub(super) fn text(judged: &LintedPolicy) -> String {
    let source = String::from_utf8_lossy(&judged.text);
    let shown = ShownPolicy::of(judged, &source);
    let report = &judged.report;
    let found = FileFindings {
        path: &shown.path,
        text: shown.source,
        findings: &report.findings,
        ignored: report.ignored,
    };
    let mut severities = vec![];
    let verdicts = shown.verdicts(&mut severities);
    severities.extend(report.findings.iter().map(|finding| finding.severity));
    let within = within(judged);
    format!("{within}{verdicts}{}{}{}", each(found), summary(judged, &severities), profiles(judged))
}

/// Where the policy is, if the file is something else.
fn within(judged: &LintedPolicy) -> String {
    let Some(WrappedPolicy { holder, place: (line, _), is_placed, .. }) = &judged.within else {
        return String::new();
    };
    let lines = if *is_placed { "" } else { "; lines are counted inside it" };
    format!("{}: the policy is in {holder}, from line {line}{lines}\n", judged.path)
}

/// How much there is of everything, and how much of it can be repaired.
fn summary(judged: &LintedPolicy, severities: &[Severity]) -> String {
    let mut parts = vec![counted(severities, judged.report.ignored)];
    let (plain, by_order) = (judged.fixable.plain, judged.fixable.by_order);
    match (plain, by_order) {
        (0, 0) => {}
        (0, more) => parts.push(format!("{more} fixable with --fix --reorder")),
        (plain, 0) => parts.push(format!("{plain} fixable with --fix")),
        (plain, more) => {
            parts.push(format!("{plain} fixable with --fix ({more} more with --fix --reorder)"));
        }
    }
    parts.retain(|part| !part.is_empty());
    match parts.is_empty() {
        true => String::new(),
        false => format!("{}: {}\n", judged.path, parts.join(", ")),
    }
}

/// What the profiles say that were asked for, and what they check.
fn profiles(judged: &LintedPolicy) -> String {
    let outcome = |profile: &Profile| match &judged.verdict.outcome {
        Err(_) => paint(Tone::Caution, "not checked"),
        Ok(accepted) if profile.passes(accepted, judged.version) => paint(Tone::Good, "passes"),
        Ok(_) => paint(Tone::Bad, "does not pass"),
    };
    let line = |profile: &Profile| {
        format!("{}: {} {profile} ({})\n", judged.path, outcome(profile), profile.about())
    };
    judged.profiles.iter().map(line).collect()
}

/// A judged policy and what is shown of its lines.
struct ShownPolicy<'a> {
    judged: &'a LintedPolicy,
    path: String,
    source: &'a str,
}

impl<'a> ShownPolicy<'a> {
    fn of(judged: &'a LintedPolicy, source: &'a str) -> Self {
        let path = match &judged.within {
            Some(WrappedPolicy { is_placed: false, holder, .. }) => {
                format!("{} ({holder})", judged.path)
            }
            _ => judged.path.clone(),
        };
        Self { judged, path, source }
    }

    /// Every warning, and each verdict once for all versions that share it.
    fn verdicts(&self, severities: &mut Vec<Severity>) -> String {
        let only = [VersionRange {
            from: self.judged.version,
            to: self.judged.version,
            verdict: self.judged.verdict.clone(),
        }];
        let ranges = match &self.judged.ranges[..] {
            [] => &only[..],
            ranges => ranges,
        };
        let error = |range: &VersionRange| range.verdict.refusal().map(|it| it.error.clone());
        let mut text = String::new();
        for alike in ranges.chunk_by(|one, two| error(one) == error(two)) {
            for VersionRange { from, to, verdict } in alike {
                text.push_str(&self.warning(verdict, *from, *to, severities));
            }
            if let [VersionRange { from, verdict, .. }, ..] = alike {
                let to = alike.last().map_or(*from, |range| range.to);
                text.push_str(&self.verdict(verdict, &versions(*from, to), severities));
            }
        }
        text
    }

    fn warning(
        &self,
        verdict: &Verdict,
        from: Version,
        to: Version,
        severities: &mut Vec<Severity>,
    ) -> String {
        let Some(warning) = &verdict.warning else { return String::new() };
        severities.push(Severity::Warning);
        let warns = if from == to { "warns" } else { "warn" };
        let message = format!("{} {warns}: {warning}", versions(from, to));
        let place = verdict.problems.iter().find(|it| is_warned(it)).map(|it| it.place);
        let lines = SourceLines::of(self.source);
        snippet(&self.path, &lines, Severity::Warning, None, place, &message)
    }

    fn verdict(&self, verdict: &Verdict, versions: &str, severities: &mut Vec<Severity>) -> String {
        let Some(refusal) = verdict.refusal() else {
            let good = paint(Tone::Good, "accepted");
            return format!("{}: {good} by {versions}\n", self.judged.path);
        };
        severities.push(Severity::Error);
        let message = format!("{versions} would not start with it: {refusal}");
        let place = self.judged.place_of_error(verdict);
        let lines = SourceLines::of(self.source);
        let mut text = snippet(&self.path, &lines, Severity::Error, None, place, &message);
        for advice in &self.judged.advice {
            text.push_str(&help(place, &advice.words));
        }
        text
    }
}

fn versions(from: Version, to: Version) -> String {
    if from == to { format!("an API server {from}") } else { format!("API servers {from} to {to}") }
}
