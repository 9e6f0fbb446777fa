//! `one-event-group`: Events are served in two API groups, and a rule takes one of them.

use super::catalog::ONE_EVENT_GROUP;
use super::known_groups::called;
use super::subject::{LocatedRule, Subject};
use crate::api::{GroupResources, Level};
use crate::finding::{Finding, Place};

/// The same objects are served in both.
const GROUPS: [&str; 2] = ["", "events.k8s.io"];

/// Looks at the rules that record nothing of Events: they are there to keep them out of the log.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let silent = || subject.rules().filter(|placed| placed.rule.level == Level::None);
    let [core, other] =
        GROUPS.map(|group| silent().find_map(|placed| Some((placed, named_at(placed, group)?))));
    let (place, missing) = match (core, other) {
        (Some((_, place)), None) => (place, GROUPS[1]),
        (None, Some((_, place))) => (place, GROUPS[0]),
        _ => return vec![],
    };
    let message = format!(
        "Events are served in two API groups, and this rule takes one: those that are written to {} \
         are recorded",
        called(missing)
    );
    let group = if missing.is_empty() { "\"\"" } else { missing };
    let help = format!("add an item with `group: {group}` and `resources: [events]`");
    vec![ONE_EVENT_GROUP.found(place, message).help(help)]
}

fn named_at(placed: LocatedRule<'_>, group: &str) -> Option<Place> {
    let takes = |item: &&GroupResources| {
        let has = |word: &str| item.resources.iter().any(|it| it == word);
        item.group == group && (has("events") || item.resources.is_empty() || has("*"))
    };
    let items = placed.rule.resources.iter().zip(&placed.places.resources);
    let (item, places) = items.into_iter().find(|(item, _)| takes(item))?;
    let at = item.resources.iter().position(|word| word == "events");
    // A whole group left out is about more than its Events.
    let place = at.and_then(|at| places.resources.get(at)).copied();
    place.or((group == GROUPS[1]).then_some(places.group))
}
