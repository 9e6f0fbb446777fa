//! What came of expectations: for people, for programs, and for CI.

use serde_json::{Value, json};

use super::tested::{TestOutcome, TestedFile};
use crate::view::paint::{Tone, paint};
use audit_policy::expectations::Case;
use audit_policy::expectations::CheckResult;
use audit_policy::policy::AcceptedPolicy;

/// Each request that is not as expected, and a line for each file.
pub(super) fn text(tested: &[TestedFile]) -> String {
    tested.iter().map(file_text).collect()
}

fn file_text(tested: &TestedFile) -> String {
    let mut text = String::new();
    if let Some(warning) = &tested.warning {
        let head = paint(Tone::Caution, "warning:");
        let TestedFile { policy, version, .. } = tested;
        text.push_str(&format!(
            "{head} {policy}: API server {version} would log a warning: {warning}\n"
        ));
    }
    let fail = paint(Tone::Bad, "FAIL");
    let (accepted, checked) = match &tested.outcome {
        TestOutcome::Refused(error) => {
            return format!("{text}{fail} {}: {}\n", tested.file, refused(tested, error));
        }
        TestOutcome::Decided(accepted, checked) => (accepted, checked),
    };
    for (case, checked) in tested.cases.iter().zip(checked) {
        if !checked.differences.is_empty() {
            let head = format!("{}:{}", tested.file, case.place.line);
            text.push_str(&format!("{fail} {head}: {}\n", paint(Tone::Strong, &case.name)));
            let lines = details(tested, accepted, case, checked);
            text.extend(lines.iter().map(|line| format!("     {line}\n")));
        }
    }
    let untested: Vec<_> = tested.untested().iter().map(|rule| (rule + 1).to_string()).collect();
    if !untested.is_empty() {
        let rules = if untested.len() == 1 { "rule" } else { "rules" };
        let untested = untested.join(", ");
        text.push_str(&format!(
            "note {}: no request is decided by {rules} {untested} of {}\n",
            tested.file, tested.policy
        ));
    }
    let failed = tested.failed();
    let word = if failed == 0 { paint(Tone::Good, "ok  ") } else { fail };
    let passed = tested.cases.len() - failed;
    text.push_str(&format!("{word} {}: {passed} as expected, {failed} not\n", tested.file));
    text
}

fn refused(tested: &TestedFile, error: &str) -> String {
    let TestedFile { policy, version, .. } = tested;
    format!("an API server {version} would not start with {policy}: {error}")
}

/// The request, what differs, and the rule that decides.
fn details(
    tested: &TestedFile,
    accepted: &AcceptedPolicy,
    case: &Case,
    checked: &CheckResult,
) -> Vec<String> {
    let user = case.request.user.as_ref();
    let user = user.map_or_else(|| "nobody: authentication failed".to_owned(), ToString::to_string);
    let request = case.request.to_string();
    // A request without a name of its own is in the line above already.
    let named = if request == case.name { String::new() } else { format!("{request}, ") };
    let mut lines = vec![format!("{named}by {user}")];
    lines.extend(checked.differences.iter().cloned());
    let policy = &tested.policy;
    lines.push(match checked.why.decision.rule {
        Some(rule) => {
            let line = accepted.rule_places().get(rule).map_or(0, |place| place.line);
            let level = checked.why.decision.level;
            format!("decided by rule {}, {policy}:{line}, level {level}", rule + 1)
        }
        None => format!("decided by no rule of {policy}"),
    });
    lines
}

/// Returns the report; rules are counted from 0, as in every JSON of this program.
pub(super) fn json(tested: &[TestedFile]) -> Value {
    let files: Vec<Value> = tested.iter().map(file_json).collect();
    json!({ "apiVersion": "kubectl-audit/v1", "kind": "TestReport", "files": files })
}

fn file_json(tested: &TestedFile) -> Value {
    let (error, checked) = match &tested.outcome {
        TestOutcome::Refused(error) => (Some(error), &[][..]),
        TestOutcome::Decided(_, checked) => (None, &checked[..]),
    };
    let requests: Vec<Value> = tested
        .cases
        .iter()
        .zip(checked)
        .map(|(case, checked)| {
            json!({
                "name": case.name,
                "line": case.place.line,
                "passed": checked.differences.is_empty(),
                "differences": checked.differences,
                "decision": checked.why.decision,
            })
        })
        .collect();
    json!({
        "path": tested.file,
        "policy": tested.policy,
        "server": {
            "version": tested.version.to_string(),
            "accepted": error.is_none(),
            "error": error,
            "warning": tested.warning,
        },
        "passed": tested.cases.len() - tested.failed(),
        "failed": tested.failed(),
        "requests": requests,
        "untestedRules": tested.untested(),
    })
}

/// Returns the report in the form that CI systems read: a suite for each file. `errors` would be
/// tests that could not run; the schema of Jenkins wants the attribute.
pub(super) fn junit(tested: &[TestedFile]) -> String {
    let suites: String = tested.iter().map(suite).collect();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n{suites}</testsuites>\n")
}

fn suite(tested: &TestedFile) -> String {
    let cases: String = (0..tested.cases.len()).map(|index| junit_case(tested, index)).collect();
    let (name, tests, failures) = (escaped(&tested.file), tested.cases.len(), tested.failed());
    format!(
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n{cases}  </testsuite>\n"
    )
}

fn junit_case(tested: &TestedFile, index: usize) -> String {
    let case = &tested.cases[index];
    let failure = match &tested.outcome {
        TestOutcome::Refused(error) => Some((refused(tested, error), String::new())),
        TestOutcome::Decided(accepted, checked) => {
            let checked = &checked[index];
            checked
                .differences
                .first()
                .map(|first| (first.clone(), details(tested, accepted, case, checked).join("\n")))
        }
    };
    let (name, class) = (escaped(&case.name), escaped(&tested.policy));
    let head = format!("    <testcase classname=\"{class}\" name=\"{name}\"");
    match failure {
        None => format!("{head}/>\n"),
        Some((message, text)) => format!(
            "{head}>\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
            escaped(&message),
            escaped(&text)
        ),
    }
}

/// Text as XML takes it; what XML has no way to write becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                escaped.push(char::REPLACEMENT_CHARACTER);
            }
            c => escaped.push(c),
        }
    }
    escaped
}
