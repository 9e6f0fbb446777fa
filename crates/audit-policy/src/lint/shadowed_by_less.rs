//! `shadowed-by-less`: rules that lose a part of what they are about to one that records less.

use super::catalog::SHADOWED_BY_LESS;
use super::groups;
use super::probe::example;
use super::questions::Questions;
use super::subject::Subject;
use crate::analysis::Reachability;
use crate::finding::Finding;
use crate::request::Request;

/// What an earlier rule takes from a later one.
struct ShadowedPart {
    from: usize,
    witness: Request<'static>,
}

/// Looks at every two rules that are reached.
pub(super) fn check(subject: &Subject<'_>, questions: &mut Questions<'_>) -> Vec<Finding> {
    let rules = 0..subject.policy.rules.len();
    let reached: Vec<usize> = rules
        .filter(|rule| matches!(questions.reach(*rule), Reachability::Reached { .. }))
        .collect();
    let mut found = vec![];
    for (at, earlier) in reached.iter().enumerate() {
        let taken = taken(subject, questions, *earlier, &reached[at + 1..]);
        found.extend(shadowed(subject, *earlier, &taken));
    }
    found
}

/// A narrow rule before a broad one is how exceptions are written. What nobody means is a
/// earlier broad rule that takes a part of what a narrow one is about. Stages do not count here:
/// they are left out by whole groups of rules.
fn taken(
    subject: &Subject<'_>,
    questions: &mut Questions<'_>,
    earlier: usize,
    later: &[usize],
) -> Vec<ShadowedPart> {
    let level = |rule: usize| subject.policy.rules.get(rule).map(|rule| rule.level);
    let mut taken = vec![];
    for from in later.iter().copied() {
        if level(earlier) < level(from)
            && !is_exception(subject, earlier)
            && questions.is_broader(earlier, from)
        {
            let witness = questions.taken(earlier, from).filter(is_of_a_resource_that_there_is);
            taken.extend(witness.map(|witness| ShadowedPart { from, witness }));
        }
    }
    taken
}

/// What a rule has of resources that no server has is said elsewhere, and nothing is lost of it.
fn is_of_a_resource_that_there_is(request: &Request<'_>) -> bool {
    let asked = request.resource.as_ref();
    !asked.is_some_and(|asked| groups::is_unknown(&asked.group, &asked.resource))
}

/// Says whether a rule is about single users, or about some verbs of some groups of users: what
/// people write before the rules for everybody, and mean.
fn is_exception(subject: &Subject<'_>, rule: usize) -> bool {
    subject.policy.rules.get(rule).is_some_and(|rule| {
        !rule.users.is_empty() || (!rule.user_groups.is_empty() && !rule.verbs.is_empty())
    })
}

/// One finding for all that an earlier rule takes, at the first rule it is taken from.
fn shadowed(subject: &Subject<'_>, earlier: usize, taken: &[ShadowedPart]) -> Option<Finding> {
    let (first, others) = taken.split_first()?;
    let rules = &subject.policy.rules;
    let (records, wanted) = (rules.get(earlier)?.level, rules.get(first.from)?.level);
    let also = match others {
        [] => String::new(),
        [one] => format!(" (and of {})", subject.name(one.from)),
        [one, rest @ ..] => {
            format!(" (and of {} and {} more)", subject.name(one.from), rest.len())
        }
    };
    let name = subject.name(earlier);
    let message = format!(
        "{name} comes first and takes a part of what this rule matches{also}, but records less: for \
         example {} is recorded at {records}, not at {wanted}",
        example(&first.witness),
    );
    let help = format!("if this rule should have all of it, move it before {name}");
    let place = subject.places.starts.get(first.from).copied()?;
    Some(SHADOWED_BY_LESS.found(place, message).help(help))
}
