//! Likely mistakes in the policy that `enable` installs, on the server that gets it.

use super::environment::Environment;
use super::policy_source::{CheckedPolicy, PolicyText};
use crate::auditing::Auditing;
use crate::manifest::Manifest;
use crate::view::preview::PolicyFindings;
use audit_policy::lint;
use audit_policy::lint::OnWriteError;

/// Lints the policy for the version it was judged for, and for the way the server of `after`, the
/// manifest as it is to be, writes its events.
pub(super) fn of(
    chosen: &PolicyText,
    policy: &CheckedPolicy,
    after: &Manifest,
    environment: &Environment,
) -> PolicyFindings {
    let sink = Auditing::of(after).on_write_error();
    let options = lint::LintOptions { sink, ..lint::LintOptions::default() };
    let report = lint::lint(chosen.placed(), policy.version, &options);
    let strict = if sink == OnWriteError::Strict { " --log-mode blocking-strict" } else { "" };
    let (findings, version) = (report.findings, policy.version);
    let lint = chosen.lint.as_ref();
    let command = lint.map(|lint| environment.command(&format!("{lint} --for {version}{strict}")));
    PolicyFindings { findings, command }
}
