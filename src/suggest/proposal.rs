//! From traffic to proposals: each a rule or a setting, what it saves, and what it hides.

use std::collections::{BTreeMap, BTreeSet};

use audit_policy::api::{GroupResources, Level, Policy, Rule, Stage};

use super::noise::{NODES, Noise, NoiseSource, NoiseTarget, may_lose_bodies};
use super::traffic::{Traffic, TrafficKind, TrafficVolume};

/// Which proposals are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The smallest share of all bytes that one saves, from 0 to 1.
    pub share: f64,
    /// How many at most.
    pub most: usize,
}

/// A change of a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// What is changed.
    pub change: PolicyEdit,
    /// What it is about, in a few words.
    pub about: String,
    /// What would no longer be seen, a sentence.
    pub unseen: String,
    /// What it saves, measured after those before it.
    pub saves: TrafficVolume,
}

/// What a proposal changes.
#[derive(Debug, Clone, PartialEq)]
pub enum PolicyEdit {
    /// A rule before the rule with this number, from 0.
    Rule(usize, Rule),
    /// `omitStages: [RequestReceived]` for all rules.
    OmitReceived,
    /// `omitManagedFields: true` for all rules.
    OmitManagedFields,
}

/// The proposals, those that save most first, and what they were measured against.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposals {
    /// The proposals.
    pub all: Vec<Proposal>,
    /// What the policy records of the log now.
    pub now: TrafficVolume,
}

/// A rule that is being put together.
struct Choice {
    /// Whom it is about; `None` is everyone.
    who: Option<NoiseSource>,
    verbs: BTreeSet<String>,
    targets: BTreeSet<NoiseTarget>,
    level: Level,
    /// The rule before which it goes.
    before: usize,
    /// Stages that the rule it takes from omits, and so does this one.
    omit_stages: Vec<Stage>,
    about: String,
    unseen: String,
}

/// Says what could be left out of what a policy records.
#[must_use]
pub fn propose(traffic: &Traffic, policy: &Policy, bounds: &Bounds) -> Proposals {
    let mut now = TrafficVolume::default();
    traffic.kinds.iter().for_each(|kind| now.add(&kind.volume));
    let least = (now.bytes as f64 * bounds.share) as u64;
    let mut open: Vec<TrafficKind> = traffic.kinds.clone();
    let mut all = vec![];
    let mut silent = silent(&open, least);
    silent.truncate(bounds.most);
    for choice in silent {
        let saves = sum(open.iter().filter(|kind| choice.takes(kind)), |volume| *volume);
        open.retain(|kind| !choice.takes(kind));
        all.push(choice.proposal(saves));
    }
    for choice in bodiless(&open, policy, least).into_iter().take(bounds.most) {
        let saves = sum(open.iter().filter(|kind| choice.takes(kind)), |volume| TrafficVolume {
            bytes: volume.above_metadata,
            ..TrafficVolume::default()
        });
        for kind in open.iter_mut().filter(|kind| choice.takes(kind)) {
            kind.volume = kind.volume.at_metadata();
        }
        all.push(choice.proposal(saves));
    }
    all.extend(settings(&open, policy, least));
    all.retain(|proposal| proposal.saves.bytes >= least.max(1));
    all.sort_by_key(|proposal| std::cmp::Reverse(proposal.saves.bytes));
    all.truncate(bounds.most);
    Proposals { all, now }
}

fn sum<'k>(
    kinds: impl Iterator<Item = &'k TrafficKind>,
    what: impl Fn(&TrafficVolume) -> TrafficVolume,
) -> TrafficVolume {
    let mut total = TrafficVolume::default();
    kinds.for_each(|kind| total.add(&what(&kind.volume)));
    total
}

/// A part of a rule is worth its line from this part of the least saving on.
const MIN_SAVING_DIVISOR: u64 = 20;

/// Rules of level `None` for noise, those that save most first.
fn silent(kinds: &[TrafficKind], least: u64) -> Vec<Choice> {
    let mut groups: BTreeMap<(Option<NoiseSource>, Noise), Vec<&TrafficKind>> = BTreeMap::new();
    for kind in kinds {
        let Some(noise) = Noise::of(&kind.who, &kind.verb, &kind.target) else { continue };
        if kind.volume.bytes > 0 {
            let who = (noise != Noise::Probes).then(|| kind.who.clone());
            groups.entry((who, noise)).or_default().push(kind);
        }
    }
    let mut found: Vec<(u64, Choice)> = groups
        .into_iter()
        .filter_map(|((who, noise), kinds)| {
            let (bytes, verbs, targets) = worth(&kinds, least, |volume| volume.bytes)?;
            let name = who.as_ref().map_or("anyone", NoiseSource::name);
            let (about, unseen) = match noise {
                Noise::Reads => (
                    format!("reads by {name}"),
                    format!("what {name} reads of them; not what it changes"),
                ),
                Noise::State => (
                    format!("signs of life and state by {name}"),
                    format!("when {name} writes them"),
                ),
                Noise::Probes => {
                    ("probes of the server's health".to_owned(), "who probes the server".to_owned())
                }
                Noise::Discovery => (
                    format!("discovery by {name}"),
                    format!("that {name} asks which APIs there are"),
                ),
            };
            let level = Level::None;
            let omit_stages = vec![];
            let choice =
                Choice { who, verbs, targets, level, before: 0, omit_stages, about, unseen };
            Some((bytes, choice))
        })
        .collect();
    found.sort_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
    found.into_iter().map(|(_, choice)| choice).collect()
}

