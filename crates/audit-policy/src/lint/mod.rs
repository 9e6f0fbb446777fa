//! What a policy will be regretted for, though the server takes it.
//!
//! [`lint`] runs every check of [`CHECKS`]: one file for each, or for a few that look at the same
//! words. What a check claims about requests it has asked [`crate::policy::decide()`], so the order
//! of the rules is always taken into account. `ignore` then takes out what a comment silences.

mod admins;
mod any_group;
mod api_version;
mod bodies;
mod catalog;
mod catch_all;
mod dead;
mod documents;
mod events;
mod exec;
mod fields;
mod fix;
mod groups;
mod ignore;
mod known;
mod partly;
mod paths;
mod probe;
mod profile;
mod questions;
mod reach;
mod records;
mod refusal;
mod scope;
mod secrets;
mod shadow;
mod stages;
mod subject;
mod subresources;

pub use catalog::{CHECKS, Check};
pub use fix::{FixedPolicy, Order, fix};
pub use profile::Profile;
pub use refusal::{Advice, advice};

use crate::api::{Policy, Version};
use crate::finding::Finding;
use crate::policy::judge;
use questions::{Interest, Questions};
use subject::Subject;

/// What happens to a request whose event cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnWriteError {
    /// It goes on; the event is lost (the modes `blocking` and `batch`).
    #[default]
    Tolerant,
    /// It is refused (the mode `blocking-strict`).
    Strict,
}

/// What to look for beyond the policy itself.
#[derive(Debug, Clone, Default)]
pub struct LintOptions {
    /// How the server writes events.
    pub sink: OnWriteError,
    /// The rule books to hold the policy against.
    pub profiles: Vec<Profile>,
    /// Whether servers of older versions are to read the policy too.
    pub for_older: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LintReport {
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
/// use audit_policy::{api::Version, lint};
///
/// let text = b"apiVersion: audit.k8s.io/v1\nrules:\n- level: Metadata\n  verbs: ['*']\n";
/// let report = lint::lint(text, Version::NEWEST, &lint::Options::default());
/// assert!(report.findings.iter().any(|finding| finding.id == "dead-selector"));
/// ```
#[must_use]
pub fn lint(text: &[u8], version: Version, options: &LintOptions) -> LintReport {
    let mut verdict = judge(text, version);
    // Only servers from 1.26 on say which fields they leave out, but all of them do.
    let mut findings = match version {
        Version::NEWEST => fields::check(text, &verdict.problems),
        _ => fields::check(text, &judge(text, Version::NEWEST).problems),
    };
    if let Some(removed) = api_version::check(text, &verdict) {
        findings.push(removed.finding);
        verdict = judge(removed.migrated.as_bytes(), version);
    }
    let accepted = verdict.outcome.ok();
    if let Some(accepted) = &accepted {
        let subject = Subject::new(accepted, version, options.sink);
        let mut questions = Questions::new(&subject, interests(accepted.policy()));
        findings.extend(regrets(&subject, &mut questions));
        if options.for_older {
            findings.extend(any_group::check(&subject));
        }
        findings.extend(documents::check(text));
        for profile in &options.profiles {
            findings.extend(profile.check(&subject, &mut questions));
        }
        findings.extend(profile::contradictions(&options.profiles));
        findings.extend(questions.not_decided(&subject));
    }
    let mut report = ignore::silence(text, accepted.as_ref(), findings);
    report.findings.sort_by_key(|finding| finding.place);
    report
}

/// Every check of the policy itself, those first whose answers matter most: questions share what
/// work they may take.
fn regrets(subject: &Subject<'_>, questions: &mut Questions<'_>) -> Vec<Finding> {
    let exact =
        [reach::check, records::check, secrets::check, bodies::check, partly::check, shadow::check];
    let plain = [
        dead::check,
        paths::check,
        groups::check,
        subresources::check,
        catch_all::check,
        stages::check,
        exec::check,
        scope::check,
        admins::check,
        events::check,
    ];
    let found = exact.iter().flat_map(|check| check(subject, questions)).collect::<Vec<_>>();
    found.into_iter().chain(plain.iter().flat_map(|check| check(subject))).collect()
}

/// What the rules of this policy will be asked about.
fn interests(policy: &Policy) -> Vec<Interest> {
    let mut interests: Vec<Interest> = vec![];
    for rule in &policy.rules {
        for interest in secrets::interests(rule.level).chain(bodies::interests(rule.level)) {
            if !interests.contains(&interest) {
                interests.push(interest);
            }
        }
    }
    interests
}
