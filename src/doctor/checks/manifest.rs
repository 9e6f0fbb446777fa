//! The manifest and the directory it is in.

use std::path::Path;

use crate::diagnosis::Blame;
use crate::doctor::facts::{At, Facts, FileState};
use crate::doctor::{Fix, NodeFinding};
use crate::health::RestartTimes;
use crate::manifest::{self, ManifestRefusal, RefusalReason, Typo};
use crate::settings::{POLICY_PATH, WEBHOOK_PATH};
use audit_policy::finding::Finding;

pub(super) fn check(facts: &Facts) -> Vec<NodeFinding> {
    let mut faults = state(&facts.file);
    faults.extend(facts.refusal.iter().flat_map(|refusal| refused(facts, refusal)));
    let typos = facts.pod.iter().flat_map(|pod| pod.manifest.typos());
    faults.extend(typos.map(|slip| {
        mistyped(facts, slip, NodeFinding::warning)
            .why("the kubelet drops it, and nothing tells anybody")
    }));
    faults.extend(facts.nearby.iter().map(|finding| nearby(facts, finding.clone())));
    faults.extend(facts.among_manifests.iter().map(|(file, it)| moved_out(facts, file, it)));
    faults
}

fn state(file: &At) -> Vec<NodeFinding> {
    let shown = file.place.display();
    match file.state {
        FileState::Missing => vec![
            NodeFinding::error("manifest-missing", format!("there is no manifest {shown}"))
                .why("the kubelet runs no API server without it")
                .fix(Fix::OnNode("rescue".to_owned()))
                .stops(Blame::Unknown),
        ],
        FileState::Is(_) if file.content.is_some() => vec![],
        _ => vec![
            NodeFinding::error("manifest-unseen", format!("the manifest {shown} cannot be read"))
                .why("what is in it was not checked")
                .by_hand("run this as root, and name a regular file with --manifest"),
        ],
    }
}

fn refused(facts: &Facts, refusal: &ManifestRefusal) -> Vec<NodeFinding> {
    let why = "the kubelet stops the API server within 20 seconds, and writes the reason to its own \
               journal only";
    let refused = |what: String| {
        NodeFinding::error("manifest-refused", what)
            .why(why)
            .file(&facts.file.place)
            .stops(Blame::Unknown)
    };
    match &refusal.reason {
        RefusalReason::Invalid(problems) => problems
            .iter()
            .map(|problem| {
                refused(problem.to_string()).place(Some(problem.place)).by_hand(&problem.repair)
            })
            .collect(),
        // A word of several lines is one that the kubelet takes.
        RefusalReason::Kind { .. } if is_run(facts) => uneditable(facts, refusal),
        RefusalReason::NotYaml { .. }
        | RefusalReason::NoPod { .. }
        | RefusalReason::NotUtf8
        | RefusalReason::NotFirst
        | RefusalReason::Kind { .. } => {
            vec![
                refused(refusal.reason.to_string())
                    .place(Some(refusal.place))
                    .by_hand(refusal.repair()),
            ]
        }
        RefusalReason::Mistake(mistake) => {
            let slip = Typo { mistake: mistake.clone(), place: refusal.place };
            vec![
                mistyped(facts, &slip, NodeFinding::error)
                    .why("the server does not start with it, or not as it is meant")
                    .stops(Blame::Unknown),
            ]
        }
        _ => uneditable(facts, refusal),
    }
}

fn is_run(facts: &Facts) -> bool {
    let text = facts.file.bytes().and_then(|bytes| str::from_utf8(bytes).ok());
    text.is_some_and(|text| manifest::check(text).is_ok())
}

fn uneditable(facts: &Facts, refusal: &ManifestRefusal) -> Vec<NodeFinding> {
    vec![
        NodeFinding::info("manifest-uneditable", &refusal.reason)
            .file(&facts.file.place)
            .place(Some(refusal.place))
            .why("the kubelet runs this manifest; this program would not edit it, and may misread its flags")
            .by_hand(refusal.repair()),
    ]
}

fn mistyped(
    facts: &Facts,
    slip: &Typo,
    rated: fn(&'static str, String) -> NodeFinding,
) -> NodeFinding {
    rated("typing-mistake", slip.mistake.to_string())
        .file(&facts.file.place)
        .place(Some(slip.place))
        .by_hand(slip.mistake.repair())
}

/// What other modules know to be wrong with the directory and the kubelet.
fn nearby(facts: &Facts, finding: Finding) -> NodeFinding {
    let why = match finding.id {
        "stray-manifest" => {
            "the kubelet reads every file whose name does not begin with a dot; edits of the other \
             one seem to work and are gone within 20 seconds"
        }
        "no-pod" => TRIES_AGAIN,
        "linked-manifest" => "a link to another copy of the same pod would run in its place",
        "not-watched" => "changes of the manifest have no effect",
        _ => "where the kubelet looks for manifests is not known",
    };
    let fault = NodeFinding::of(finding, why);
    match fault.id {
        "stray-manifest" if facts.live => fault.why(format!("{why}; {}", restarts(facts))),
        _ => fault,
    }
}

const TRIES_AGAIN: &str = "the kubelet tries again every 20 seconds, and complains each time";

/// What moving a manifest away does to the server.
fn restarts(facts: &Facts) -> String {
    let away = facts.pod.as_ref().map(|pod| RestartTimes::of(&pod.manifest).away());
    let for_long = away.map(|away| format!(": it is away for about {} s", away.as_secs()));
    format!("moving one away restarts the API server{}", for_long.unwrap_or_default())
}

/// A file that the server uses moves together with its flag and its mount, or the server does not
/// find it any more.
fn moved_out(facts: &Facts, file: &Path, finding: &Finding) -> NodeFinding {
    let is = |at: &Option<At>| at.as_ref().is_some_and(|at| at.node == file);
    let fault = NodeFinding::of(finding.clone(), TRIES_AGAIN);
    if is(&facts.policy) {
        return fault
            .why(format!(
                "{TRIES_AGAIN}; to move the file alone would take it away from the API server: \
                 `enable` moves file, flag and mount together, to {POLICY_PATH}"
            ))
            .fix(Fix::OnNode("enable".to_owned()));
    }
    let target = if is(&facts.webhook) { WEBHOOK_PATH } else { "a directory of its own" };
    fault.by_hand(format!(
        "copy it to {target}; name the copy in the manifest, in the `hostPath` of its volume, in its \
         `mountPath` and in the flag; remove this file when the API server is ready with that"
    ))
}
