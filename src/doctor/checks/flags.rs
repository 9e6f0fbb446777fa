//! The audit flags: given twice, refused, or half of what auditing needs.

use std::collections::BTreeMap;

use crate::diagnosis::Blame;
use crate::doctor::facts::{Facts, JournalFacts};
use crate::doctor::{Fix, NodeFinding, Pod};
use crate::flags::{self, Flag, FlagError, name};
use audit_policy::finding::Place;

pub(super) fn check(facts: &Facts, pod: &Pod) -> Vec<NodeFinding> {
    let mut faults = twice(facts, pod);
    // What a shell puts in is not known, and flags of a script need not be all.
    if !facts.is_script() {
        faults.extend(refused(facts, pod));
        faults.extend(halves(facts, pod));
    }
    faults
}

/// Where the flag is that counts.
pub(super) fn place(pod: &Pod, flag: &str) -> Option<Place> {
    pod.manifest.all_flags(flag).next_back().map(|flag| flag.place)
}

fn twice(facts: &Facts, pod: &Pod) -> Vec<NodeFinding> {
    let mut given: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for flag in pod.manifest.flags().iter().filter(|flag| flag.is_audit()) {
        given.entry(&flag.name).or_default().push(flag.value());
    }
    let several = given.into_iter().filter(|(_, values)| values.len() > 1);
    several
        .map(|(name, values)| {
            let last = values.last().copied().unwrap_or_default();
            let what = format!("--{name} is given {} times; `{last}` counts", values.len());
            NodeFinding::warning("flag-twice", what)
                .file(&facts.file.place)
                .place(place(pod, name))
                .why("the last one counts, and anyone who reads the first one is misled")
                .by_hand(format!("remove all but one --{name}"))
        })
        .collect()
}

fn refused(facts: &Facts, pod: &Pod) -> Vec<NodeFinding> {
    let (said, name) = match &pod.auditing.options {
        Ok(options) => (flags::check(options), None),
        Err(error) => (vec![error.to_string()], Some(named(error))),
    };
    said.into_iter()
        .map(|said| {
            let name = name.or_else(|| mentioned(pod, &said));
            NodeFinding::error("flag-refused", said)
                .file(&facts.file.place)
                .place(name.and_then(|name| place(pod, name)))
                .why("the API server ends with these words at its next start")
                .by_hand(meant(&pod.auditing.options))
                .stops(Blame::Auditing)
        })
        .collect()
}

/// What to write in the manifest instead.
fn meant(options: &Result<flags::AuditOptions, FlagError>) -> String {
    let nearest = match options {
        Err(FlagError::Unknown { name }) => Flag::nearest(name),
        _ => None,
    };
    match nearest {
        Some(flag) => format!("write `--{}` in the manifest", flag.name),
        None => "correct the flag in the manifest".to_owned(),
    }
}

fn named(error: &FlagError) -> &str {
    match error {
        FlagError::Unknown { name } | FlagError::NeedsArgument { name } => name,
        FlagError::Invalid { name, .. } => name,
    }
}

/// The flag of the manifest that a message names.
fn mentioned<'a>(pod: &'a Pod, said: &str) -> Option<&'a str> {
    let names = pod.manifest.flags().iter().map(|flag| flag.name.as_str());
    names.filter(|name| name.starts_with("audit-")).find(|name| said.contains(*name))
}

/// A policy without a log, a log without a policy, or nothing at all.
fn halves(facts: &Facts, pod: &Pod) -> Option<NodeFinding> {
    let log = pod.flag(name::LOG_PATH).or(pod.flag(name::WEBHOOK_CONFIG_FILE));
    match (pod.flag(name::POLICY_FILE), log) {
        (Some(_), Some(_)) => None,
        (Some(policy), None) => Some(
            NodeFinding::error(
                "policy-without-log",
                format!("there is a policy ({policy}), and no log"),
            )
            .file(&facts.file.place)
            .place(place(pod, name::POLICY_FILE))
            .why("the server starts, records nothing, and does not say so")
            .fix(Fix::OnNode("enable".to_owned())),
        ),
        (None, Some(log)) => Some(
            NodeFinding::error(
                "log-without-policy",
                format!("there is a log ({log}), and no policy"),
            )
            .file(&facts.file.place)
            .place(place(pod, name::LOG_PATH).or(place(pod, name::WEBHOOK_CONFIG_FILE)))
            .why("the server starts, makes an empty log and records nothing")
            .fix(Fix::OnNode(match facts.usual_policy {
                true => "enable".to_owned(),
                false => "enable --template minimal".to_owned(),
            })),
        ),
        (None, None) => off(facts),
    }
}

/// Auditing that was taken back or overwritten is explained by what did it.
fn off(facts: &Facts) -> Option<NodeFinding> {
    let is_told = |past: &JournalFacts| past.left_off.is_some() || past.overwritten.is_some();
    if facts.past.as_ref().is_some_and(is_told) {
        return None;
    }
    // A policy at the usual place is what `enable` takes; a template would overwrite it.
    let enable = if facts.usual_policy { "enable" } else { "enable --template minimal" };
    let fault =
        NodeFinding::info("auditing-off", "auditing is off: the manifest has no audit settings")
            .file(&facts.file.place)
            .why("nobody can tell afterwards who did what")
            .fix(Fix::OnNode(enable.to_owned()));
    Some(fault)
}
