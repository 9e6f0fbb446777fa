//! `unreachable-rule` and `shadowed-by-less`: rules that decide nothing, or less than they seem to.
//!
//! Both ask the algebra, which answers exactly and with an example, or says that it does not know.

use super::catalog::{SHADOWED_BY_LESS, UNREACHABLE_RULE};
use super::probe::told;
use super::subject::{START, Subject, listed};
use crate::finding::{Finding, Severity};
use crate::policy::Request;
use crate::policy::algebra::{Analysis, Basis, Bound, Less, Reach, World};
use crate::policy::shadow;

/// Looks at every rule.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let world = World::of_every_cluster();
    let mut analysis = Analysis::new(subject.policy, subject.version, &world, Bound::default());
    let mut found = vec![];
    let mut taken = vec![];
    let mut undecided = vec![];
    for index in 0..subject.policy.rules.len() {
        match analysis.reach(index) {
            Reach::Reached { .. } => {
                let less = analysis.shadowed_by_less(index).into_iter();
                let broad = less.filter(|less| takes_by_breadth(subject, &world, index, less));
                taken.extend(broad.map(|less| Taken { from: index, less }));
            }
            Reach::Unreachable { shadowed_by, rests_on } => {
                found.push(unreachable(subject, index, &shadowed_by, rests_on));
            }
            Reach::NotDecided => undecided.push(index),
        }
    }
    let takers = (0..subject.policy.rules.len()).filter_map(|rule| shadowed(subject, rule, &taken));
    found.extend(takers);
    found.extend(not_decided(subject, &undecided));
    found
}

fn unreachable(
    subject: &Subject<'_>,
    index: usize,
    shadowed_by: &[usize],
    rests_on: Basis,
) -> Finding {
    let place = subject.places.starts.get(index).copied().unwrap_or(START);
    if shadowed_by.is_empty() {
        let message = "this rule decides nothing: no request that can happen has all it asks for";
        let help =
            "look at its verbs, namespaces and names: each must go with its resources or paths";
        return UNREACHABLE_RULE.found(place, message).help(help);
    }
    let names: Vec<String> = shadowed_by.iter().map(|rule| name(subject, *rule)).collect();
    let takes = match names.len() {
        1 => "takes everything it matches",
        _ => "take everything it matches between them",
    };
    let provided = match rests_on {
        Basis::Requests => "",
        Basis::Identities => {
            " (every authenticated user is in `system:authenticated`, and service accounts are in \
             their groups only)"
        }
    };
    let message = format!(
        "this rule is never reached: {} {takes}{provided}. The first rule that matches decides",
        listed(&names)
    );
    let help = match names.as_slice() {
        [one] => format!("move it in front of {one}, or remove it"),
        _ => "move it in front of them, or remove it".to_owned(),
    };
    UNREACHABLE_RULE.found(place, message).help(help)
}

/// What an earlier rule takes from a later one.
struct Taken {
    from: usize,
    less: Less,
}

fn takes_by_breadth(subject: &Subject<'_>, world: &World, later: usize, less: &Less) -> bool {
    let rules = &subject.policy.rules;
    let (Some(earlier), Some(later)) = (rules.get(less.earlier), rules.get(later)) else {
        return false;
    };
    shadow::takes_by_breadth(earlier, later, subject.version, world)
}

/// One finding for all that an earlier rule takes, at the first rule it is taken from.
fn shadowed(subject: &Subject<'_>, earlier: usize, taken: &[Taken]) -> Option<Finding> {
    let of_it: Vec<&Taken> = taken.iter().filter(|taken| taken.less.earlier == earlier).collect();
    let (first, others) = of_it.split_first()?;
    let rules = &subject.policy.rules;
    let (records, wanted) = (rules.get(earlier)?.level, rules.get(first.from)?.level);
    let also = match others {
        [] => String::new(),
        [one] => format!(" (and of {})", name(subject, one.from)),
        [one, rest @ ..] => {
            format!(" (and of {} and {} more)", name(subject, one.from), rest.len())
        }
    };
    let message = format!(
        "{} comes first and takes a part of what this rule matches{also}, but records less: {}, \
         for one, is recorded at {records}, not at {wanted}",
        name(subject, earlier),
        example(&first.less.witness),
    );
    let help = format!(
        "if this rule should have all of it, move it in front of {}",
        name(subject, earlier)
    );
    let place = subject.places.starts.get(first.from).copied()?;
    Some(SHADOWED_BY_LESS.found(place, message).help(help))
}

fn example(request: &Request<'_>) -> String {
    let who = match &request.user {
        None => String::new(),
        Some(user) => format!(" by `{}`", user.name),
    };
    let namespace = request.resource.as_ref().map_or("", |asked| &asked.namespace);
    let place = if namespace.is_empty() { String::new() } else { format!(" in `{namespace}`") };
    format!("`{}`{place}{who}", told(request))
}

fn not_decided(subject: &Subject<'_>, rules: &[usize]) -> Option<Finding> {
    let first = *rules.first()?;
    let place = subject.places.starts.get(first).copied().unwrap_or(START);
    let message = format!(
        "not decided whether {} of the rules, this one first, are ever reached: that would take \
         too much work",
        rules.len()
    );
    Some(UNREACHABLE_RULE.found(place, message).rated(Severity::Info))
}

/// What a person calls a rule: its number from 1, and its line.
fn name(subject: &Subject<'_>, index: usize) -> String {
    match subject.places.starts.get(index) {
        Some(place) => format!("rule {} (line {})", index + 1, place.line),
        None => format!("rule {}", index + 1),
    }
}
