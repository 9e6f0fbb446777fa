//! Which requests two policies decide differently.

use std::collections::HashMap;

use super::class::Class;
use super::cluster_facts::ClusterFacts;
use super::decisions::{ComparedDecision, DecisionEquality};
use super::ranking::{DecisionNumber, Ranking};
use super::regions::{Region, Regions, regions_of};
use super::space::Space;
use super::witness;
use super::work_budget::{Bound, WorkBudget};
use crate::api::{Policy, Rule, Version};
use crate::policy::Decision;
use crate::policy::decide;
use crate::policy::decision;
use crate::request::Request;

/// Which requests two policies decide differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// None: they mean the same.
    Equal,
    /// These. No request is in two of the classes, and no two classes could be one.
    Classes(Vec<DecisionChange>),
    /// It would take more work than allowed to find all. These were found, which may be parts of
    /// larger ones.
    NotDecided(Vec<DecisionChange>),
}

impl Difference {
    /// Returns what was found.
    #[must_use]
    pub fn changes(&self) -> &[DecisionChange] {
        match self {
            Self::Equal => &[],
            Self::Classes(changes) | Self::NotDecided(changes) => changes,
        }
    }
}

/// Requests that one policy decides in one way, and another policy in another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionChange {
    /// The requests.
    pub requests: Class,
    /// One of them.
    pub example: Request<'static>,
    /// What the first policy says to the example. To the others it says the same, but maybe by
    /// other rules.
    pub before: Decision,
    /// What the second policy says to it.
    pub after: Decision,
}

/// Returns which requests two policies decide differently, as servers of one version read them.
///
/// # Examples
///
/// ```
/// use audit_policy::api::Version;
/// use audit_policy::analysis::{Bound, Difference, DecisionEquality, ClusterFacts, difference};
/// use audit_policy::policy;
///
/// let read = |rules: &str| {
///     let text = format!("apiVersion: audit.k8s.io/v1\nrules:\n{rules}");
///     policy::judge(text.as_bytes(), Version::NEWEST).outcome.unwrap()
/// };
/// let long = read("- {level: Request, verbs: [get]}\n- level: Request\n");
/// let short = read("- level: Request\n");
/// let cluster = ClusterFacts::default();
/// let same = difference(
///     [long.policy(), short.policy()],
///     Version::NEWEST,
///     &cluster,
///     DecisionEquality::Decision,
///     Bound::default(),
/// );
/// assert_eq!(same, Difference::Equal);
/// ```
#[must_use]
pub fn difference(
    policies: [&Policy; 2],
    version: Version,
    cluster: &ClusterFacts,
    sameness: DecisionEquality,
    bound: Bound,
) -> Difference {
    if policies[0] == policies[1] {
        return Difference::Equal;
    }
    let anybody = anybody();
    let observes = sameness == DecisionEquality::Observed;
    let mut rules: Vec<&Rule> = policies.iter().flat_map(|policy| &policy.rules).collect();
    rules.extend(observes.then_some(&anybody));
    let mut work = WorkBudget::new(bound);
    let Ok(space) = Space::telling(&rules, version, cluster, observes, &mut work) else {
        return Difference::NotDecided(vec![]);
    };
    let change = |Region { class, example }| {
        let example = witness::request(&space, &example, cluster.identities);
        let is_one = |request: &Request<'_>| class.contains(request);
        let example = witness::familiar(example, cluster, is_one);
        let [before, after] = policies.map(|policy| decide(policy, &example, version));
        DecisionChange { requests: class, example, before, after }
    };
    let changes = |regions: Vec<Region>| {
        let mut changes: Vec<DecisionChange> = regions.into_iter().map(change).collect();
        changes.sort_by_key(|change| {
            [&change.before, &change.after].map(|by| by.rule.unwrap_or(usize::MAX))
        });
        changes
    };
    let (rankings, essences) = rankings(policies, sameness);
    let observed = observes.then_some(&essences[..]);
    match regions_of(&space, &rankings, observed, &mut work) {
        Ok(Regions::All(all)) if all.is_empty() => Difference::Equal,
        Ok(Regions::All(all)) => Difference::Classes(changes(all)),
        Ok(Regions::Some(some)) => Difference::NotDecided(changes(some)),
        Err(_) => Difference::NotDecided(vec![]),
    }
}

/// Ranks the rules of both policies by what they decide. Rules are numbered through both.
///
/// Also returns the decisions by their numbers.
fn rankings(
    policies: [&Policy; 2],
    sameness: DecisionEquality,
) -> ([Ranking; 2], Vec<ComparedDecision>) {
    let mut known: HashMap<ComparedDecision, DecisionNumber> = HashMap::new();
    let mut first = 0;
    let rankings = policies.map(|policy| {
        let mut number = |rule: Option<usize>| {
            let next = known.len();
            *known.entry(sameness.compared(&decision(policy, rule))).or_insert(next)
        };
        let rules =
            (0..policy.rules.len()).map(|rule| (first + rule, number(Some(rule)))).collect();
        let ranking = Ranking { rules, otherwise: number(None) };
        first += policy.rules.len();
        ranking
    });
    let mut essences: Vec<(ComparedDecision, DecisionNumber)> = known.into_iter().collect();
    essences.sort_by_key(|(_, number)| *number);
    (rankings, essences.into_iter().map(|(compared, _)| compared).collect())
}

/// A rule that takes every request but those of failed authentication: with it among the rules,
/// these are never in one atom with others.
fn anybody() -> Rule {
    let groups = ["system:authenticated", "system:unauthenticated"];
    Rule { user_groups: groups.map(str::to_owned).to_vec(), ..Rule::default() }
}
