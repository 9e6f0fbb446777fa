//! A file of expectations, and what came of them.

use audit_policy::api::Version;
use audit_policy::expectations::Case;
use audit_policy::expectations::CheckResult;
use audit_policy::finding::Severity;
use audit_policy::policy::AcceptedPolicy;

/// A file of expectations, and what came of them.
pub(super) struct TestedFile {
    /// What a person calls the file.
    pub(super) file: String,
    /// What a person calls the policy.
    pub(super) policy: String,
    pub(super) version: Version,
    /// What the server would warn of.
    pub(super) warning: Option<String>,
    pub(super) cases: Vec<Case>,
    pub(super) outcome: TestOutcome,
}

/// What came of a file.
pub(super) enum TestOutcome {
    /// The server would not start with the policy, in its words.
    Refused(String),
    /// The requests were decided, in the order of the cases.
    Decided(AcceptedPolicy, Vec<CheckResult>),
}

impl TestedFile {
    /// The requests that are not as expected.
    pub(super) fn failed(&self) -> usize {
        match &self.outcome {
            TestOutcome::Refused(_) => self.cases.len(),
            TestOutcome::Decided(_, checked) => {
                checked.iter().filter(|checked| !checked.differences.is_empty()).count()
            }
        }
    }

    /// The rules, from 0, by which no request is decided.
    pub(super) fn untested(&self) -> Vec<usize> {
        let TestOutcome::Decided(accepted, checked) = &self.outcome else { return vec![] };
        let decides = |rule: &usize| checked.iter().any(|it| it.why.decision.rule == Some(*rule));
        (0..accepted.policy().rules.len()).filter(|rule| !decides(rule)).collect()
    }

    pub(super) fn worst(&self) -> Option<Severity> {
        if self.failed() > 0 {
            return Some(Severity::Error);
        }
        let untested = (!self.untested().is_empty()).then_some(Severity::Info);
        self.warning.as_ref().map(|_| Severity::Warning).or(untested)
    }
}
