//! When a rule in front of another one takes what the other is about.

use super::algebra::{Analysis, Bound, Reach, World};
use crate::api::{Policy, Rule, Version};

/// Work to compare two rules with: a small part of what all questions may take.
const PAIR: Bound = Bound(1_000_000);

/// Says whether an earlier rule that takes a part of a later one, and records less of it, takes it
/// by its breadth.
///
/// A narrow rule in front of a broad one is how exceptions are written. What nobody means is a
/// broad rule in front that takes a part of what a narrow one is about. Stages do not count here:
/// they are left out by whole groups of rules.
pub(super) fn takes_by_breadth(
    earlier: &Rule,
    later: &Rule,
    version: Version,
    world: &World,
) -> bool {
    earlier.level < later.level
        && covers(&targets(earlier), &targets(later), version, world)
        && !covers(later, earlier, version, world)
}

/// Says whether one rule takes everything that another does, each by itself.
pub(super) fn covers(one: &Rule, other: &Rule, version: Version, world: &World) -> bool {
    let both = Policy { rules: vec![one.clone(), other.clone()], ..Policy::default() };
    let mut analysis = Analysis::new(&both, version, world, PAIR);
    matches!(analysis.reach(1), Reach::Unreachable { .. })
}

/// The rule without what it says of users and verbs.
fn targets(rule: &Rule) -> Rule {
    Rule {
        resources: rule.resources.clone(),
        non_resource_urls: rule.non_resource_urls.clone(),
        ..Rule::default()
    }
}
