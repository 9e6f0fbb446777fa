//! Proposals written into a policy, as far as the result is one that can be recommended.

use audit_policy::api::{Rule, Version};
use audit_policy::finding::Severity;
use audit_policy::lint::{self, LintOptions, Profile};
use audit_policy::policy::{AcceptedPolicy, judge};

use super::proposal::{PolicyEdit, Proposal};
use crate::template::insert;

/// A policy with proposals in it.
#[derive(Debug, Clone)]
pub struct ImprovedPolicy {
    /// Its text.
    pub text: String,
    /// The policy.
    pub accepted: AcceptedPolicy,
    /// Which proposals are in it, by number.
    pub taken: Vec<usize>,
    /// Which are not, and why.
    pub skipped: Vec<(usize, SkipReason)>,
}

/// Why a proposal is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SkipReason {
    /// The server would refuse the policy, or its rules are not written one below the other.
    NotWritten,
    /// The policy would no longer pass the cis profile, which it passes now.
    Cis,
    /// Lint would find this, which it does not find now.
    Lint(&'static str),
}

/// Writes as many proposals into a policy as can be recommended, in their order; the policy is one
/// that `version` accepts. A policy that passes the cis profile passes it afterwards, and lint finds
/// nothing in the result that it does not find now.
#[must_use]
pub fn improve(policy: &str, proposals: &[Proposal], version: Version) -> Option<ImprovedPolicy> {
    let mut text = policy.to_owned();
    let mut accepted = judge(policy.as_bytes(), version).outcome.ok()?;
    let passes = Profile::Cis.passes(&accepted, version);
    let before = findings(policy, version);
    let (mut taken, mut skipped) = (vec![], vec![]);
    for number in 0..proposals.len() {
        let mut chosen: Vec<usize> = taken.clone();
        chosen.push(number);
        let outcome = written(policy, proposals, &chosen)
            .and_then(|text| Some((judge(text.as_bytes(), version).outcome.ok()?, text)));
        let Some((now, now_text)) = outcome else {
            skipped.push((number, SkipReason::NotWritten));
            continue;
        };
        if passes && !Profile::Cis.passes(&now, version) {
            skipped.push((number, SkipReason::Cis));
            continue;
        }
        let found = findings(&now_text, version);
        if let Some(id) = found.iter().find(|id| !before.contains(id)) {
            skipped.push((number, SkipReason::Lint(id)));
            continue;
        }
        (text, accepted, taken) = (now_text, now, chosen);
    }
    Some(ImprovedPolicy { text, accepted, taken, skipped })
}

fn findings(text: &str, version: Version) -> Vec<&'static str> {
    let report = lint::lint(text.as_bytes(), version, &LintOptions::default());
    let serious = report.findings.into_iter().filter(|it| it.severity >= Severity::Warning);
    serious.map(|finding| finding.id).collect()
}

fn written(policy: &str, proposals: &[Proposal], chosen: &[usize]) -> Option<String> {
    let mut above = vec![];
    let mut rules: Vec<(usize, Vec<String>)> = vec![];
    for proposal in chosen.iter().filter_map(|number| proposals.get(*number)) {
        match &proposal.change {
            PolicyEdit::Rule(before, rule) => rules.push((*before, lines(rule, &proposal.about))),
            PolicyEdit::OmitReceived => above.push("omitStages: [RequestReceived]".to_owned()),
            PolicyEdit::OmitManagedFields => above.push("omitManagedFields: true".to_owned()),
        }
    }
    rules.sort_by_key(|(before, _)| *before);
    insert(policy, &above, &rules)
}

/// The lines of a rule, laid out as in the templates.
fn lines(rule: &Rule, about: &str) -> Vec<String> {
    let list = |words: &[String]| {
        let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        words.join(", ")
    };
    let mut lines = vec![format!("  # kubectl audit suggest: {about}")];
    lines.push(format!("  - level: {}", rule.level.name()));
    for (key, words) in [
        ("users", &rule.users),
        ("userGroups", &rule.user_groups),
        ("verbs", &rule.verbs),
        ("nonResourceURLs", &rule.non_resource_urls),
    ] {
        if !words.is_empty() {
            lines.push(format!("    {key}: [{}]", list(words)));
        }
    }
    if !rule.omit_stages.is_empty() {
        let stages: Vec<&str> = rule.omit_stages.iter().map(|stage| stage.name()).collect();
        lines.push(format!("    omitStages: [{}]", stages.join(", ")));
    }
    if !rule.resources.is_empty() {
        lines.push("    resources:".to_owned());
    }
    for group in &rule.resources {
        lines.push(format!("      - group: {}", quoted(&group.group)));
        lines.push(format!("        resources: [{}]", list(&group.resources)));
    }
    lines
}

/// A word as YAML: in quotes unless it is plain.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.');
    if word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("{word:?}")
}
