//! The policy: there, readable, loaded, acceptable, and what lint says to it.

use std::collections::BTreeSet;

use super::flags::place;
use crate::diagnosis::Blame;
use crate::doctor::facts::{At, Facts};
use crate::doctor::{Fix, NodeFinding, Pod};
use crate::flags::name;
use crate::health::FileRead;
use crate::manifest::POLICY_ANNOTATION;
use crate::shell;
use audit_policy::finding::Finding;
use audit_policy::finding::Severity;
use audit_policy::lint;
use audit_policy::lint::LintOptions;
use audit_policy::policy;
use audit_policy::policy::AcceptedPolicy;

pub(super) fn check(facts: &Facts, pod: &Pod) -> Vec<NodeFinding> {
    let mut faults = missing_webhook(facts, pod);
    faults.extend(super::webhook::check(facts, pod));
    let Some(policy) = &facts.policy else { return faults };
    if policy.is_missing() || policy.is_directory() {
        faults.push(missing(facts, pod, policy));
        return faults;
    }
    faults.extend(denied(pod, policy));
    let Some(text) = policy.bytes() else { return faults };
    faults.extend(not_loaded(facts, pod, policy, text));
    let verdict = policy::judge(text, pod.auditing.version);
    match &verdict.outcome {
        Err(refusal) => {
            let said = &refusal.error;
            let what = format!(
                "an API server {} does not start with this policy: {said}",
                pod.auditing.version
            );
            faults.push(
                NodeFinding::error("policy-rejected", what)
                    .file(&policy.place)
                    .place(refusal.place)
                    .why(when_rejected(facts))
                    .fix(way_back(facts, pod).unwrap_or_else(|| lint_command(policy)))
                    .stops(Blame::Auditing),
            );
        }
        Ok(accepted) => {
            faults.extend(linted(pod, policy, text));
            faults.extend(gone(facts, policy, accepted));
        }
    }
    faults
}

fn when_rejected(facts: &Facts) -> &'static str {
    match &facts.server {
        Some(server) if server.running.is_none() && !server.is_unseen() => {
            "the API server ends with these words each time it is started"
        }
        _ => {
            "nothing happens until the server restarts, at an upgrade or a reboot; then it stays away"
        }
    }
}

fn missing(facts: &Facts, pod: &Pod, policy: &At) -> NodeFinding {
    let shown = policy.place.display();
    let what = match policy.is_directory() {
        true => format!("a directory is where the policy `{shown}` belongs"),
        false => format!("there is no policy `{shown}`"),
    };
    NodeFinding::error("policy-missing", what)
        .file(&facts.file.place)
        .place(place(pod, name::POLICY_FILE))
        .why("the API server does not start again without it")
        .fix(way_back(facts, pod).unwrap_or_else(|| Fix::OnNode("enable --policy FILE".to_owned())))
        .stops(Blame::Auditing)
}

/// What brings back the policy that the server was started with: a server that is down has to be
/// rescued first; else the change that wrote it, if that is known.
fn way_back(facts: &Facts, pod: &Pod) -> Option<Fix> {
    if facts.is_down() {
        return Some(Fix::OnNode("rescue".to_owned()));
    }
    let sum = pod.manifest.annotation(POLICY_ANNOTATION)?;
    let change = facts.past.as_ref()?.wrote_sum(sum)?;
    Some(Fix::OnNode(format!("history restore {}", change.id)))
}

fn missing_webhook(facts: &Facts, pod: &Pod) -> Vec<NodeFinding> {
    let Some(file) = &facts.webhook else { return vec![] };
    let shown = file.place.display();
    let is_empty = file.bytes().is_some_and(<[u8]>::is_empty);
    let (id, what) = if file.is_missing() {
        ("webhook-missing", format!("there is no webhook configuration `{shown}`"))
    } else if file.is_directory() {
        (
            "webhook-empty",
            format!("a directory is where the webhook configuration `{shown}` belongs"),
        )
    } else if is_empty {
        ("webhook-empty", format!("the webhook configuration `{shown}` is empty"))
    } else {
        return vec![];
    };
    let fix = match facts.is_down() {
        true => "rescue",
        false => "enable --webhook-config FILE",
    };
    vec![
        NodeFinding::error(id, what)
            .file(&facts.file.place)
            .place(place(pod, name::WEBHOOK_CONFIG_FILE))
            .why("the API server does not start again without it")
            .fix(Fix::OnNode(fix.to_owned()))
            .stops(Blame::Auditing),
    ]
}

/// A server that runs as a user other than root needs a policy that he may read.
fn denied(pod: &Pod, policy: &At) -> Option<NodeFinding> {
    let (owner, stat) = (pod.manifest.run_as().owner(), policy.stat()?);
    let readable = owner.uid == 0
        || stat.mode & 0o004 != 0
        || (owner.uid == stat.owner.uid && stat.mode & 0o400 != 0)
        || (owner.gid == stat.owner.gid && stat.mode & 0o040 != 0);
    let word = shell::word(&policy.place);
    (!readable).then(|| {
        let what = format!(
            "the API server runs as user {}, who may not read the policy `{}`",
            owner.uid,
            policy.place.display()
        );
        NodeFinding::error("policy-denied", what)
            .file(&policy.place)
            .why("the API server does not start again")
            .fix(Fix::Run(format!("chown {} {word}", owner.uid)))
            .stops(Blame::Auditing)
    })
}

