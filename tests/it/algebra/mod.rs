//! Holds every exact answer about policies against all requests that there are.
//!
//! Small random policies name few values, so that the requests they could tell apart can be asked
//! one by one. Nothing here shares code with the answers but `decide`, `matches` and `can_happen`.
//!
//! A few hundred policies are asked here each time. `cargo test --release --test algebra -- --ignored`
//! asks thousands.

mod brute;
mod random;

use std::ops::Range;

use audit_policy::analysis::Analysis;
use audit_policy::analysis::Bound;
use audit_policy::analysis::Class;
use audit_policy::analysis::ClusterFacts;
use audit_policy::analysis::Decides;
use audit_policy::analysis::DecisionChange;
use audit_policy::analysis::DecisionEquality;
use audit_policy::analysis::Difference;
use audit_policy::analysis::Reachability;
use audit_policy::analysis::TooMuch;
use audit_policy::analysis::can_happen;
use audit_policy::analysis::difference;
use audit_policy::api::GroupResources;
use audit_policy::api::Level;
use audit_policy::api::Policy;
use audit_policy::api::Rule;
use audit_policy::api::Stage;
use audit_policy::api::Version;
use audit_policy::policy::Decision;
use audit_policy::policy::decide;
use audit_policy::policy::matches;
use audit_policy::request::Request;
use brute::{At, Requests};
use random::Random;

const VERSION: Version = Version::NEWEST;

/// Differences with more requests than this are not looked at, for the time it takes.
const MOST_REQUESTS: usize = 60_000;

/// A policy, and for every request the rules that match it.
struct Case {
    seed: u64,
    policy: Policy,
    world: ClusterFacts,
    matching: Vec<u32>,
}

impl Case {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let (world, policy) = (random.world(), random.policy(6));
        let requests = Requests::of(&[&policy], &world);
        Self {
            seed,
            matching: requests.map(|request, _| matching(&policy, request)),
            policy,
            world,
        }
    }

    fn is_decided_by(&self, rule: usize) -> bool {
        self.matching.iter().any(|rules| rules.trailing_zeros() as usize == rule)
    }

    /// Every two different rules.
    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let rules = self.policy.rules.len();
        (0..rules)
            .flat_map(move |one| (0..rules).map(move |two| (one, two)))
            .filter(|(one, two)| one != two)
    }

    /// Whether these rules take everything that a later one could decide.
    fn take_all_of(&self, rules: &[usize], rule: usize) -> bool {
        let rules = rules.iter().fold(0_u32, |set, rule| set | 1 << rule);
        let mut wanted = self.matching.iter().filter(|matching| *matching >> rule & 1 == 1);
        wanted.all(|matching| matching & rules != 0)
    }
}

/// The rules that match a request, as bits.
fn matching(policy: &Policy, request: &Request<'_>) -> u32 {
    let rules = policy.rules.iter().enumerate();
    let rules = rules.filter(|(_, rule)| matches(rule, request, VERSION));
    rules.fold(0, |set, (at, _)| set | 1 << at)
}

fn assert_reach_is_true(case: &Case, rule: usize, reach: &Reachability) {
    let seed = case.seed;
    let is_reached = case.is_decided_by(rule);
    match reach {
        Reachability::Reached { witness } => {
            assert!(can_happen(witness, &case.world), "{seed} {rule}: {witness:?}");
            assert_eq!(
                decide(&case.policy, witness, VERSION).rule,
                Some(rule),
                "{seed}: {witness:?}"
            );
            assert!(is_reached, "{seed} {rule}: the oracle misses {witness:?}");
        }
        Reachability::Unreachable { shadowed_by, .. } => {
            assert!(!is_reached, "{seed} {rule}: by {shadowed_by:?}");
            assert!(case.take_all_of(shadowed_by, rule), "{seed} {rule}: by {shadowed_by:?}");
            for dropped in shadowed_by {
                let fewer: Vec<_> =
                    shadowed_by.iter().copied().filter(|other| other != dropped).collect();
                assert!(!case.take_all_of(&fewer, rule), "{seed} {rule}: without {dropped}");
            }
        }
        Reachability::NotDecided => panic!("{seed} {rule}: not decided"),
    }
}

