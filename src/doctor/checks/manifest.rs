//! The manifest and the directory it lies in.

use crate::doctor::facts::{At, Facts, Standing};
use crate::doctor::{Fault, Mend};
use crate::manifest::{Reason, Refusal, Slip};
use audit_policy::finding::Finding;

pub(super) fn check(facts: &Facts) -> Vec<Fault> {
    let mut faults = standing(&facts.file);
    faults.extend(facts.refusal.iter().flat_map(|refusal| refused(facts, refusal)));
    let slips = facts.pod.iter().flat_map(|pod| pod.manifest.slips());
    faults.extend(slips.map(|slip| {
        mistyped(facts, slip, Fault::warning).why("the kubelet drops it, and nothing tells anybody")
    }));
    faults.extend(facts.nearby.iter().cloned().map(nearby));
    faults
}

fn standing(file: &At) -> Vec<Fault> {
    let shown = file.place.display();
    match file.standing {
        Standing::Missing => vec![
            Fault::error("manifest-missing", format!("there is no manifest {shown}"))
                .why("the kubelet runs no API server without it")
                .mend(Mend::OnNode("rescue".to_owned())),
        ],
        Standing::Is(_) if file.content.is_some() => vec![],
        _ => vec![
            Fault::error("manifest-unseen", format!("the manifest {shown} cannot be read"))
                .why("what is in it was not checked")
                .by_hand("run this as root, and name a regular file with --manifest"),
        ],
    }
}

fn refused(facts: &Facts, refusal: &Refusal) -> Vec<Fault> {
    let why = "the kubelet stops the API server within 20 seconds, and writes the reason to its own \
               journal only";
    let refused =
        |what: String| Fault::error("manifest-refused", what).why(why).file(&facts.file.place);
    match &refusal.reason {
        Reason::Invalid(problems) => problems
            .iter()
            .map(|problem| {
                refused(problem.to_string()).place(Some(problem.place)).by_hand(&problem.repair)
            })
            .collect(),
        Reason::NotYaml { .. }
        | Reason::NoPod { .. }
        | Reason::NotUtf8
        | Reason::NotFirst
        | Reason::Kind { .. } => {
            vec![
                refused(refusal.reason.to_string())
                    .place(Some(refusal.place))
                    .by_hand(refusal.repair()),
            ]
        }
        Reason::Mistake(mistake) => {
            let slip = Slip { mistake: mistake.clone(), place: refusal.place };
            vec![
                mistyped(facts, &slip, Fault::error)
                    .why("the server does not start with it, or not as it is meant"),
            ]
        }
        other => vec![
            Fault::info("manifest-uneditable", other)
                .file(&facts.file.place)
                .place(Some(refusal.place))
                .why("this program would not edit this manifest, and may misread its flags")
                .by_hand(refusal.repair()),
        ],
    }
}

fn mistyped(facts: &Facts, slip: &Slip, rated: fn(&'static str, String) -> Fault) -> Fault {
    rated("typing-mistake", slip.mistake.to_string())
        .file(&facts.file.place)
        .place(Some(slip.place))
        .by_hand(slip.mistake.repair())
}

/// What other modules know to be wrong with the directory and the kubelet.
fn nearby(finding: Finding) -> Fault {
    let why = match finding.id {
        "stray-manifest" => {
            "the kubelet reads every file whose name does not begin with a dot; edits of the other \
             one seem to work and are gone within 20 seconds"
        }
        "no-pod" => "the kubelet tries again every 20 seconds, and complains each time",
        "linked-manifest" => "a link to another copy of the same pod would run in its place",
        "not-watched" => "changes of the manifest have no effect",
        _ => "where the kubelet looks for manifests is not known",
    };
    Fault::of(finding, why)
}
