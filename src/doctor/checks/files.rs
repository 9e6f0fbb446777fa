//! Who may change the manifest, the policy and the log's directory.

use crate::doctor::facts::{At, Facts};
use crate::doctor::{Fix, NodeFinding};
use crate::shell;

pub(super) fn check(facts: &Facts) -> Vec<NodeFinding> {
    let directory = facts.log.as_ref().map(|log| &log.directory);
    let files = [Some(&facts.file), facts.policy.as_ref(), facts.webhook.as_ref()];
    let files: Vec<&At> = files.into_iter().flatten().collect();
    let mut faults: Vec<NodeFinding> = files.iter().filter_map(|file| writable(file)).collect();
    for at in files.into_iter().chain(directory) {
        for danger in &at.dangers {
            let fault = NodeFinding::of(danger.clone(), WHY);
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
    }
    faults
}

const WHY: &str =
    "anyone who may write there decides what the API server runs with and what it records";

fn writable(at: &At) -> Option<NodeFinding> {
    let stat = at.stat().filter(|_| at.is_file())?;
    let (mode, word) = (stat.mode, shell::word(&at.place));
    (mode & 0o022 != 0).then(|| {
        let what = format!(
            "others than its owner may write to `{}` (mode {mode:04o})",
            at.place.display()
        );
        NodeFinding::warning("file-mode", what)
            .file(&at.place)
            .why(WHY)
            .fix(Fix::Run(format!("chmod go-w {word}")))
    })
}
