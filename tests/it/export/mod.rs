//! Exports: what is written means what was asked for, and what cannot be carried over is said.

mod losses;
mod meaning;
mod round_trip;
mod seeds;

use std::collections::BTreeMap;

use audit_policy::api::Version;
use audit_policy::policy::judge;
use kubectl_audit::export::{self, Choices, Export, ExportTarget, LogSetting, Setup, Write};
use kubectl_audit::template::Template;

/// A policy with a comment, fields beside the rules, and words that YAML may take for something else.
pub(crate) const POLICY: &str = "apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
omitManagedFields: true
rules:
# {{ not a template }} {% nor this %}
- level: None
  users: [\"yes\", \"1e3\", 'system:kube-proxy']
- level: Request
  verbs: [create, update]
  omitStages: [Panic]
- level: Metadata
";

/// Settings with this policy, the flags of rotation, and these flags.
pub(crate) fn setup(policy: &str, flags: &[(&'static str, &str)]) -> Setup {
    let version = Version::NEWEST;
    let verdict = judge(policy.as_bytes(), version);
    let rotation =
        [("audit-log-maxage", "30"), ("audit-log-maxbackup", "10"), ("audit-log-maxsize", "100")];
    let flags: BTreeMap<_, _> =
        rotation.iter().chain(flags).map(|(name, value)| (*name, (*value).to_owned())).collect();
    Setup {
        policy: verdict.outcome.unwrap(),
        warning: verdict.warning,
        policy_place: None,
        log: LogSetting::Usual,
        webhook: None,
        flags,
        version,
        release: None,
    }
}

/// Every distribution in each of its forms.
pub(crate) fn distributions() -> Vec<(&'static ExportTarget, Option<&'static str>)> {
    let is_distribution =
        |target: &&'static ExportTarget| matches!(target.write, Write::Settings(_));
    let forms = |target: &'static ExportTarget| {
        let names: Vec<_> = target.forms.iter().map(|form| Some(form.name)).collect();
        let names = if names.is_empty() { vec![None] } else { names };
        names.into_iter().map(move |form| (target, form))
    };
    export::all().filter(is_distribution).flat_map(forms).collect()
}

/// The files of a distribution in a form.
pub(crate) fn write(target: &ExportTarget, form: Option<&str>, setup: &Setup) -> Export {
    let Write::Settings(write) = target.write else { panic!("{} is no distribution", target.name) };
    let choices = Choices { form, cluster: Some("prod"), ..Choices::default() };
    export::settings(target, write, setup, &choices).unwrap()
}

pub(crate) fn target(name: &str) -> &'static ExportTarget {
    export::find(name).unwrap()
}

/// All templates with their names.
pub(crate) fn templates() -> impl Iterator<Item = (&'static str, &'static str)> {
    Template::ALL.iter().map(|template| (template.name, template.text))
}