fn assert_every_reach_is_true(seeds: Range<u64>) {
    let (mut unreachable, policies) = (0, seeds.clone().count());
    for seed in seeds {
        let case = Case::new(seed);
        let mut analysis = Analysis::new(&case.policy, VERSION, &case.world, Bound::default());
        for rule in 0..case.policy.rules.len() {
            let reach = analysis.reach(rule);
            unreachable += usize::from(matches!(reach, Reachability::Unreachable { .. }));
            assert_reach_is_true(&case, rule, &reach);
        }
    }
    assert!(unreachable > policies / 5, "only {unreachable} rules were unreachable");
}

fn assert_what_rules_take_from_each_other_is_true(seeds: Range<u64>) {
    let (mut found, policies) = (0, seeds.clone().count());
    for seed in seeds {
        let case = Case::new(seed);
        let mut analysis = Analysis::new(&case.policy, VERSION, &case.world, Bound::default());
        for (rule, other) in case.pairs() {
            let what = format!("{seed} {rule} {other}");
            let takes = case
                .matching
                .iter()
                .any(|rules| rules.trailing_zeros() as usize == rule && rules >> other & 1 == 1);
            match analysis.decided_of(rule, other) {
                Ok(Some(witness)) => {
                    let decision = decide(&case.policy, &witness, VERSION);
                    assert_eq!(decision.rule, Some(rule), "{what}: {witness:?}");
                    assert!(matches(&case.policy.rules[other], &witness, VERSION), "{what}");
                    assert!(can_happen(&witness, &case.world), "{what}: {witness:?}");
                    assert!(takes, "{what}: the oracle misses {witness:?}");
                    found += 1;
                }
                Ok(None) => assert!(!takes, "{what}"),
                Err(TooMuch) => panic!("{what}: not decided"),
            }
            let covers =
                case.matching.iter().all(|rules| rules >> other & 1 == 0 || rules >> rule & 1 == 1);
            assert!(covers || !analysis.covers(rule, other), "{what}: covers");
        }
    }
    assert!(found > policies, "only {found} were found");
}

/// Rules with one word of this one each.
fn parts(rule: &Rule) -> Vec<Rule> {
    let one = |word: &String| vec![word.clone()];
    let verbs = rule.verbs.iter().map(|it| Rule { verbs: one(it), ..Rule::default() });
    let users = rule.users.iter().map(|it| Rule { users: one(it), ..Rule::default() });
    let groups = rule.user_groups.iter().map(|it| Rule { user_groups: one(it), ..Rule::default() });
    let places = rule.namespaces.iter().map(|it| Rule { namespaces: one(it), ..Rule::default() });
    let paths = rule
        .non_resource_urls
        .iter()
        .map(|it| Rule { non_resource_urls: one(it), ..Rule::default() });
    let resources = rule.resources.iter().flat_map(|group| {
        let part = |resources| GroupResources { resources, ..group.clone() };
        let words: Vec<Vec<String>> = match &group.resources[..] {
            [] => vec![vec![]],
            words => words.iter().map(one).collect(),
        };
        words.into_iter().map(move |words| Rule { resources: vec![part(words)], ..Rule::default() })
    });
    // Where a rule names resources, its paths do not count.
    let paths = paths.filter(|_| rule.resources.is_empty() && rule.namespaces.is_empty());
    verbs.chain(users).chain(groups).chain(places).chain(paths).chain(resources).collect()
}