/// The server reads its policy once, when it starts.
fn not_loaded(facts: &Facts, pod: &Pod, policy: &At, text: &[u8]) -> Option<NodeFinding> {
    let edited = pod.policy_is_edited(text);
    let server = facts.server.as_ref();
    if server.is_some_and(|server| server.running.is_none() && !server.is_unseen()) {
        return None;
    }
    let running = server.and_then(|server| server.running.as_ref());
    let started = running.map(|running| running.started);
    let read = FileRead::by_clock(started, policy.stat().map(|stat| stat.modified));
    // Where the annotation speaks for an edit, it counts unless the clock clearly denies it; where
    // nothing but the clock speaks, it has to be clear.
    let later = match read {
        FileRead::Former => true,
        FileRead::Unclear => edited && started.is_some(),
        FileRead::Current => false,
    };
    let shown = policy.place.display();
    // The first run of a pod started with the text that its manifest's annotation names, whatever
    // was done to the file meanwhile.
    let is_first_run = running.is_some_and(|running| running.first_run);
    let is_marked = pod.manifest.annotation(POLICY_ANNOTATION).is_some();
    let fault = match (edited, running.is_some(), later) {
        (false, _, false) => return None,
        (false, _, true) if is_marked && is_first_run => return None,
        (true, true, true) | (true, false, _) => NodeFinding::error(
            "policy-not-loaded",
            format!("the policy `{shown}` was edited since it was put in force"),
        )
        .why(
            "the API server reads its policy only when it starts: it still goes by the former one",
        ),
        (false, _, true) => NodeFinding::warning(
            "policy-not-loaded",
            format!("the policy `{shown}` was written after the API server started"),
        )
        .why("the API server reads its policy only when it starts, so it may go by a former one"),
        (true, true, false) => NodeFinding::info(
            "policy-not-loaded",
            format!("the policy `{shown}` is not the one that the manifest's annotation names"),
        )
        .why("the API server has restarted since and goes by it, but nobody previewed this edit"),
    };
    // `enable` puts the edited policy in force, unless no server takes it.
    let is_good = policy::judge(text, pod.auditing.version).is_accepted();
    let fix = if is_good { None } else { way_back(facts, pod) };
    Some(fault.file(&policy.place).fix(fix.unwrap_or_else(|| match is_good {
        true => Fix::OnNode("enable".to_owned()),
        false => lint_command(policy),
    })))
}

fn lint_command(policy: &At) -> Fix {
    Fix::Anywhere(format!("lint {}", shell::word(&policy.place)))
}

fn linted(pod: &Pod, policy: &At, text: &[u8]) -> Vec<NodeFinding> {
    let sink = pod.auditing.on_write_error();
    let report =
        lint::lint(text, pod.auditing.version, &LintOptions { sink, ..LintOptions::default() });
    let of_fail_open = |finding: &Finding| finding.id == "fail-open";
    let mut faults: Vec<NodeFinding> = report
        .findings
        .iter()
        .find(|finding| of_fail_open(finding))
        .map(|finding| {
            NodeFinding::error(
                "fail-open",
                "the mode blocking-strict blocks nothing with this policy",
            )
            .file(&policy.place)
            .place(finding.place)
            .why(&finding.message)
            .by_hand(finding.help.clone().unwrap_or_default())
        })
        .into_iter()
        .collect();
    let worse = |finding: &&Finding| finding.severity > Severity::Info && !of_fail_open(finding);
    let found: Vec<&Finding> = report.findings.iter().filter(worse).collect();
    faults.extend(summary(policy, &found));
    faults
}

/// Most ids that are written out; lint shows the rest.
const MOST: usize = 4;

fn summary(policy: &At, found: &[&Finding]) -> Option<NodeFinding> {
    let worst = found.iter().max_by_key(|finding| finding.severity)?;
    let ids: BTreeSet<&str> = found.iter().map(|finding| finding.id).collect();
    let mut named: Vec<&str> = ids.iter().copied().take(MOST).collect();
    if ids.len() > MOST {
        named.push("…");
    }
    let what =
        format!("lint has {} to say about the policy: {}", count(found.len()), named.join(", "));
    let fault = NodeFinding::new("policy-findings", worst.severity, what)
        .file(&policy.place)
        .place(worst.place)
        .why(&worst.message)
        .fix(lint_command(policy));
    Some(fault)
}

fn count(things: usize) -> String {
    if things == 1 { "one thing".to_owned() } else { format!("{things} things") }
}

/// Namespaces that the cluster does not have (any more). The policy has no wildcards for them.
fn gone(facts: &Facts, policy: &At, accepted: &AcceptedPolicy) -> Option<NodeFinding> {
    let cluster = facts.namespaces.as_ref()?;
    let is_gone = |name: &&String| !name.is_empty() && !cluster.contains(*name);
    let rules = &accepted.policy().rules;
    let named = rules.iter().flat_map(|rule| &rule.namespaces);
    let gone: BTreeSet<&String> = named.filter(is_gone).collect();
    if gone.is_empty() {
        return None;
    }
    let whole = rules.iter().position(|rule| {
        !rule.namespaces.is_empty() && rule.namespaces.iter().all(|name| is_gone(&name))
    });
    let names: Vec<&str> = gone.iter().map(|name| name.as_str()).collect();
    let what = format!("the cluster has no namespace {}, which the policy names", names.join(", "));
    let (severity, why) = match whole {
        Some(_) => (Severity::Warning, "a rule that names no other namespace decides nothing"),
        None => (
            Severity::Info,
            "renamed and new namespaces are not covered: there are no wildcards for them",
        ),
    };
    let starts = accepted.rule_places();
    let fault = NodeFinding::new("namespaces-gone", severity, what)
        .file(&policy.place)
        .place(whole.and_then(|rule| starts.get(rule).copied()))
        .why(why)
        .by_hand("correct the names under `namespaces`, or remove them");
    Some(fault)
}
