//! What the server says to a policy file.

use super::places::Places;
use super::problem::Problem;
use crate::api::{Policy, Version};
use crate::finding::Place;

/// What a server of one version says to a policy file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The policy, if the server starts with it.
    pub accepted: Option<AcceptedPolicy>,
    /// Why the server does not start, in its words.
    pub error: Option<String>,
    /// What the server writes to its log, in its words. It may warn of a file it then refuses.
    pub warning: Option<String>,
    /// Where the error is; of several, the first one the server names.
    pub place: Option<Place>,
    /// Each thing the error and the warning are made of.
    pub problems: Vec<Problem>,
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

    /// Returns where each rule is written: behind its `- `.
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
        let place = Some(problem.place);
        let problems = std::iter::once(problem).chain(warned).collect();
        Self { accepted: None, error: Some(error), warning, place, problems }
    }
}