fn assert_what_rules_decide_of_their_words_is_true(seeds: Range<u64>) {
    let (mut lost, policies) = (0, seeds.clone().count());
    for seed in seeds {
        let case = Case::new(seed);
        let requests = Requests::of(&[&case.policy], &case.world);
        let mut analysis = Analysis::new(&case.policy, VERSION, &case.world, Bound::default());
        for (rule, part) in case
            .policy
            .rules
            .iter()
            .map(parts)
            .enumerate()
            .flat_map(|(rule, parts)| parts.into_iter().map(move |part| (rule, part)))
        {
            let what = format!("{seed} {rule} {part:?}");
            let in_part = requests.map(|request, _| matches(&part, request, VERSION));
            let matching = || case.matching.iter().zip(&in_part).filter(|(_, is_in)| **is_in);
            let is_reached = matching().any(|(rules, _)| rules.trailing_zeros() as usize == rule);
            match analysis.reach_of(rule, &part) {
                Reachability::Reached { witness } => {
                    assert!(is_reached, "{what}: {witness:?}");
                    assert_eq!(decide(&case.policy, &witness, VERSION).rule, Some(rule), "{what}");
                }
                Reachability::Unreachable { shadowed_by, .. } => {
                    assert!(!is_reached, "{what}");
                    let takes = |rules: u32| shadowed_by.iter().any(|by| rules >> by & 1 == 1);
                    let mut wanted = matching().filter(|(rules, _)| *rules >> rule & 1 == 1);
                    assert!(wanted.all(|(rules, _)| takes(*rules)), "{what}: {shadowed_by:?}");
                    lost += usize::from(!shadowed_by.is_empty());
                }
                Reachability::NotDecided => panic!("{what}: not decided"),
            }
        }
    }
    assert!(lost > policies, "only {lost} words were lost");
}

/// What of a decision must be equal.
type Essence = (Level, Vec<Stage>, bool);

fn essence(decision: &Decision, sameness: DecisionEquality) -> Essence {
    let mut stages = decision.omit_stages.clone();
    stages.dedup();
    match (sameness, decision.level) {
        (DecisionEquality::Decision, level) => (level, stages, decision.omit_managed_fields),
        (DecisionEquality::Record | DecisionEquality::Observed, Level::None) => {
            (Level::None, vec![], false)
        }
        (DecisionEquality::Record | DecisionEquality::Observed, Level::Metadata) => {
            (Level::Metadata, stages, false)
        }
        (DecisionEquality::Record | DecisionEquality::Observed, level) => {
            (level, stages, decision.omit_managed_fields)
        }
    }
}

/// For every request where it is, and which of the classes it is in.
fn assert_classes_are_disjoint(
    requests: &Requests,
    classes: &[&Class],
    what: &str,
) -> Vec<(At, Option<usize>)> {
    requests.map(|request, at| {
        let mut within = (0..classes.len()).filter(|class| classes[*class].contains(request));
        let first = within.next();
        let second = within.next();
        assert_eq!(second, None, "{what}: {request:?} is also in {first:?}");
        (at, first)
    })
}

/// A product that holds two classes holds a request that is in neither.
fn assert_no_two_could_be_one(
    lies: &[(At, Option<usize>)],
    classes: usize,
    may_merge: impl Fn(usize, usize) -> bool,
    what: &str,
) {
    let mut values = vec![[const { vec![] }; 5]; classes];
    for (at, class) in lies {
        for (values, value) in values.iter_mut().flat_map(|values| values.iter_mut().zip(at)) {
            values.resize(values.len().max(value + 1), false);
        }
        if let Some(class) = class {
            values[*class].iter_mut().zip(at).for_each(|(values, value)| values[*value] = true);
        }
    }
    for one in 0..classes {
        for two in (one + 1..classes).filter(|two| may_merge(one, *two)) {
            let is_within = |at: &At| {
                let mut dimensions = values[one].iter().zip(&values[two]).zip(at);
                dimensions.all(|((one, two), value)| one[*value] || two[*value])
            };
            let is_stranger = |(at, class): &(At, Option<usize>)| {
                is_within(at) && *class != Some(one) && *class != Some(two)
            };
            assert!(lies.iter().any(is_stranger), "{what}: {one} and {two} are one class");
        }
    }
}

fn assert_difference_is_true(
    seed: u64,
    policies: [&Policy; 2],
    world: &ClusterFacts,
    changes: &[DecisionChange],
    sameness: DecisionEquality,
) {
    let [before, after] = policies;
    let what = format!("{seed}");
    let requests = Requests::of(&[before, after], world);
    if requests.len() > MOST_REQUESTS {
        return;
    }
    let decided = |request: &Request<'_>| {
        policies.map(|policy| essence(&decide(policy, request, VERSION), sameness))
    };
    let classes: Vec<&Class> = changes.iter().map(|change| &change.requests).collect();
    let lies = assert_classes_are_disjoint(&requests, &classes, &what);
    let of = |change: &DecisionChange| {
        [&change.before, &change.after].map(|decision| essence(decision, sameness))
    };
    let mut each = lies.iter();
    requests.map(|request, _| {
        let [one, two] = decided(request);
        match each.next().unwrap().1 {
            None => assert_eq!(one, two, "{what}: {request:?} is missing"),
            Some(class) => assert_eq!([one, two], of(&changes[class]), "{what}: {request:?}"),
        }
    });
    for change in changes {
        let [one, two] = of(change);
        assert_ne!(one, two, "{what}: {change:?}");
        assert!(can_happen(&change.example, world), "{what}: {change:?}");
        assert!(change.requests.contains(&change.example), "{what}: {change:?}");
        assert_eq!(change.before, decide(before, &change.example, VERSION), "{what}");
        assert_eq!(change.after, decide(after, &change.example, VERSION), "{what}");
    }
    let may_merge = |one: usize, two: usize| of(&changes[one]) == of(&changes[two]);
    assert_no_two_could_be_one(&lies, classes.len(), may_merge, &what);
}

