//! `any-group`: a wildcard that older servers refuse.

use super::catalog::ANY_GROUP;
use super::subject::Subject;
use crate::finding::Finding;

/// Looks for `group: "*"`, for a policy that servers of every version are to read.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let places = subject.rules().flat_map(|placed| {
        let groups = placed.rule.resources.iter().zip(&placed.places.resources);
        groups.filter(|(group, _)| group.group == "*").map(|(_, places)| places.group)
    });
    let found = |place| {
        let message = "`group: \"*\"` is known to API servers from 1.36 on; older ones do not start \
                       with this policy";
        let help = "write an item for each API group, or leave `resources` out: a rule without it \
                    matches every resource. If no older server reads it, say so: --for 1.36";
        ANY_GROUP.found(place, message).help(help)
    };
    places.map(found).collect()
}
