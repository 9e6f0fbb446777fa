//! Exact questions about the rules of a policy, and which of them stay open.

use std::collections::BTreeSet;

use super::catalog::UNREACHABLE_RULE;
use super::probe::SampleRequest;
use super::subject::{START, Subject};
use crate::analysis::Analysis;
use crate::analysis::Bound;
use crate::analysis::ClusterFacts;
use crate::analysis::Reachability;
use crate::api::{GroupResources, Policy, Rule};
use crate::finding::{Finding, Severity};
use crate::request::Request;

/// Requests that a check is about, no matter who makes them: for a resource, with one of these verbs.
pub(super) type Interest = (SampleRequest, &'static [&'static str]);

/// Asks the algebra, which answers exactly or says that it would be too much work.
pub(super) struct Questions<'a> {
    analysis: Analysis<'a>,
    policy: &'a Policy,
    /// How many rules the policy has; the numbers of interests follow.
    rules: usize,
    interests: Vec<Interest>,
    /// What was found out about each rule, once it was asked.
    reach: Vec<Option<Reachability>>,
    /// The rules about which a question is open.
    open: BTreeSet<usize>,
}

impl<'a> Questions<'a> {
    /// Prepares questions about a policy, some of them about these interests.
    pub(super) fn new(subject: &Subject<'a>, interests: Vec<Interest>) -> Self {
        let rules: Vec<Rule> = interests.iter().map(|interest| rule(*interest)).collect();
        let (policy, version) = (subject.policy, subject.version);
        let analysis = Analysis::about(
            policy,
            &rules,
            version,
            ClusterFacts::of_every_cluster(),
            Bound::default(),
        );
        let (rules, reach) = (policy.rules.len(), vec![None; policy.rules.len()]);
        Self { analysis, policy, rules, interests, reach, open: BTreeSet::new() }
    }

    /// Says whether a rule of the policy ever decides.
    pub(super) fn reach(&mut self, rule: usize) -> &Reachability {
        let reach = self.reach[rule].get_or_insert_with(|| self.analysis.reach(rule));
        if *reach == Reachability::NotDecided {
            self.open.insert(rule);
        }
        reach
    }

    /// Says whether a rule ever decides a request of this part of it.
    pub(super) fn reach_of(&mut self, rule: usize, part: &Rule) -> Reachability {
        let reach = self.analysis.reach_of(rule, part);
        self.note(rule, reach == Reachability::NotDecided);
        reach
    }

    /// Returns a request of an interest that this rule decides.
    pub(super) fn decided(&mut self, rule: usize, interest: Interest) -> Option<Request<'static>> {
        let of = self.interests.iter().position(|known| *known == interest)?;
        self.decided_of(rule, self.rules + of, rule)
    }

    /// Returns a request that an earlier rule decides and a later one matches too.
    pub(super) fn taken(&mut self, earlier: usize, later: usize) -> Option<Request<'static>> {
        let request = self.decided_of(earlier, later, later)?;
        Some(self.analysis.familiar(request, earlier, &self.policy.rules[later]))
    }

    /// Returns, in place of a request that this rule decides, one that people have seen.
    pub(super) fn familiar(&self, request: Request<'static>, rule: usize) -> Request<'static> {
        self.analysis.familiar(request, rule, &self.policy.rules[rule])
    }

    /// Says whether a rule is about more than another one: about all its resources and paths, and
    /// not only about a part of what that one matches.
    pub(super) fn is_broader(&self, rule: usize, other: usize) -> bool {
        self.analysis.covers_targets(rule, other) && !self.analysis.covers(other, rule)
    }

    /// Says for how many rules something could not be found out.
    pub(super) fn not_decided(&self, subject: &Subject<'_>) -> Option<Finding> {
        let first = *self.open.first()?;
        let place = subject.places.starts.get(first).copied().unwrap_or(START);
        let message = format!(
            "not decided for {} of the rules, this one first, whether they are reached, or what \
             earlier ones leave of them: that would take too much work",
            self.open.len()
        );
        Some(UNREACHABLE_RULE.found(place, message).rated(Severity::Info))
    }

    fn decided_of(&mut self, rule: usize, other: usize, about: usize) -> Option<Request<'static>> {
        let decided = self.analysis.decided_of(rule, other);
        self.note(about, decided.is_err());
        decided.ok().flatten()
    }

    fn note(&mut self, rule: usize, is_open: bool) {
        if is_open {
            self.open.insert(rule);
        }
    }
}

fn rule((asked, verbs): Interest) -> Rule {
    let resources = GroupResources {
        group: asked.group.to_owned(),
        resources: vec![asked.name()],
        resource_names: vec![],
    };
    Rule {
        verbs: verbs.iter().map(|verb| (*verb).to_owned()).collect(),
        resources: vec![resources],
        ..Rule::default()
    }
}
