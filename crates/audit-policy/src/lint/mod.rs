//! Likely mistakes in a policy that the API server accepts.
//!
//! [`lint`] runs every check of [`CHECKS`]: one file for each, or for a few that look at the same
//! words. What a check claims about requests it has asked [`crate::policy::decide()`], so the order
//! of the rules is always taken into account. `ignore` then takes out what a comment silences.

mod any_group;
mod catalog;
mod dead_selector;
mod dead_selector_paths;
mod dead_selector_scope;
mod exec_verbs;
mod fields;
mod fix;
mod groups;
mod ignore;
mod known_groups;
mod missing_subresource;
mod no_catch_all;
mod one_event_group;
mod partly_unreachable;
mod probe;
mod profile;
mod questions;
mod records;
mod refusal;
mod removed_api_version;
mod second_document;
mod secret_bodies;
mod shadowed_by_less;
mod silent_users;
mod stages;
mod subject;
mod unbounded_bodies;
mod unreachable_rule;

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

/// Returns the likely mistakes in this policy on a server of this version.
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
    if let Some(removed) = removed_api_version::check(text, &verdict) {
        findings.push(removed.finding);
        verdict = judge(removed.migrated.as_bytes(), version);
    }
    let accepted = verdict.outcome.ok();
    if let Some(accepted) = &accepted {
        let subject = Subject::new(accepted, version, options.sink);
        let mut questions = Questions::new(&subject, interests(accepted.policy()));
        findings.extend(checks(&subject, &mut questions));
        if options.for_older {
            findings.extend(any_group::check(&subject));
        }
        findings.extend(second_document::check(text));
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
fn checks(subject: &Subject<'_>, questions: &mut Questions<'_>) -> Vec<Finding> {
    let exact = [
        unreachable_rule::check,
        records::check,
        secret_bodies::check,
        unbounded_bodies::check,
        partly_unreachable::check,
        shadowed_by_less::check,
    ];
    let plain = [
        dead_selector::check,
        dead_selector_paths::check,
        groups::check,
        missing_subresource::check,
        no_catch_all::check,
        stages::check,
        exec_verbs::check,
        dead_selector_scope::check,
        silent_users::check,
        one_event_group::check,
    ];
    let found = exact.iter().flat_map(|check| check(subject, questions)).collect::<Vec<_>>();
    found.into_iter().chain(plain.iter().flat_map(|check| check(subject))).collect()
}

/// What the rules of this policy will be asked about.
fn interests(policy: &Policy) -> Vec<Interest> {
    let mut interests: Vec<Interest> = vec![];
    for rule in &policy.rules {
        for interest in
            secret_bodies::interests(rule.level).chain(unbounded_bodies::interests(rule.level))
        {
            if !interests.contains(&interest) {
                interests.push(interest);
            }
        }
    }
    interests
}
