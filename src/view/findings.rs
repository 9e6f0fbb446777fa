//! Findings for a person: each with its line, a caret and what to do, and a count at the end.

use super::snippet::{self, SourceLines, snippet};
use audit_policy::finding::Finding;
use audit_policy::finding::Severity;

/// What was found in a file.
#[derive(Debug, Clone, Copy)]
pub struct FileFindings<'a> {
    /// What the reader calls the file.
    pub path: &'a str,
    /// What is in it.
    pub text: &'a str,
    /// The findings.
    pub findings: &'a [Finding],
    /// How many more a comment silences.
    pub ignored: usize,
}

/// Returns the findings one below the other, and how many there are; empty if there are none.
#[must_use]
pub fn findings(file: FileFindings<'_>) -> String {
    let FileFindings { path, findings, ignored, .. } = file;
    let mut shown = each(file);
    if !findings.is_empty() || ignored > 0 {
        shown.push_str(&format!("{path}: {}\n", count(findings, ignored)));
    }
    shown
}

/// Returns the findings one below the other, not counted.
#[must_use]
pub fn each(file: FileFindings<'_>) -> String {
    let lines = SourceLines::of(file.text);
    file.findings.iter().map(|finding| one(file.path, &lines, finding)).collect()
}

fn one(path: &str, lines: &SourceLines<'_>, finding: &Finding) -> String {
    let Finding { id, severity, place, message, help } = finding;
    let mut shown = snippet(path, lines, *severity, Some(id), *place, message);
    if let Some(words) = help {
        shown.push_str(&snippet::help(*place, words));
    }
    shown
}

/// Returns how many findings there are of each severity, in words.
pub(super) fn count(findings: &[Finding], ignored: usize) -> String {
    let severities: Vec<Severity> = findings.iter().map(|finding| finding.severity).collect();
    counted(&severities, ignored)
}

/// Returns how often each severity is there, in words, and how many more were ignored.
#[must_use]
pub fn counted(severities: &[Severity], ignored: usize) -> String {
    let of = |severity| severities.iter().filter(|it| **it == severity).count();
    let (errors, warnings, infos) =
        (of(Severity::Error), of(Severity::Warning), of(Severity::Info));
    let mut parts = vec![];
    if errors > 0 {
        parts.push(format!("{errors} error{}", plural(errors)));
    }
    if warnings > 0 {
        parts.push(format!("{warnings} warning{}", plural(warnings)));
    }
    if infos > 0 {
        parts.push(format!("{infos} info{}", plural(infos)));
    }
    if ignored > 0 {
        parts.push(format!("{ignored} ignored"));
    }
    parts.join(", ")
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use audit_policy::finding::Place;

    #[test]
    fn a_finding_ends_with_what_to_do_and_all_are_counted() {
        let finding = Finding {
            id: "no-tabs",
            severity: Severity::Warning,
            place: Some(Place { line: 1, column: 1 }),
            message: "a tab".to_owned(),
            help: Some("use blanks".to_owned()),
        };
        let findings = [finding.clone(), finding];
        let file = FileFindings { path: "p", text: "\tx\n", findings: &findings, ignored: 1 };
        let shown = anstream::adapter::strip_str(&super::findings(file)).to_string();
        let one = "warning[no-tabs]: a tab\n --> p:1:1\n  |\n1 | →x\n  | ^\n  = help: use blanks\n";
        assert_eq!(shown, format!("{one}{one}p: 2 warnings, 1 ignored\n"));
        let none = FileFindings { path: "p", text: "", findings: &[], ignored: 0 };
        assert_eq!(super::findings(none), "");
    }
}
