//! The questions about one policy.

use super::bits::Bits;
use super::class::Class;
use super::decisions::records_less;
use super::ranking::Ranking;
use super::reach::{self, Reached};
use super::regions::{Region, Regions, regions};
use super::search::{Outcome, find};
use super::space::Space;
use super::witness;
use super::work::{Bound, TooMuch, Work};
use super::world::{Identities, World};
use crate::api::{Policy, Rule, Version};
use crate::policy::Request;
use crate::policy::decide::decision;

/// A policy, prepared for questions. They share one bound.
#[derive(Debug)]
pub struct Analysis<'a> {
    policy: &'a Policy,
    version: Version,
    world: &'a World,
    work: Work,
    space: Result<Space, TooMuch>,
    /// The same without assumptions about groups, made when it is needed.
    without_assumptions: Option<Result<Space, TooMuch>>,
}

/// Whether a rule ever decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
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

/// Requests that an earlier rule takes from a later one, and records less of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Less {
    /// The earlier rule.
    pub earlier: usize,
    /// A request that both take, and that the earlier one decides.
    pub witness: Request<'static>,
}

/// What a rule decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decides {
    /// These requests, each class with an example. None, if the rule is unreachable.
    Classes(Vec<(Class, Request<'static>)>),
    /// It would take more work than allowed to find out.
    NotDecided,
}

impl<'a> Analysis<'a> {
    /// Prepares a policy, as a server of this version reads it.
    ///
    /// The bound is for all questions together; no single one takes more than an eighth of what is
    /// left. A policy that is too large for the bound leaves every question undecided.
    #[must_use]
    pub fn new(policy: &'a Policy, version: Version, world: &'a World, bound: Bound) -> Self {
        let mut work = Work::new(bound);
        let space = Space::new(&rules(policy), version, world, &mut work);
        Self { policy, version, world, work, space, without_assumptions: None }
    }

    /// Says whether the rule with this number, from 0, ever decides.
    ///
    /// # Examples
    ///
    /// ```
    /// use kubectl_audit::api::Version;
    /// use kubectl_audit::policy::{self, algebra::{Analysis, Basis, Bound, Reach, World}};
    ///
    /// let text = b"apiVersion: audit.k8s.io/v1\nrules:\n- level: Metadata\n- level: None\n";
    /// let accepted = policy::judge(text, Version::NEWEST).accepted.unwrap();
    /// let world = World::default();
    /// let mut analysis =
    ///     Analysis::new(accepted.policy(), Version::NEWEST, &world, Bound::default());
    /// assert!(matches!(analysis.reach(0), Reach::Reached { .. }));
    /// let unreachable = Reach::Unreachable { shadowed_by: vec![0], rests_on: Basis::Requests };
    /// assert_eq!(analysis.reach(1), unreachable);
    /// ```
    pub fn reach(&mut self, rule: usize) -> Reach {
        let Ok(space) = &self.space else { return Reach::NotDecided };
        match self.work.share(|work| reach::reached(space, rule, work)) {
            Ok(Reached::By(point)) => {
                Reach::Reached { witness: witness::request(space, &point, self.world.identities) }
            }
            Ok(Reached::Never { shadowed_by }) => {
                let shadowed_by = shadowed_by.iter().collect();
                Reach::Unreachable { shadowed_by, rests_on: self.basis(rule) }
            }
            Err(TooMuch) => Reach::NotDecided,
        }
    }

    /// Returns the earlier rules that take requests from this one and record less of them, each
    /// with a witness. Rules for which that would take too much work are left out.
    pub fn shadowed_by_less(&mut self, rule: usize) -> Vec<Less> {
        let Ok(space) = &self.space else { return vec![] };
        let own = decision(self.policy, Some(rule));
        let mut found = vec![];
        for earlier in 0..rule.min(self.policy.rules.len()) {
            if !records_less(&decision(self.policy, Some(earlier)), &own) {
                continue;
            }
            let point = self.work.share(|work| reach::taken_from(space, earlier, rule, work));
            if let Ok(Some(point)) = point {
                let witness = witness::request(space, &point, self.world.identities);
                found.push(Less { earlier, witness });
            }
        }
        found
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
                let identities = self.world.identities;
                let described = regions.into_iter().map(|Region { class, example }| {
                    (class, witness::request(space, &example, identities))
                });
                Decides::Classes(described.collect())
            }
            _ => Decides::NotDecided,
        }
    }

    /// Finds out what the claim rests on that a rule is unreachable. In doubt, on more.
    fn basis(&mut self, rule: usize) -> Basis {
        let names_groups = self.policy.rules.iter().any(|rule| !rule.user_groups.is_empty());
        if self.world.identities == Identities::Any || !names_groups {
            return Basis::Requests;
        }
        let (policy, version, scopes) = (self.policy, self.version, &self.world.scopes);
        let work = &mut self.work;
        let space = self.without_assumptions.get_or_insert_with(|| {
            let world = World { identities: Identities::Any, scopes: scopes.clone() };
            Space::new(&rules(policy), version, &world, work)
        });
        let Ok(space) = space else { return Basis::Identities };
        match work.share(|work| find(space, &[rule], &Bits::below(rule), work)) {
            Ok(Outcome::Taken(_)) => Basis::Requests,
            _ => Basis::Identities,
        }
    }
}

fn rules(policy: &Policy) -> Vec<&Rule> {
    policy.rules.iter().collect()
}
