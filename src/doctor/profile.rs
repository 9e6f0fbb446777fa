//! Rule books for auditing: each control, whether it passes, and why.

use super::{Facts, Pod};
use crate::flags::{AuditOptions, name};
use audit_policy::lint::Profile;
use audit_policy::policy;
use audit_policy::policy::AcceptedPolicy;

/// A rule book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Benchmark {
    /// CIS Kubernetes Benchmark 1.9 and later.
    Cis,
    /// DISA STIG for Kubernetes.
    Stig,
}

/// A control of a rule book, held against a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// The id in the rule book.
    pub id: &'static str,
    /// What it asks for.
    pub title: &'static str,
    /// Whether the node passes.
    pub passes: bool,
    /// Why.
    pub evidence: String,
}

/// What a control looks at.
#[derive(Debug, Clone, Copy)]
enum Asks {
    /// A flag is there.
    Given(&'static str),
    /// A flag is there and its number is at least this.
    AtLeast(&'static str, i64),
    /// There is a policy that the server accepts.
    Policy,
    /// The policy passes.
    Content(Profile),
}

/// A control: id, title, what it looks at.
type ControlRow = (&'static str, &'static str, Asks);

/// The numbers are those of CIS 1.9 to 1.12; 1.8 and earlier count from 1.2.17 and 1.2.22.
const CIS: [ControlRow; 6] = [
    ("1.2.16", "--audit-log-path is set", Asks::Given(name::LOG_PATH)),
    ("1.2.17", "--audit-log-maxage is 30 or more", Asks::AtLeast(name::LOG_MAXAGE, 30)),
    ("1.2.18", "--audit-log-maxbackup is 10 or more", Asks::AtLeast(name::LOG_MAXBACKUP, 10)),
    ("1.2.19", "--audit-log-maxsize is 100 or more", Asks::AtLeast(name::LOG_MAXSIZE, 100)),
    ("3.2.1", "a minimal audit policy is created", Asks::Policy),
    ("3.2.2", "the policy covers key security concerns", Asks::Content(Profile::Cis)),
];

const STIG: [ControlRow; 7] = [
    ("V-242402", "an audit log path is set", Asks::Given(name::LOG_PATH)),
    ("V-242403", "every request is recorded at RequestResponse", Asks::Content(Profile::Stig)),
    ("V-242461", "audit logs are enabled by a policy", Asks::Policy),
    ("V-242462", "--audit-log-maxsize is 100 or more", Asks::AtLeast(name::LOG_MAXSIZE, 100)),
    ("V-242463", "--audit-log-maxbackup is 10 or more", Asks::AtLeast(name::LOG_MAXBACKUP, 10)),
    ("V-242464", "--audit-log-maxage is 30 or more", Asks::AtLeast(name::LOG_MAXAGE, 30)),
    ("V-242465", "the audit log path is set", Asks::Given(name::LOG_PATH)),
];

impl Benchmark {
    /// Returns what it is called.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Cis => "CIS Kubernetes Benchmark (1.9 and later)",
            Self::Stig => "DISA STIG for Kubernetes (V2R6)",
        }
    }

    /// Returns every control, held against the node.
    #[must_use]
    pub fn controls(self, facts: &Facts) -> Vec<Control> {
        let rows: &[ControlRow] = match self {
            Self::Cis => &CIS,
            Self::Stig => &STIG,
        };
        let control = |(id, title, asks): &ControlRow| {
            let (passes, evidence) = match &facts.pod {
                None => (false, "the manifest cannot be read".to_owned()),
                Some(pod) => asks.answer(facts, pod),
            };
            Control { id, title, passes, evidence }
        };
        rows.iter().map(control).collect()
    }
}

impl Asks {
    fn answer(self, facts: &Facts, pod: &Pod) -> (bool, String) {
        match self {
            Self::Given(flag) => match pod.flag(flag) {
                Some(value) => (true, format!("--{flag}={value}")),
                None => (false, format!("--{flag} is not set")),
            },
            Self::AtLeast(flag, least) => at_least(pod, flag, least),
            Self::Policy => match accepted(facts, pod) {
                Ok(_) => (true, shown_policy(facts)),
                Err(why) => (false, why),
            },
            Self::Content(profile) => match accepted(facts, pod) {
                Ok(policy) if profile.passes(&policy, pod.auditing.version) => {
                    (true, shown_policy(facts))
                }
                Ok(_) => (false, format!("lint --profile {profile} says what is missing")),
                Err(why) => (false, why),
            },
        }
    }
}

/// Scanners want the flag to be there, whatever the server's own default is.
fn at_least(pod: &Pod, flag: &str, least: i64) -> (bool, String) {
    let defaults = AuditOptions::defaults(pod.auditing.version).log;
    let default = match flag {
        name::LOG_MAXAGE => defaults.max_age,
        name::LOG_MAXBACKUP => defaults.max_backup,
        _ => defaults.max_size,
    };
    match pod.flag(flag) {
        None => (false, format!("--{flag} is not set; this server's default is {default}")),
        Some(value) => {
            let passes = value.parse::<i64>().is_ok_and(|value| value >= least);
            (passes, format!("--{flag}={value}"))
        }
    }
}

fn accepted(facts: &Facts, pod: &Pod) -> Result<AcceptedPolicy, String> {
    let Some(path) = pod.flag(name::POLICY_FILE) else {
        return Err("--audit-policy-file is not set".to_owned());
    };
    let text = facts.policy.as_ref().and_then(|policy| policy.bytes());
    let text = text.ok_or_else(|| format!("the policy {path} cannot be read"))?;
    let outcome = policy::judge(text, pod.auditing.version).outcome;
    outcome.map_err(|_| "the server refuses the policy".to_owned())
}

fn shown_policy(facts: &Facts) -> String {
    facts.policy.as_ref().map_or_else(String::new, |policy| policy.place.display().to_string())
}
