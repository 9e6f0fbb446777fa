//! `removed-api-version`: a policy for servers before 1.24.

use super::catalog::REMOVED_API_VERSION;
use super::fix::migrated;
use crate::finding::Finding;
use crate::policy::{ProblemKind, Verdict};

/// A removed version, and the text without it.
pub(super) struct RemovedVersion {
    pub(super) finding: Finding,
    /// The same text for `audit.k8s.io/v1`.
    pub(super) migrated: String,
}

/// Returns the finding, if the version is what the server refuses the policy for.
pub(super) fn check(text: &[u8], verdict: &Verdict) -> Option<RemovedVersion> {
    let place = verdict.refusal()?.place?;
    verdict.problems.iter().find(|problem| problem.kind == ProblemKind::Version)?;
    let (old, migrated) = migrated(str::from_utf8(text).ok()?)?;
    let message = format!(
        "`{old}` was removed in 1.24: no API server since then starts with it. Its fields are those \
         of `audit.k8s.io/v1`"
    );
    let help = "write `audit.k8s.io/v1`, or let --fix do it";
    Some(RemovedVersion { finding: REMOVED_API_VERSION.found(place, message).help(help), migrated })
}
