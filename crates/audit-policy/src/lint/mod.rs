//! Likely mistakes in a policy that the API server accepts.
//!
//! [`lint`] runs every check of [`CHECKS`], one file for each, called after its id. What a
//! check claims about requests it has asked [`crate::policy::decide()`], so the order of the rules is
//! always taken into account. `ignore` then takes out what a comment silences.

mod any_group;
mod catalog;
mod dead_selector;
mod duplicate_key;
mod exec_verbs;
mod fail_open;
mod fix;
mod groups;
mod hides_401;
mod ignore;
mod interests;
mod known_groups;
mod missing_subresource;
mod no_catch_all;
mod no_outcome;
mod omitted_stages;
mod one_event_group;
mod options;
mod partly_unreachable;
mod probe;
mod profile;
mod questions;
mod records_nothing;
mod refusal;
mod removed_api_version;
mod report;
mod second_document;
mod secret_bodies;
mod shadowed_by_less;
mod silent_users;
mod strict_decoding;
mod subject;
mod unbounded_bodies;
mod unknown_field;
mod unknown_resource;
mod unreachable_rule;
mod wrong_group;

pub use catalog::{CHECKS, Check};
pub use fix::{FixedPolicy, Order, fix};
pub use options::{LintOptions, OnWriteError};
pub use profile::Profile;
pub use refusal::{Advice, advice};
pub use report::LintReport;

use crate::api::Version;
use crate::finding::Finding;
use crate::policy::judge;
use interests::interests;
use questions::Questions;
use subject::Subject;

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
/// let report = lint::lint(text, Version::NEWEST, &lint::LintOptions::default());
/// assert!(report.findings.iter().any(|finding| finding.id == "dead-selector"));
/// ```
#[must_use]
pub fn lint(text: &[u8], version: Version, options: &LintOptions) -> LintReport {
    let mut verdict = judge(text, version);
    // Only servers from 1.26 on say which fields they leave out, but all of them do.
    let mut findings = match version {
        Version::NEWEST => strict_decoding::check(text, &verdict.problems),
        _ => strict_decoding::check(text, &judge(text, Version::NEWEST).problems),
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
        records_nothing::check,
        no_outcome::check,
        secret_bodies::check,
        unbounded_bodies::check,
        partly_unreachable::check,
        shadowed_by_less::check,
    ];
    let plain = [
        dead_selector::check,
        groups::check,
        missing_subresource::check,
        no_catch_all::check,
        hides_401::check,
        fail_open::check,
        exec_verbs::check,
        silent_users::check,
        one_event_group::check,
    ];
    let found = exact.iter().flat_map(|check| check(subject, questions)).collect::<Vec<_>>();
    found.into_iter().chain(plain.iter().flat_map(|check| check(subject))).collect()
}
