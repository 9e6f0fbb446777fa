//! What someone expects of a policy, and whether it is so.

mod read;
mod starter;

use crate::api::{Level, Stage, Version};
use crate::finding::Place;
use crate::policy::AcceptedPolicy;
use crate::policy::Explanation;
use crate::policy::StageOutcome;
use crate::policy::explain;
use crate::request::Request;

pub use starter::starter;

/// A file of expectations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectations {
    /// The policy they are about, a path beside the file; it may be named elsewhere.
    pub policy: Option<String>,
    /// The requests, in their order.
    pub cases: Vec<Case>,
}

/// A request and what is expected of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What it is called; the request's own words if the file has no name for it.
    pub name: String,
    /// Where it is written.
    pub place: Place,
    /// The request.
    pub request: Request<'static>,
    /// What is expected; at least one thing is.
    pub expected: Expectation,
}

/// What is expected of a decision; nothing of what is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expectation {
    /// The level.
    pub level: Option<Level>,
    /// The stages of which an event is written. `Panic` counts only where it is named.
    pub stages: Option<Vec<Stage>>,
    /// The deciding rule, from 1; 0 if none is to match.
    pub rule: Option<usize>,
    /// The line on which the deciding rule begins.
    pub line: Option<usize>,
}

/// A file that holds no expectations.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct ExpectationsError {
    /// Where the mistake is.
    pub place: Place,
    /// What is wrong.
    pub message: String,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    /// What the policy says to it.
    pub why: Explanation,
    /// How that differs from what is expected, one sentence each; empty if it is as expected.
    pub differences: Vec<String>,
}

impl Case {
    /// Compares what is expected with what a server of this version does.
    #[must_use]
    pub fn check(&self, accepted: &AcceptedPolicy, version: Version) -> CheckResult {
        let why = explain(accepted.policy(), &self.request, version);
        let differences = [
            self.expected.level.and_then(|level| level_differs(level, &why)),
            self.expected.stages.as_deref().and_then(|stages| stages_differ(stages, &why)),
            self.expected.rule.and_then(|rule| rule_differs(rule, accepted, &why)),
            self.expected.line.and_then(|line| line_differs(line, accepted, &why)),
        ];
        CheckResult { differences: differences.into_iter().flatten().collect(), why }
    }
}

fn level_differs(expected: Level, why: &Explanation) -> Option<String> {
    let level = why.decision.level;
    (level != expected).then(|| format!("expected level {expected}, got {level}"))
}

fn stages_differ(expected: &[Stage], why: &Explanation) -> Option<String> {
    let recorded = why.stages.iter().filter(|it| matches!(it.outcome, StageOutcome::Recorded(_)));
    let recorded = recorded.map(|it| it.stage);
    let counts = |stage: &Stage| *stage != Stage::Panic || expected.contains(stage);
    let recorded: Vec<Stage> = recorded.filter(counts).collect();
    let same = Stage::ALL.iter().all(|it| expected.contains(it) == recorded.contains(it));
    (!same).then(|| format!("expected stages {}, got {}", listed(expected), listed(&recorded)))
}

fn listed(stages: &[Stage]) -> String {
    let names: Vec<_> = stages.iter().map(|stage| stage.name()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn rule_differs(expected: usize, accepted: &AcceptedPolicy, why: &Explanation) -> Option<String> {
    if why.decision.rule == expected.checked_sub(1) {
        return None;
    }
    let got = decided_by(why);
    if expected == 0 {
        return Some(format!("expected no rule, got {got}"));
    }
    let rules = accepted.policy().rules.len();
    let reason = match why.passed.get(expected - 1) {
        Some(miss) => format!(": {}", miss.reason),
        None if expected > rules => format!(": the policy has {rules}"),
        None => ", which comes first".to_owned(),
    };
    Some(format!("expected rule {expected}, got {got}{reason}"))
}

fn line_differs(expected: usize, accepted: &AcceptedPolicy, why: &Explanation) -> Option<String> {
    let places = accepted.rule_places();
    let line = why.decision.rule.and_then(|rule| places.get(rule)).map(|place| place.line);
    if line == Some(expected) {
        return None;
    }
    if !places.iter().any(|place| place.line == expected) {
        return Some(format!("expected the rule of line {expected}, where none begins"));
    }
    let got = line.map_or_else(|| "no rule".to_owned(), |line| format!("that of line {line}"));
    Some(format!("expected the rule of line {expected}, got {got}"))
}

fn decided_by(why: &Explanation) -> String {
    why.decision.rule.map_or_else(|| "no rule".to_owned(), |rule| format!("rule {}", rule + 1))
}
