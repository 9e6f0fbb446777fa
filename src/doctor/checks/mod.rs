//! Facts in, faults out. Nothing here touches a machine.

mod certificates;
mod earlier_changes;
mod files;
mod flags;
mod log;
mod log_writing;
mod manifest;
mod mounts;
mod owner;
mod policy;
mod retention;
mod server;
mod webhook;

use super::{Facts, NodeFinding, Pod};

/// Returns everything that is wrong, the worst first.
#[must_use]
pub fn check(facts: &Facts) -> Vec<NodeFinding> {
    let on_node = [manifest::check, server::check, files::check, earlier_changes::check];
    let mut faults: Vec<NodeFinding> = on_node.iter().flat_map(|check| check(facts)).collect();
    if let Some(pod) = &facts.pod {
        let of_pod: [fn(&Facts, &Pod) -> Vec<NodeFinding>; 7] = [
            flags::check,
            mounts::check,
            certificates::check,
            policy::check,
            log::check,
            retention::check,
            owner::check,
        ];
        faults.extend(of_pod.iter().flat_map(|check| check(facts, pod)));
    }
    faults.sort_by_key(|fault| std::cmp::Reverse(fault.severity));
    faults
}
