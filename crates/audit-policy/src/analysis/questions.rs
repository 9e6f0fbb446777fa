//! The questions about one policy.

use std::collections::HashMap;

use super::class::Class;
use super::cluster_facts::{ClusterFacts, Identities};
use super::point::Point;
use super::ranking::Ranking;
use super::reach::{self, RuleReach};
use super::regions::{Region, Regions, regions};
use super::search::SearchArea;
use super::space::Space;
use super::witness;
use super::work_budget::{Bound, TooMuch, WorkBudget};
use crate::api::{Policy, Rule, Version};
use crate::policy::{decide, matches};
use crate::request::Request;

/// A policy, prepared for questions. They share one bound.
#[derive(Debug)]
pub struct Analysis<'a> {
    policy: &'a Policy,
    version: Version,
    cluster: &'a ClusterFacts,
    work: WorkBudget,
    space: Result<Space, TooMuch>,
    /// The same without assumptions about groups, made when it is needed.
    without_assumptions: Option<Result<Space, TooMuch>>,
    /// For each rule that was asked about a request that it decides.
    decided: HashMap<usize, Point>,
}

/// Whether a rule ever decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reachability {
    /// It decides this request.
    Reached {
        /// The request.
        witness: Request<'static>,
    },
    /// It decides none.
    Unreachable {
        /// Earlier rules that take everything together, and none of which can be left out. Empty
        /// if the rule takes no request that can happen, even alone.
        shadowed_by: Vec<usize>,
        /// What the claim rests on.
        rests_on: Basis,
    },
    /// It would take more work than allowed to find out.
    NotDecided,
}

/// What a claim rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// What the server guarantees about every request.
    Requests,
    /// Also that users carry the groups that their authenticators give them. See
    /// [`Identities::AsAuthenticated`].
    Identities,
}

