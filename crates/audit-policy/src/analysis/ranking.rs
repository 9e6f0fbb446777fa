//! Rules in the order in which they are tried, and what is left of them on the way to a request.

use std::collections::HashMap;

use super::bits::Bits;
use super::space::Space;

/// What a decision is, as a number.
pub(super) type DecisionNumber = usize;

/// What two rankings decide of the same request.
pub(super) type Pair = [DecisionNumber; 2];

/// Rules in the order in which they are tried, each with what it decides.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Ranking {
    pub(super) rules: Vec<(usize, DecisionNumber)>,
    /// What is decided if none takes the request.
    pub(super) otherwise: DecisionNumber,
}

/// Two rankings that are asked the same.
pub(super) type Rankings = [Ranking; 2];

/// The dimensions that are left after others, and which rules are alike in them.
pub(super) struct Rest {
    /// The first rule that takes the same in all of these dimensions.
    alike: Vec<usize>,
    takes_all: Vec<bool>,
}

pub(super) const AFTER_TARGET: usize = 0;
pub(super) const AFTER_NAMESPACE: usize = 1;
pub(super) const AFTER_VERB: usize = 2;
pub(super) const AFTER_USER: usize = 3;

/// Says whether both come to the same, whatever is left to choose.
pub(super) fn is_decided([before, after]: &Rankings) -> bool {
    before == after
}

impl Rest {
    /// Leaves of a ranking the rules that can still decide, in the shortest way: alike rules once,
    /// nothing after a rule that takes all, and nothing at the end that changes nothing.
    pub(super) fn narrow(&self, ranking: &Ranking, taking: &Bits) -> Ranking {
        let mut rules: Vec<(usize, DecisionNumber)> = vec![];
        let mut otherwise = ranking.otherwise;
        for (rule, decision) in &ranking.rules {
            if !taking.contains(*rule) {
                continue;
            }
            if self.takes_all[*rule] {
                otherwise = *decision;
                break;
            }
            let alike = self.alike[*rule];
            if rules.iter().all(|(earlier, _)| *earlier != alike) {
                rules.push((alike, *decision));
            }
        }
        while rules.pop_if(|(_, decision)| *decision == otherwise).is_some() {}
        Ranking { rules, otherwise }
    }
}

/// Returns the dimensions that are left after the target, the namespace, the verb, the user.
pub(super) fn rests(space: &Space, rules: usize) -> [Rest; 4] {
    let Space { namespaces, verbs, users, groups, .. } = space;
    let selectors = |rule: usize| {
        let all = |takes_all: bool, selector: usize| if takes_all { None } else { Some(selector) };
        [
            all(namespaces.takes_all(rule), namespaces.selector(rule)),
            all(verbs.takes_all(rule), verbs.selector(rule)),
            all(users.takes_all(rule), users.selector(rule)),
            all(groups.wanted_by(rule).is_none(), groups.selector(rule)),
        ]
    };
    std::array::from_fn(|after| {
        let mut known = HashMap::new();
        let rest = |rule: usize| selectors(rule)[after..].to_vec();
        Rest {
            alike: (0..rules).map(|rule| *known.entry(rest(rule)).or_insert(rule)).collect(),
            takes_all: (0..rules).map(|rule| rest(rule).iter().all(Option::is_none)).collect(),
        }
    })
}
