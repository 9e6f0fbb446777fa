//! What the commands say to people: the kinds of mistakes and questions that the field has, each
//! with the answer that helps. The inputs are examples of their kind.

mod diff;
mod examples;
mod findings;
mod node;
mod public;
mod refusals;
mod wrapped;
mod yaml;

use audit_policy::api::Version;
use audit_policy::finding::Finding;
use audit_policy::lint::{LintOptions, lint};
use audit_policy::policy::{AcceptedPolicy, judge};

pub(crate) const HEAD: &str = "apiVersion: audit.k8s.io/v1\nkind: Policy\n";

/// The findings in rules, with a rule for all the rest after them.
pub(crate) fn findings(rules: &str) -> Vec<Finding> {
    lint_text(&format!("{HEAD}rules:\n{rules}- level: Metadata\n"))
}

pub(crate) fn lint_text(text: &str) -> Vec<Finding> {
    lint(text.as_bytes(), Version::NEWEST, &LintOptions::default()).findings
}

/// The only finding with this id.
pub(crate) fn only(id: &str, found: &[Finding]) -> Finding {
    let mut of_id = found.iter().filter(|finding| finding.id == id);
    match (of_id.next(), of_id.next()) {
        (Some(one), None) => one.clone(),
        _ => panic!("{id}: {found:#?}"),
    }
}

pub(crate) fn accepted(rules: &str) -> AcceptedPolicy {
    let text = format!("{HEAD}rules:\n{rules}");
    let verdict = judge(text.as_bytes(), Version::NEWEST);
    verdict.outcome.unwrap_or_else(|refusal| panic!("{refusal}: {text}"))
}
