//! `unbounded-bodies`: lists of objects, recorded whole.

use super::catalog::UNBOUNDED_BODIES;
use super::probe::SampleRequest;
use super::questions::{Interest, Questions};
use super::subject::{LocatedRule, Subject, list};
use crate::api::Level;
use crate::finding::Finding;

const LIST: &[&str] = &["list"];

/// Resources whose lists are long in every cluster, and one that stands for all others.
const LONG: [SampleRequest; 7] = [
    SampleRequest::core("pods", ""),
    SampleRequest::core("events", ""),
    SampleRequest { namespaced: false, ..SampleRequest::core("nodes", "") },
    SampleRequest::core("secrets", ""),
    SampleRequest::core("endpoints", ""),
    SampleRequest { group: "apps", ..SampleRequest::core("replicasets", "") },
    SampleRequest { group: "example.com", ..SampleRequest::core("widgets", "") },
];

/// Looks at what every rule with answers really decides.
pub(super) fn check(subject: &Subject<'_>, questions: &mut Questions<'_>) -> Vec<Finding> {
    subject.rules().filter_map(|placed| of_rule(questions, placed)).collect()
}

/// Returns what is asked about rules of this level.
pub(super) fn interests(level: Level) -> impl Iterator<Item = Interest> {
    let asked = LONG.iter().map(|asked| (*asked, LIST));
    asked.filter(move |_| level == Level::RequestResponse)
}

fn of_rule(questions: &mut Questions<'_>, placed: LocatedRule<'_>) -> Option<Finding> {
    let lists: Vec<SampleRequest> = interests(placed.rule.level)
        .filter(|interest| questions.decided(placed.index, *interest).is_some())
        .map(|(asked, _)| asked)
        .collect();
    let named: Vec<String> = lists
        .iter()
        .filter(|asked| asked.group != "example.com")
        .map(|asked| asked.name())
        .collect();
    if lists.is_empty() {
        return None;
    }
    let of = if named.is_empty() { "custom resources".to_owned() } else { list(&named) };
    let message = format!(
        "RequestResponse records the answer to every `list`: all objects of {of} each time someone \
         lists them, megabytes in a large cluster"
    );
    let help = "put a rule for the same resources with `verbs: [get, list, watch]` and `level: Metadata` \
                before this one";
    Some(UNBOUNDED_BODIES.found(placed.places.level, message).help(help))
}
