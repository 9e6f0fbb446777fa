//! Which requests the checks of a policy will ask about.

use super::questions::Interest;
use super::{secret_bodies, unbounded_bodies};
use crate::api::Policy;

/// What the rules of this policy will be asked about.
pub(super) fn interests(policy: &Policy) -> Vec<Interest> {
    let mut interests: Vec<Interest> = vec![];
    for rule in &policy.rules {
        for interest in
            secret_bodies::interests(rule.level).chain(unbounded_bodies::interests(rule.level))
        {
            if !interests.contains(&interest) {
                interests.push(interest);
            }
        }
    }
    interests
}
