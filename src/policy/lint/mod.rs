//! What a policy will be regretted for, though the server takes it.
//!
//! [`lint`] runs every check of [`CHECKS`]: one file for each, or for a few that look at the same
//! words. What a check claims about requests it has asked [`crate::policy::decide()`], so the order
//! of the rules is always taken into account. `ignore` then takes out what a comment silences.

mod api_version;
mod bodies;
mod catalog;
mod catch_all;
mod dead;
mod exec;
mod fields;
mod fix;
mod groups;
mod ignore;
mod known;
mod paths;
mod probe;
mod profile;
mod reach;
mod secrets;
mod stages;
mod subject;
mod subresources;

pub use catalog::{CHECKS, Check};
pub use fix::{Fixed, Order, fix};
pub use profile::Profile;

use super::judge::judge;
use crate::api::Version;
use crate::finding::Finding;
use subject::Subject;

/// What happens to a request whose event cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sink {
    /// It goes on; the event is lost (the modes `blocking` and `batch`).
    #[default]
    Tolerant,
    /// It is refused (the mode `blocking-strict`).
    Strict,
}

/// What to look for beyond the policy itself.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How the server writes events.
    pub sink: Sink,
    /// The rule books to hold the policy against.
    pub profiles: Vec<Profile>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The findings, in the order of their places.
    pub findings: Vec<Finding>,
    /// How many findings a comment silences.
    pub ignored: usize,
}

/// Returns what this policy will be regretted for on a server of this version.
///
/// A policy that the server refuses has only the findings that explain the refusal; one that is
/// refused for its removed `apiVersion` alone is looked at as if it were migrated.
///
/// # Examples
///
/// ```
/// use kubectl_audit::{api::Version, policy::lint};
///
/// let text = b"apiVersion: audit.k8s.io/v1\nrules:\n- level: Metadata\n  verbs: ['*']\n";
/// let report = lint::lint(text, Version::NEWEST, &lint::Options::default());
/// assert!(report.findings.iter().any(|finding| finding.id == "dead-selector"));
/// ```
#[must_use]
pub fn lint(text: &[u8], version: Version, options: &Options) -> Report {
    // Only servers from 1.26 on say which fields they leave out, but all of them do.
    let mut findings = fields::check(&judge(text, Version::NEWEST).problems);
    let mut accepted = judge(text, version).accepted;
    if let Some(removed) = api_version::check(text, version) {
        findings.push(removed.finding);
        accepted = judge(removed.migrated.as_bytes(), version).accepted;
    }
    if let Some(accepted) = &accepted {
        let subject = Subject::new(accepted, version, options.sink);
        findings.extend(regrets(&subject));
        for profile in &options.profiles {
            findings.extend(profile.check(&subject));
        }
        findings.extend(profile::contradictions(&options.profiles));
    }
    let mut report = ignore::silence(text, accepted.as_ref(), findings);
    report.findings.sort_by_key(|finding| finding.place);
    report
}

/// Every check of the policy itself.
fn regrets(subject: &Subject<'_>) -> Vec<Finding> {
    let checks = [
        reach::check,
        dead::check,
        paths::check,
        groups::check,
        subresources::check,
        secrets::check,
        catch_all::check,
        stages::check,
        bodies::check,
        exec::check,
    ];
    checks.iter().flat_map(|check| check(subject)).collect()
}
