//! What earlier changes left.

use std::path::Path;

use crate::doctor::facts::{Facts, JournalFacts, OpenChange};
use crate::doctor::{Fix, NodeFinding};
use crate::journal::STATE;
use crate::shell;

pub(super) fn check(facts: &Facts) -> Vec<NodeFinding> {
    let Some(past) = &facts.past else { return vec![] };
    let mut faults: Vec<NodeFinding> = undone(past).into_iter().collect();
    faults.extend(overwritten(facts, past));
    faults.extend(past.open.as_ref().map(open));
    faults.extend(past.units.iter().map(|unit| unit_left(facts, unit)));
    faults.extend(past.damages.iter().map(|damage| {
        NodeFinding::warning("journal-damaged", damage)
            .file(Path::new(STATE))
            .why("a change whose entry is damaged cannot be taken back by itself")
            .by_hand("keep a copy of the former files; a rescue still strips audit settings")
    }));
    faults
}

fn undone(past: &JournalFacts) -> Option<NodeFinding> {
    let change = past.left_off.as_ref()?;
    let fault = NodeFinding::warning("auditing-taken-back", change.says_off())
        .why("nothing is recorded until someone turns auditing on again")
        .fix(Fix::OnNode("enable".to_owned()));
    Some(fault)
}

/// Auditing that is lost without anybody's will: the way back is the change that made it, which has
/// the user's own policy.
fn overwritten(facts: &Facts, past: &JournalFacts) -> Option<NodeFinding> {
    let change = past.overwritten.as_ref()?;
    let writer = match &facts.distribution {
        Some(it) if facts.is_kubeadms() => {
            format!("{} (`kubeadm upgrade`?)", it.distribution.name)
        }
        Some(it) => it.distribution.name.to_owned(),
        None => "another tool".to_owned(),
    };
    let fault = NodeFinding::error("auditing-overwritten", change.says_overwritten())
        .file(&facts.file.place)
        .why(format!(
            "{writer} or a person has written the manifest since, without these settings: nothing is \
             recorded as they say"
        ))
        .fix(Fix::OnNode(format!("history restore {}", change.id)));
    Some(fault)
}

fn open(open: &OpenChange) -> NodeFinding {
    let change = &open.change;
    let name = format!("change {} ({}) of {}", change.id, change.command.name(), change.time);
    match open.left {
        Some(left) => {
            let minutes = left.as_secs() / 60;
            NodeFinding::warning("change-unconfirmed", format!("{name} waits to be confirmed"))
                .why(format!(
                    "it is restored in {minutes} min {} s unless you do it first",
                    left.as_secs() % 60
                ))
                .fix(Fix::OnNode("confirm".to_owned()))
        }
        None if open.watched => NodeFinding::info("change-open", format!("{name} is being made"))
            .why("what is found now may be different in a minute"),
        None => NodeFinding::error("change-open", format!("{name} was left unfinished"))
            .why("its process has ended, and nobody watches over it")
            .fix(Fix::OnNode("rescue".to_owned())),
    }
}

fn unit_left(facts: &Facts, unit: &Path) -> NodeFinding {
    let name = unit.file_name().unwrap_or_default().to_string_lossy();
    let fault = NodeFinding::warning(
        "dead-man-left",
        format!("the unit `{}` is left of a change that has ended", unit.display()),
    )
    .why("it does nothing more, and is in the way of anyone who looks for one that does");
    if !facts.live {
        return fault.by_hand("remove it, and the link to it below multi-user.target.wants");
    }
    fault.fix(Fix::Run(format!(
        "systemctl disable {name} && rm {} && systemctl daemon-reload",
        shell::word(unit)
    )))
}
