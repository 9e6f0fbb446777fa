//! Where in a policy the rules of a template belong.

use audit_policy::analysis::Analysis;
use audit_policy::analysis::Bound;
use audit_policy::analysis::ClusterFacts;
use audit_policy::analysis::DecisionEquality;
use audit_policy::analysis::Difference;
use audit_policy::analysis::Reachability;
use audit_policy::analysis::difference;
use audit_policy::api::Policy;
use audit_policy::api::Rule;
use audit_policy::api::Version;
use audit_policy::policy::Decision;
use audit_policy::policy::decision;

/// Work for one question about the whole policy. A template asks up to three for each of its rules.
const QUESTION: Bound = Bound(100_000_000);

/// Where the rules of a template go.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Placement {
    /// The rules to insert, in the order of the template.
    pub(super) insertions: Vec<Insertion>,
    /// The rules that are not needed, but of whose requests some are decided in another way by
    /// rules that are there, in rising order.
    pub(super) overruled: Vec<usize>,
    /// The policy with the rules to insert.
    pub(super) policy: Policy,
}

/// A rule of the template and the rule, of those that are there, before which it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Insertion {
    /// The number of the template's rule, from 0.
    pub(super) rule: usize,
    /// The number of the rule that follows it, from 0; after the last one if there is none.
    pub(super) before: usize,
}

/// Places each rule before the first one that would shadow it, and none after a later rule of
/// the template. A rule that would change no decision is left out.
///
/// The last rule comes first: whether an earlier one is needed depends on those after it.
///
/// `plain` are the rules of the template as they are without the stages that it leaves out of every
/// request: a policy that has one of them already records more than the template, and keeps it.
pub(super) fn place(
    former: &Policy,
    template: &[Rule],
    plain: &[Rule],
    version: Version,
    world: &ClusterFacts,
) -> Placement {
    let mut policy = former.clone();
    let mut insertions = vec![];
    let mut overruled = vec![];
    let mut end = former.rules.len();
    for (number, rule) in template.iter().enumerate().rev() {
        let earlier = &template[..number];
        end = first_shadow(former, &former.rules[..end], earlier, rule, version, world);
        let with = |rule: &Rule| {
            let mut with_it = policy.clone();
            with_it.rules.insert(end, rule.clone());
            with_it
        };
        let with_it = with(rule);
        let is_there = |with_it: &Policy| same(&policy, with_it, version, world);
        if is_there(&with_it) || is_there(&with(&plain[number])) {
            let [without, with_it] = [&plain[..number], &plain[..=number]].map(|rules| {
                let rules = rules.iter().chain(&policy.rules).cloned().collect();
                Policy { rules, ..policy.clone() }
            });
            if !same(&without, &with_it, version, world) {
                overruled.push(number);
            }
            continue;
        }
        policy = with_it;
        insertions.push(Insertion { rule: number, before: end });
    }
    insertions.reverse();
    overruled.reverse();
    Placement { insertions, overruled, policy }
}

/// The first of these rules that would shadow a rule after all of them; how many there are, if
/// none would. Those that the template has before the rule itself do not count.
fn first_shadow(
    former: &Policy,
    rules: &[Rule],
    earlier: &[Rule],
    rule: &Rule,
    version: Version,
    world: &ClusterFacts,
) -> usize {
    let meant =
        |at: &usize| earlier.iter().any(|one| alike(former, one, &rules[*at], version, world));
    let others: Vec<usize> = (0..rules.len()).filter(|at| !meant(at)).collect();
    let mut tried = Policy { rules: vec![], ..former.clone() };
    tried.rules.extend(others.iter().map(|at| rules[*at].clone()));
    tried.rules.push(rule.clone());
    let mut analysis = Analysis::new(&tried, version, world, QUESTION);
    let mut shadows = vec![];
    if let Reachability::Unreachable { shadowed_by, .. } = analysis.reach(others.len()) {
        shadows = shadowed_by;
    }
    let last = others.len();
    let mut takes_a_part = |at: &usize| {
        tried.rules[*at].level < rule.level
            && analysis.covers_targets(*at, last)
            && !analysis.covers(last, *at)
            && analysis.decided_of(*at, last).is_ok_and(|taken| taken.is_some())
    };
    shadows.extend((0..last).filter(|at| takes_a_part(at)));
    shadows.iter().min().map_or(rules.len(), |first| others[*first])
}

/// Whether two policies record the same. In doubt they do not: a rule too many is harmless.
fn same(one: &Policy, other: &Policy, version: Version, world: &ClusterFacts) -> bool {
    let found = difference([one, other], version, world, DecisionEquality::Record, QUESTION);
    found == Difference::Equal
}

/// Whether two rules take the same requests and say the same of them, however they are written.
fn alike(
    former: &Policy,
    one: &Rule,
    other: &Rule,
    version: Version,
    world: &ClusterFacts,
) -> bool {
    let policy = Policy { rules: vec![one.clone(), other.clone()], ..former.clone() };
    let [said, of_other] = [0, 1].map(|rule| decision(&policy, Some(rule)));
    let analysis = Analysis::new(&policy, version, world, QUESTION);
    said == Decision { rule: said.rule, ..of_other }
        && analysis.covers(0, 1)
        && analysis.covers(1, 0)
}
