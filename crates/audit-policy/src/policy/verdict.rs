//! What the server says to a policy file.

use super::places::Places;
use super::problem::Problem;
use crate::api::{Policy, Version};
use crate::finding::Place;

/// What a server of one version says to a policy file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The policy that the server starts with, or why it does not start.
    pub outcome: Result<AcceptedPolicy, Refusal>,
    /// What the server writes to its log, in its words. It may warn of a file it then refuses.
    pub warning: Option<String>,
    /// Each thing the error and the warning are made of.
    pub problems: Vec<Problem>,
}

/// Why a server does not start with a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct Refusal {
    /// The error, in the server's words.
    pub error: String,
    /// Where it is; of several, the first one the server names.
    pub place: Option<Place>,
}

/// A policy that a server of the judged version starts with. Only [`super::judge()`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedPolicy {
    text: Vec<u8>,
    policy: Policy,
    places: Places,
}

impl AcceptedPolicy {
    pub(super) fn new(text: Vec<u8>, policy: Policy, places: Places) -> Self {
        Self { text, policy, places }
    }

    /// Returns the file as it was judged, byte for byte.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Returns what the file means.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Returns where each rule is written: after its `- `.
    #[must_use]
    pub fn rule_places(&self) -> &[Place] {
        &self.places.starts
    }

    /// Returns where every word is written.
    #[must_use]
    pub fn places(&self) -> &Places {
        &self.places
    }
}

/// A run of versions that say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRange {
    /// The oldest of them.
    pub from: Version,
    /// The newest of them.
    pub to: Version,
    /// What they say.
    pub verdict: Verdict,
}

impl Verdict {
    pub(super) fn undecodable(problem: Problem) -> Self {
        Self::refused(format!("failed decoding: {}", problem.message), problem, None, vec![])
    }

    pub(super) fn refused(
        error: String,
        problem: Problem,
        warning: Option<String>,
        warned: Vec<Problem>,
    ) -> Self {
        let refusal = Refusal { error, place: Some(problem.place) };
        let problems = std::iter::once(problem).chain(warned).collect();
        Self { outcome: Err(refusal), warning, problems }
    }

    /// Returns whether the server starts with the policy.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.outcome.is_ok()
    }

    /// Returns the policy, if the server starts with it.
    #[must_use]
    pub fn accepted(&self) -> Option<&AcceptedPolicy> {
        self.outcome.as_ref().ok()
    }

    /// Returns where the error is, if the server does not start.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.refusal()?.place
    }

    /// Returns why the server does not start, if it does not.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        self.outcome.as_ref().err()
    }
}