/// Rules of level `Metadata` for bodies that are large and rarely looked at.
fn bodiless(kinds: &[TrafficKind], policy: &Policy, least: u64) -> Vec<Choice> {
    let mut groups: BTreeMap<(usize, bool), Vec<&TrafficKind>> = BTreeMap::new();
    for kind in kinds {
        if let Some(rule) = kind.rule
            && may_lose_bodies(&kind.verb, &kind.target)
            && kind.volume.above_metadata > 0
        {
            let reads = !matches!(&*kind.verb, "update" | "patch");
            groups.entry((rule, reads)).or_default().push(kind);
        }
    }
    let mut found: Vec<(u64, Choice)> = groups
        .into_iter()
        .filter_map(|((before, reads), group)| {
            let (bytes, verbs, targets) = worth(&group, least, |volume| volume.above_metadata)?;
            let (about, unseen) = if reads {
                ("bodies of reads", "the answers to reads; who read what and when stays")
            } else {
                ("bodies of a status", "what a status was; who wrote it and when stays")
            };
            let (about, unseen) = (about.to_owned(), unseen.to_owned());
            let level = Level::Metadata;
            let stages =
                |rule: usize| policy.rules.get(rule).map_or(&[][..], |rule| &rule.omit_stages);
            let omit_stages = stages(before).to_vec();
            let choice =
                Choice { who: None, verbs, targets, level, before, omit_stages, about, unseen };
            // What a later rule leaves out must not come back, and nothing else must go.
            let alters = |kind: &TrafficKind| {
                let rule = kind.rule.unwrap_or(usize::MAX);
                kind.level < level || stages(rule) != stages(before)
            };
            let alters = kinds.iter().any(|kind| choice.takes(kind) && alters(kind));
            (!alters).then_some((bytes, choice))
        })
        .collect();
    found.sort_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
    found.into_iter().map(|(_, choice)| choice).collect()
}

type Worth = (u64, BTreeSet<String>, BTreeSet<NoiseTarget>);

/// Returns the verbs and targets that make up nearly all of some kinds, if that is enough.
fn worth(
    kinds: &[&TrafficKind],
    least: u64,
    bytes: impl Fn(&TrafficVolume) -> u64,
) -> Option<Worth> {
    let (mut total, mut verbs, mut targets) = (0, BTreeSet::new(), BTreeSet::new());
    for kind in kinds {
        if bytes(&kind.volume) >= least / MIN_SAVING_DIVISOR {
            total += bytes(&kind.volume);
            verbs.insert(kind.verb.clone());
            targets.insert(kind.target.clone());
        }
    }
    (total >= least.max(1)).then_some((total, verbs, targets))
}

fn settings(kinds: &[TrafficKind], policy: &Policy, least: u64) -> Vec<Proposal> {
    let mut found = vec![];
    let received = sum(kinds.iter(), |volume| TrafficVolume {
        events: volume.received,
        bytes: volume.received_bytes,
        ..TrafficVolume::default()
    });
    let omits = policy.omit_stages.contains(&Stage::RequestReceived);
    if !omits && policy.omit_stages.is_empty() && received.bytes >= least.max(1) {
        found.push(Proposal {
            change: PolicyEdit::OmitReceived,
            about: "events of stage RequestReceived".to_owned(),
            unseen: "requests that the server died in; every other has an event when it ends"
                .to_owned(),
            saves: received,
        });
    }
    let managed = sum(kinds.iter(), |volume| TrafficVolume {
        bytes: volume.managed_bytes,
        ..TrafficVolume::default()
    });
    if !policy.omit_managed_fields && managed.bytes >= least.max(1) {
        found.push(Proposal {
            change: PolicyEdit::OmitManagedFields,
            about: "managed fields in bodies".to_owned(),
            unseen: "which program last set which field of an object".to_owned(),
            saves: managed,
        });
    }
    found
}

impl Choice {
    fn takes(&self, kind: &TrafficKind) -> bool {
        self.who.as_ref().is_none_or(|who| *who == kind.who)
            && self.verbs.contains(&kind.verb)
            && self.targets.contains(&kind.target)
            && kind.rule.is_none_or(|rule| rule >= self.before)
    }

    fn proposal(self, saves: TrafficVolume) -> Proposal {
        let omit_stages = self.omit_stages;
        let mut rule = Rule { level: self.level, omit_stages, ..Rule::default() };
        match &self.who {
            None | Some(NoiseSource::Others) => {}
            Some(NoiseSource::Nodes) => rule.user_groups = vec![NODES.to_owned()],
            Some(NoiseSource::Program(name)) => rule.users = vec![name.clone()],
        }
        rule.verbs = self.verbs.into_iter().collect();
        let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for target in self.targets {
            match target {
                NoiseTarget::Resource { group, name } => {
                    groups.entry(group).or_default().push(name);
                }
                NoiseTarget::Path(path) => rule.non_resource_urls.push(path.to_owned()),
            }
        }
        rule.resources = groups
            .into_iter()
            .map(|(group, resources)| GroupResources { group, resources, resource_names: vec![] })
            .collect();
        let Self { about, unseen, before, .. } = self;
        Proposal { change: PolicyEdit::Rule(before, rule), about, unseen, saves }
    }
}