fn assert_every_difference_is_true(seeds: Range<u64>) {
    let (mut classes, policies) = (0, seeds.clone().count());
    for seed in seeds {
        let mut random = Random::new(seed);
        let (world, before) = (random.world(), random.policy(5));
        let after = if random.one_in(3) { random.policy(4) } else { random.changed(&before) };
        let sameness = random.pick(&[DecisionEquality::Decision, DecisionEquality::Record]);
        let found = difference([&before, &after], VERSION, &world, sameness, Bound::default());
        let changes = match found {
            Difference::Equal => vec![],
            Difference::Classes(changes) => changes,
            Difference::NotDecided(_) => panic!("{seed}: not decided"),
        };
        classes += changes.len();
        assert_difference_is_true(seed, [&before, &after], &world, &changes, sameness);
    }
    assert!(classes > policies, "only {classes} classes");
}

fn assert_what_rules_decide_is_true(seeds: Range<u64>) {
    for seed in seeds {
        let case = Case::new(seed);
        let requests = Requests::of(&[&case.policy], &case.world);
        let mut analysis = Analysis::new(&case.policy, VERSION, &case.world, Bound::default());
        for rule in 0..case.policy.rules.len() {
            let Decides::Classes(decided) = analysis.decides(rule) else {
                panic!("{seed} {rule}: not decided")
            };
            let what = format!("{seed} {rule}");
            let classes: Vec<&Class> = decided.iter().map(|(class, _)| class).collect();
            let lies = assert_classes_are_disjoint(&requests, &classes, &what);
            for (rules, (at, class)) in case.matching.iter().zip(&lies) {
                let is_its_own = rules.trailing_zeros() as usize == rule;
                assert_eq!(class.is_some(), is_its_own, "{what}: {at:?}");
            }
            assert_no_two_could_be_one(&lies, classes.len(), |_, _| true, &what);
            for (class, example) in &decided {
                assert!(class.contains(example), "{what}: {example:?}");
                assert_eq!(decide(&case.policy, example, VERSION).rule, Some(rule), "{what}");
            }
        }
    }
}

#[test]
fn a_rule_is_reached_exactly_if_some_request_reaches_it() {
    assert_every_reach_is_true(0..400);
}

#[test]
fn a_rule_takes_from_another_exactly_if_some_request_says_so() {
    assert_what_rules_take_from_each_other_is_true(10_000..10_150);
}

#[test]
fn a_rule_decides_for_a_word_exactly_if_some_request_says_so() {
    assert_what_rules_decide_of_their_words_is_true(15_000..15_100);
}

#[test]
fn a_difference_holds_exactly_the_requests_that_are_decided_differently() {
    assert_every_difference_is_true(20_000..20_150);
}

#[test]
fn what_a_rule_decides_is_what_earlier_ones_leave() {
    assert_what_rules_decide_is_true(30_000..30_060);
}

#[test]
#[ignore = "takes minutes"]
fn all_that_holds_for_hundreds_of_policies_holds_for_thousands() {
    assert_every_reach_is_true(1_000_000..1_010_000);
    assert_what_rules_take_from_each_other_is_true(2_000_000..2_004_000);
    assert_what_rules_decide_of_their_words_is_true(2_500_000..2_503_000);
    assert_every_difference_is_true(3_000_000..3_006_000);
    assert_what_rules_decide_is_true(4_000_000..4_003_000);
}
