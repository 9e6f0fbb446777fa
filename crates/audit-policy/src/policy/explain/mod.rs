//! Why a policy decides a request as it does, and what that leaves in the log.

mod miss;
mod stages;

use super::decide::{Decision, decide};
use crate::api::{Policy, Version};
use crate::request::Request;

pub use miss::{Miss, Selector, miss};
pub use stages::{EventBody, StageOutcome, StageRecord};

/// What a policy says to a request, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The rule that decides and what it says.
    pub decision: Decision,
    /// Why each rule before the deciding one does not match, in their order; every rule if
    /// none decides.
    pub passed: Vec<Miss>,
    /// What becomes of each stage, in the order in which a request goes through them.
    pub stages: Vec<StageRecord>,
}

/// Explains what a server of this version records of a request.
///
/// # Examples
///
/// ```
/// use audit_policy::{api::Version, policy, request};
///
/// let text = b"apiVersion: audit.k8s.io/v1\nrules:\n- {level: None, verbs: [get]}\n- level: Request\n";
/// let verdict = policy::judge(text, Version::NEWEST);
/// let accepted = verdict.outcome.unwrap();
/// let request = request::Request { verb: "list".into(), ..Default::default() };
/// let why = policy::explain(accepted.policy(), &request, Version::NEWEST);
/// assert_eq!(why.decision.rule, Some(1));
/// assert_eq!(why.passed[0].reason, "`verbs` names get, not list");
/// ```
#[must_use]
pub fn explain(policy: &Policy, request: &Request<'_>, version: Version) -> Explanation {
    let decision = decide(policy, request, version);
    let before = decision.rule.unwrap_or(policy.rules.len());
    let passed = policy.rules.iter().take(before);
    let passed = passed.filter_map(|rule| miss(rule, request, version)).collect();
    let stages = stages::stages(policy, &decision, request);
    Explanation { decision, passed, stages }
}
