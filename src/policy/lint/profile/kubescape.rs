//! kubescape C-0161: literal names, whatever the order of the rules and their other selectors.

use super::super::catalog::KUBESCAPE;
use super::super::subject::{START, Subject};
use crate::api::Level;
use crate::finding::{Finding, Place};

/// What a rule that names a resource must record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Metadata,
    Anything,
}

const NAMES: [(&str, Wanted); 9] = [
    ("secrets", Wanted::Metadata),
    ("configmaps", Wanted::Metadata),
    ("tokenreviews", Wanted::Metadata),
    ("pods", Wanted::Anything),
    ("deployments", Wanted::Anything),
    ("pods/exec", Wanted::Anything),
    ("pods/portforward", Wanted::Anything),
    ("pods/proxy", Wanted::Anything),
    ("services/proxy", Wanted::Anything),
];

/// Returns what kubescape would find.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    NAMES.iter().flat_map(|(name, wanted)| of_name(subject, name, *wanted)).collect()
}

fn of_name(subject: &Subject<'_>, name: &str, wanted: Wanted) -> Vec<Finding> {
    let named: Vec<(Level, Place)> = subject
        .rules()
        .flat_map(|placed| {
            let groups = placed.rule.resources.iter().zip(&placed.places.resources);
            let words = groups.flat_map(|(group, at)| group.resources.iter().zip(&at.resources));
            let same = words.filter(|(word, _)| *word == name);
            same.map(move |(_, place)| (placed.rule.level, *place))
        })
        .collect();
    if named.is_empty() {
        let message = format!(
            "kubescape C-0161 wants a rule that names `{name}`; it does not see rules for whole \
             groups or for everything"
        );
        return vec![KUBESCAPE.found(START, message)];
    }
    let is_wrong = |level: &Level| match wanted {
        Wanted::Metadata => *level != Level::Metadata,
        Wanted::Anything => *level == Level::None,
    };
    let wants = match wanted {
        Wanted::Metadata => "at Metadata",
        Wanted::Anything => "recorded",
    };
    let wrong = named.iter().filter(|(level, _)| is_wrong(level));
    wrong
        .map(|(level, place)| {
            let message = format!(
                "kubescape C-0161 wants `{name}` {wants} in every rule that names it, in whatever \
                 order; this one says {level}"
            );
            KUBESCAPE.found(*place, message)
        })
        .collect()
}
