//! Findings as workflow commands, which GitHub shows beside the lines of a pull request.

use super::findings::FileFindings;
use audit_policy::finding::Finding;
use audit_policy::finding::Severity;

/// Returns one line for each finding.
#[must_use]
pub fn github(file: FileFindings<'_>) -> String {
    file.findings.iter().map(|finding| command(file.path, finding)).collect()
}

fn command(path: &str, finding: &Finding) -> String {
    let Finding { id, severity, place, message, help } = finding;
    let name = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let place = place.map(|place| format!(",line={},col={}", place.line, place.column));
    let help = help.as_deref().map(|help| format!("\nHelp: {help}")).unwrap_or_default();
    format!(
        "::{name} file={}{},title={}::{}\n",
        property(path),
        place.unwrap_or_default(),
        property(id),
        data(&format!("{message}{help}"))
    )
}

/// A text before the second `::` (actions/toolkit: `escapeProperty`).
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A text after it (actions/toolkit: `escapeData`).
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;
    use audit_policy::finding::Place;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        let finding = Finding {
            id: "x",
            severity: Severity::Info,
            place: Some(Place { line: 2, column: 3 }),
            message: "100 %: a\nb".to_owned(),
            help: None,
        };
        let file = FileFindings { path: "a,b:c", text: "", findings: &[finding], ignored: 0 };
        let line = "::notice file=a%2Cb%3Ac,line=2,col=3,title=x::100 %25: a%0Ab\n";
        assert_eq!(github(file), line);
    }
}
