//! What a run of all checks found.

use crate::finding::Finding;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LintReport {
    /// The findings, in the order of their places.
    pub findings: Vec<Finding>,
    /// How many findings a comment silences.
    pub ignored: usize,
}
