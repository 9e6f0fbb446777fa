//! `partly-unreachable`: words of a rule for which earlier rules always decide.
//!
//! Earlier rules are exceptions, and taking something away is what they are for. It is only worth a
//! word if nothing is left of a word that someone wrote, and another record is what comes of it.

use std::collections::BTreeSet;

use super::catalog::PARTLY_UNREACHABLE;
use super::probe::example;
use super::questions::Questions;
use super::subject::{LocatedRule, Subject, list, listed};
use super::unreachable_rule::live_part;
use crate::analysis::Reachability;
use crate::api::{GroupResources, Rule};
use crate::finding::{Finding, Place};
use crate::policy::Decision;
use crate::policy::decision;
use crate::policy::matches;
use crate::request::Request;

/// How many words of a message are named.
const MOST_NAMED: usize = 5;

/// Looks at every rule that is reached.
pub(super) fn check(subject: &Subject<'_>, questions: &mut Questions<'_>) -> Vec<Finding> {
    subject.rules().filter_map(|placed| of_rule(subject, questions, placed)).collect()
}

/// A word of a rule: one of several of its kind, or else the whole rule depends on it.
struct RuleWord<'a> {
    text: &'a str,
    place: Place,
    /// A rule with this word only.
    part: Rule,
}

fn of_rule(
    subject: &Subject<'_>,
    questions: &mut Questions<'_>,
    placed: LocatedRule<'_>,
) -> Option<Finding> {
    let mut witnesses = vec![left(questions, placed)?];
    let (mut lost, mut takers): (Vec<RuleWord<'_>>, BTreeSet<usize>) = Default::default();
    for word in words(placed) {
        if witnesses.iter().any(|witness| matches(&word.part, witness, subject.version)) {
            continue;
        }
        match questions.reach_of(placed.index, &word.part) {
            Reachability::Reached { witness } => witnesses.push(witness),
            // What no request has is not lost to another rule.
            Reachability::Unreachable { shadowed_by, .. }
                if shadowed_by.iter().any(|rule| differs(subject, *rule, placed.index)) =>
            {
                takers.extend(shadowed_by);
                lost.push(word);
            }
            Reachability::Unreachable { .. } | Reachability::NotDecided => {}
        }
    }
    finding(subject, placed.index, &lost, &takers, witnesses.first()?)
}

/// A request that reaches the rule, for a resource that there is; nothing if none does.
fn left(questions: &mut Questions<'_>, placed: LocatedRule<'_>) -> Option<Request<'static>> {
    let Reachability::Reached { witness } = questions.reach(placed.index) else { return None };
    let witness = witness.clone();
    let Some(live) = live_part(placed.rule) else {
        return Some(questions.familiar(witness, placed.index));
    };
    match questions.reach_of(placed.index, &live) {
        Reachability::Reached { witness } => Some(witness),
        _ => None,
    }
}

/// Whether it makes a difference which of two rules decides.
fn differs(subject: &Subject<'_>, one: usize, other: usize) -> bool {
    let [one, other] =
        [one, other].map(|rule| Decision { rule: None, ..decision(subject.policy, Some(rule)) });
    one != other
}

fn finding(
    subject: &Subject<'_>,
    rule: usize,
    lost: &[RuleWord<'_>],
    takers: &BTreeSet<usize>,
    left: &Request<'_>,
) -> Option<Finding> {
    let place = lost.first()?.place;
    let words: Vec<&str> = lost.iter().take(MOST_NAMED).map(|word| word.text).collect();
    let more = match lost.len() - words.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let names: Vec<String> = takers.iter().map(|rule| subject.name(*rule)).collect();
    let rules = &subject.policy.rules;
    let instead = match (takers.first(), takers.len()) {
        (Some(taker), 1) if rules[*taker].level != rules[rule].level => {
            format!(", at {} instead of {}", rules[*taker].level, rules[rule].level)
        }
        _ => String::new(),
    };
    let message = format!(
        "earlier rules leave nothing of {}{more} to this one: {} {} first{instead}. What still \
         reaches it is for example {}",
        list(&words),
        listed(&names),
        if names.len() == 1 { "decides that" } else { "decide that between them" },
        example(left),
    );
    let help = match &names[..] {
        [one] => format!("remove it, or move this rule before {one}"),
        _ => "remove it, or move this rule before them".to_owned(),
    };
    Some(PARTLY_UNREACHABLE.found(place, message).help(help))
}

fn words(placed: LocatedRule<'_>) -> Vec<RuleWord<'_>> {
    let LocatedRule { rule, places, .. } = placed;
    let mut words = vec![];
    let one = |word: &str| vec![word.to_owned()];
    several(&mut words, &rule.verbs, &places.verbs, &|verb| Rule {
        verbs: one(verb),
        ..Rule::default()
    });
    several(&mut words, &rule.users, &places.users, &|user| Rule {
        users: one(user),
        ..Rule::default()
    });
    several(&mut words, &rule.user_groups, &places.user_groups, &|group| Rule {
        user_groups: one(group),
        ..Rule::default()
    });
    several(&mut words, &rule.namespaces, &places.namespaces, &|namespace| Rule {
        namespaces: one(namespace),
        ..Rule::default()
    });
    several(&mut words, &rule.non_resource_urls, &places.non_resource_urls, &|path| Rule {
        non_resource_urls: one(path),
        ..Rule::default()
    });
    words.extend(resources(placed));
    words
}

/// Adds the words of a list, each with the part of the rule that it stands for.
fn several<'a>(
    words: &mut Vec<RuleWord<'a>>,
    list: &'a [String],
    places: &[Place],
    part: &dyn Fn(&str) -> Rule,
) {
    if list.len() > 1 {
        let word = |(text, place): (&'a String, &Place)| RuleWord {
            text,
            place: *place,
            part: part(text),
        };
        words.extend(list.iter().zip(places).map(word));
    }
}

fn resources(placed: LocatedRule<'_>) -> Vec<RuleWord<'_>> {
    let groups = &placed.rule.resources;
    let is_one_of_several =
        groups.len() > 1 || groups.iter().any(|group| group.resources.len() > 1);
    let mut words = vec![];
    for (group, places) in groups.iter().zip(&placed.places.resources).filter(|_| is_one_of_several)
    {
        let part = |resources: Vec<String>| Rule {
            resources: vec![GroupResources { resources, ..group.clone() }],
            ..Rule::default()
        };
        if group.resources.is_empty() {
            let text = if group.group.is_empty() { "\"\"" } else { &group.group };
            words.push(RuleWord { text, place: places.group, part: part(vec![]) });
        }
        for (text, place) in group.resources.iter().zip(&places.resources) {
            words.push(RuleWord { text, place: *place, part: part(vec![text.clone()]) });
        }
    }
    words
}