/// What a rule decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decides {
    /// These requests, each class with an example. None, if the rule is unreachable.
    Classes(Vec<(Class, Request<'static>)>),
    /// It would take more work than allowed to find out.
    NotDecided,
}

/// A question in some space, given a request that the rule in question decides, if one is known.
type QuestionFn<'f> =
    &'f dyn Fn(&Space, Option<&Point>, &mut WorkBudget) -> Result<RuleReach, TooMuch>;

impl<'a> Analysis<'a> {
    /// Prepares a policy, as a server of this version reads it.
    ///
    /// The bound is for all questions together; no single one takes more than an eighth of what is
    /// left. A policy that is too large for the bound leaves every question undecided.
    #[must_use]
    pub fn new(
        policy: &'a Policy,
        version: Version,
        cluster: &'a ClusterFacts,
        bound: Bound,
    ) -> Self {
        Self::about(policy, &[], version, cluster, bound)
    }

    /// Prepares a policy as [`Self::new`] does, and interests: rules that decide nothing, but say
    /// which requests a question is about. Their numbers go on where those of the policy end.
    #[must_use]
    pub fn about(
        policy: &'a Policy,
        interests: &[Rule],
        version: Version,
        cluster: &'a ClusterFacts,
        bound: Bound,
    ) -> Self {
        let mut work = WorkBudget::new(bound);
        let rules: Vec<&Rule> = policy.rules.iter().chain(interests).collect();
        let space = Space::new(&rules, version, cluster, &mut work);
        Self {
            policy,
            version,
            cluster,
            work,
            space,
            without_assumptions: None,
            decided: HashMap::new(),
        }
    }

    /// Says whether the rule with this number, from 0, ever decides.
    ///
    /// # Examples
    ///
    /// ```
    /// use audit_policy::api::Version;
    /// use audit_policy::analysis::{Analysis, Basis, Bound, ClusterFacts, Reachability};
    /// use audit_policy::policy;
    ///
    /// let text = b"apiVersion: audit.k8s.io/v1\nrules:\n- level: Metadata\n- level: None\n";
    /// let accepted = policy::judge(text, Version::NEWEST).outcome.unwrap();
    /// let cluster = ClusterFacts::default();
    /// let mut analysis =
    ///     Analysis::new(accepted.policy(), Version::NEWEST, &cluster, Bound::default());
    /// assert!(matches!(analysis.reach(0), Reachability::Reached { .. }));
    /// let unreachable = Reachability::Unreachable { shadowed_by: vec![0], rests_on: Basis::Requests };
    /// assert_eq!(analysis.reach(1), unreachable);
    /// ```
    pub fn reach(&mut self, rule: usize) -> Reachability {
        self.reached(rule, &|space, _, work| reach::reached(space, rule, work))
    }

    /// Says whether the rule ever decides a request of this part of it: another rule with some of
    /// its words, such as one of its verbs.
    pub fn reach_of(&mut self, rule: usize, part: &Rule) -> Reachability {
        let version = self.version;
        self.reached(rule, &|space, known, work| {
            let field = SearchArea::of_all(space, &[rule]).within(part, version);
            reach::reached_in(&field, rule, known, work)
        })
    }

    fn reached(&mut self, rule: usize, ask: QuestionFn<'_>) -> Reachability {
        let Ok(space) = &self.space else { return Reachability::NotDecided };
        let known = self.decided.get(&rule);
        match self.work.share(|work| ask(space, known, work)) {
            Ok(RuleReach::By(point)) => {
                let witness = witness::request(space, &point, self.cluster.identities);
                self.decided.insert(rule, point);
                Reachability::Reached { witness }
            }
            Ok(RuleReach::Never { shadowed_by }) => {
                let shadowed_by = shadowed_by.iter().collect();
                Reachability::Unreachable { shadowed_by, rests_on: self.basis(ask) }
            }
            Err(TooMuch) => Reachability::NotDecided,
        }
    }

    /// Looks for a request that this rule decides and that another one matches too: what it takes
    /// from a later rule, or what it records of an interest.
    ///
    /// # Errors
    ///
    /// It would take more work than allowed to find out.
    pub fn decided_of(
        &mut self,
        rule: usize,
        other: usize,
    ) -> Result<Option<Request<'static>>, TooMuch> {
        let space = self.space.as_ref().map_err(|too_much| *too_much)?;
        let point = self.work.share(|work| reach::decided_of(space, rule, other, work))?;
        Ok(point.map(|point| witness::request(space, &point, self.cluster.identities)))
    }

    /// Returns, in place of a request that `rule` decides and `other` matches, one such that people
    /// have seen: for a resource that there is, if there is such a one.
    #[must_use]
    pub fn familiar(
        &self,
        request: Request<'static>,
        rule: usize,
        other: &Rule,
    ) -> Request<'static> {
        let is_one = |request: &Request<'_>| {
            decide(self.policy, request, self.version).rule == Some(rule)
                && matches(other, request, self.version)
        };
        witness::familiar(request, self.cluster, is_one)
    }

    /// Says whether a rule matches whatever another one does, each dimension looked at by itself.
    #[must_use]
    pub fn covers(&self, rule: usize, other: usize) -> bool {
        self.space.as_ref().is_ok_and(|space| reach::takes_all_of(space, rule, other))
    }

    /// Says whether a rule is about each resource and each path that another one is about, with
    /// whatever verb, in whatever namespace and by whomever.
    #[must_use]
    pub fn covers_targets(&self, rule: usize, other: usize) -> bool {
        let names_none =
            |rule: &Rule| rule.resources.is_empty() && rule.non_resource_urls.is_empty();
        let covers =
            |space: &Space| space.targets.taken_by(other).is_subset(space.targets.taken_by(rule));
        self.policy.rules.get(rule).is_some_and(names_none) || self.space.as_ref().is_ok_and(covers)
    }

    /// Returns the requests that a rule decides: what earlier ones leave of those it takes.
    pub fn decides(&mut self, rule: usize) -> Decides {
        let Ok(space) = &self.space else { return Decides::NotDecided };
        let mut rules: Vec<_> = (0..rule).map(|earlier| (earlier, 0)).collect();
        rules.push((rule, 1));
        let nothing = Ranking { rules: vec![], otherwise: 0 };
        let rankings = [Ranking { rules, otherwise: 0 }, nothing];
        match self.work.share(|work| regions(space, &rankings, work)) {
            Ok(Regions::All(regions)) => {
                let identities = self.cluster.identities;
                let described = regions.into_iter().map(|Region { class, example }| {
                    (class, witness::request(space, &example, identities))
                });
                Decides::Classes(described.collect())
            }
            _ => Decides::NotDecided,
        }
    }

    /// Finds out what the claim rests on that something is unreachable. In doubt, on more.
    fn basis(&mut self, ask: QuestionFn<'_>) -> Basis {
        let names_groups = self.policy.rules.iter().any(|rule| !rule.user_groups.is_empty());
        if self.cluster.identities == Identities::Any || !names_groups {
            return Basis::Requests;
        }
        let (policy, version, scopes) = (self.policy, self.version, &self.cluster.scopes);
        let work = &mut self.work;
        let space = self.without_assumptions.get_or_insert_with(|| {
            let cluster = ClusterFacts { identities: Identities::Any, scopes: scopes.clone() };
            Space::new(&policy.rules.iter().collect::<Vec<_>>(), version, &cluster, work)
        });
        let Ok(space) = space else { return Basis::Identities };
        match work.share(|work| ask(space, None, work)) {
            Ok(RuleReach::Never { .. }) => Basis::Requests,
            _ => Basis::Identities,
        }
    }
}
