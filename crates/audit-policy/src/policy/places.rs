//! Where every word of a policy is written.

use super::draft::{DraftGroup, DraftRule, List, PolicyDraft};
use crate::finding::Place;

/// Where the parts of a policy are written, index for index as in [`crate::api::Policy`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    /// The stages left out everywhere.
    pub omit_stages: Vec<Place>,
    /// The rules, each after its `- `.
    pub starts: Vec<Place>,
    /// What is in the rules.
    pub rules: Vec<RulePlaces>,
}

/// Where the parts of a rule are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePlaces {
    /// The level.
    pub level: Place,
    /// The users.
    pub users: Vec<Place>,
    /// The groups of users.
    pub user_groups: Vec<Place>,
    /// The verbs.
    pub verbs: Vec<Place>,
    /// The resources.
    pub resources: Vec<GroupPlaces>,
    /// The namespaces.
    pub namespaces: Vec<Place>,
    /// The paths.
    pub non_resource_urls: Vec<Place>,
    /// The stages left out.
    pub omit_stages: Vec<Place>,
}

/// Where the parts of a group of resources are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupPlaces {
    /// The group; where the item begins if none is written.
    pub group: Place,
    /// The resources.
    pub resources: Vec<Place>,
    /// The names of objects.
    pub resource_names: Vec<Place>,
}

impl Places {
    pub(super) fn of(draft: &PolicyDraft) -> Self {
        Self {
            omit_stages: words(&draft.omit_stages),
            starts: draft.rules.iter().map(|rule| rule.span.into()).collect(),
            rules: draft.rules.iter().map(RulePlaces::of).collect(),
        }
    }
}

impl RulePlaces {
    fn of(rule: &DraftRule) -> Self {
        Self {
            level: rule.level.span.into(),
            users: words(&rule.users),
            user_groups: words(&rule.user_groups),
            verbs: words(&rule.verbs),
            resources: rule.resources.iter().map(GroupPlaces::of).collect(),
            namespaces: words(&rule.namespaces),
            non_resource_urls: words(&rule.non_resource_urls),
            omit_stages: words(&rule.omit_stages),
        }
    }
}

impl GroupPlaces {
    fn of(group: &DraftGroup) -> Self {
        let written = if group.group.span.line == 0 { group.span } else { group.group.span };
        Self {
            group: written.into(),
            resources: words(&group.resources),
            resource_names: words(&group.resource_names),
        }
    }
}

fn words(list: &List) -> Vec<Place> {
    list.words.iter().map(|word| word.span.into()).collect()
}
