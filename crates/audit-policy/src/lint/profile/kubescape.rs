//! kubescape C-0161: literal names, whatever the order of the rules and their other selectors.

use super::super::catalog::KUBESCAPE;
use super::super::subject::{START, Subject, list};
use crate::api::Level;
use crate::finding::{Finding, Place};

/// What a rule that names a resource must record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RequiredRecord {
    Metadata,
    Anything,
}

const NAMES: [(&str, RequiredRecord); 9] = [
    ("secrets", RequiredRecord::Metadata),
    ("configmaps", RequiredRecord::Metadata),
    ("tokenreviews", RequiredRecord::Metadata),
    ("pods", RequiredRecord::Anything),
    ("deployments", RequiredRecord::Anything),
    ("pods/exec", RequiredRecord::Anything),
    ("pods/portforward", RequiredRecord::Anything),
    ("pods/proxy", RequiredRecord::Anything),
    ("services/proxy", RequiredRecord::Anything),
];

/// Returns what kubescape would find.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let is_missing = |name: &str| named(subject, name).is_empty();
    let missing: Vec<&str> =
        NAMES.iter().map(|(name, _)| *name).filter(|name| is_missing(name)).collect();
    let mut found: Vec<Finding> =
        NAMES.iter().flat_map(|(name, wanted)| wrong(subject, name, *wanted)).collect();
    if !missing.is_empty() {
        let message = format!(
            "kubescape C-0161 wants rules that name {}; it does not see rules for whole groups or \
             for everything",
            list(&missing)
        );
        let help = "name them in rules of their own; the template `cis` does";
        found.push(KUBESCAPE.found(START, message).help(help));
    }
    found
}

/// The level and the place of every rule's word that is this name.
fn named(subject: &Subject<'_>, name: &str) -> Vec<(Level, Place)> {
    subject
        .rules()
        .flat_map(|placed| {
            let groups = placed.rule.resources.iter().zip(&placed.places.resources);
            let words = groups.flat_map(|(group, at)| group.resources.iter().zip(&at.resources));
            let same = words.filter(|(word, _)| *word == name);
            same.map(move |(_, place)| (placed.rule.level, *place))
        })
        .collect()
}

fn wrong(subject: &Subject<'_>, name: &str, wanted: RequiredRecord) -> Vec<Finding> {
    let is_wrong = |level: &Level| match wanted {
        RequiredRecord::Metadata => *level != Level::Metadata,
        RequiredRecord::Anything => *level == Level::None,
    };
    let wants = match wanted {
        RequiredRecord::Metadata => "at Metadata",
        RequiredRecord::Anything => "recorded",
    };
    named(subject, name)
        .iter()
        .filter(|(level, _)| is_wrong(level))
        .map(|(level, place)| {
            let message = format!(
                "kubescape C-0161 wants `{name}` {wants} in every rule that names it, in whatever \
                 order; this one says {level}"
            );
            KUBESCAPE.found(*place, message)
        })
        .collect()
}
