//! What the policy that `enable` installs will be regretted for, on the server that gets it.

use super::environment::Environment;
use super::policy_source::{Accepted, Chosen};
use crate::auditing::Auditing;
use crate::manifest::Manifest;
use crate::plan::Plan;
use crate::view::preview::Regrets;
use audit_policy::lint;
use audit_policy::lint::Sink;

/// Lints the policy for the version it was judged for, and for the way this server will write its
/// events once `plan` is carried out.
pub(super) fn of(
    chosen: &Chosen,
    policy: &Accepted,
    manifest: &Manifest,
    plan: &Plan,
    environment: &Environment,
) -> Regrets {
    let options = lint::Options { sink: sink(manifest, plan), ..lint::Options::default() };
    let report = lint::lint(&chosen.text, policy.version, &options);
    let strict = if options.sink == Sink::Strict { " --log-mode blocking-strict" } else { "" };
    let (findings, version) = (report.findings, policy.version);
    let lint = chosen.lint.as_ref();
    let command = lint.map(|lint| environment.command(&format!("{lint} --for {version}{strict}")));
    Regrets { findings, command }
}

/// The strictest way in which a backend of the changed manifest writes.
fn sink(manifest: &Manifest, plan: &Plan) -> Sink {
    let changed = plan.manifest_change();
    let changed = changed.and_then(|file| Manifest::parse(file.after.as_deref()?).ok());
    Auditing::of(changed.as_ref().unwrap_or(manifest)).on_write_error()
}
