//! A policy as it is written, before anybody says whether it is right.

use super::decode::{Slot, SlotValue};
use crate::api::{GroupResources, Level, Policy, Rule, Stage};
use goyaml::Span;

/// A policy whose words are still text (Go: `audit.Policy` before validation).
#[derive(Debug, Default)]
pub(super) struct PolicyDraft {
    pub(super) omit_stages: List,
    omit_managed_fields: bool,
    pub(super) rules: Vec<DraftRule>,
    pub(super) rules_span: Option<Span>,
}

/// A rule whose words are still text.
#[derive(Debug, Default)]
pub(super) struct DraftRule {
    pub(super) span: Span,
    pub(super) level: SpannedWord,
    pub(super) users: List,
    pub(super) user_groups: List,
    pub(super) verbs: List,
    pub(super) resources: Vec<DraftGroup>,
    pub(super) namespaces: List,
    pub(super) non_resource_urls: List,
    pub(super) omit_stages: List,
    omit_managed_fields: Option<bool>,
}

/// Resources of one group.
#[derive(Debug, Default)]
pub(super) struct DraftGroup {
    pub(super) span: Span,
    pub(super) group: SpannedWord,
    pub(super) resources: List,
    pub(super) resource_names: List,
}

/// A text and where it is written.
#[derive(Debug, Default)]
pub(super) struct SpannedWord {
    pub(super) text: String,
    pub(super) span: Span,
}

/// A list of texts and where it is written.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) words: Vec<SpannedWord>,
    pub(super) span: Span,
}

impl PolicyDraft {
    /// Takes apart what was decoded into Go's `v1.Policy`.
    pub(super) fn of(mut slot: Slot) -> Self {
        let rules = slot.take("rules");
        Self {
            omit_stages: List::of(slot.take("omitStages")),
            omit_managed_fields: truth(&slot.take("omitManagedFields")).unwrap_or(false),
            rules_span: rules.span,
            rules: elements(rules).into_iter().map(DraftRule::of).collect(),
        }
    }

    /// Returns the policy, if every word in it is one.
    pub(super) fn into_policy(self) -> Option<Policy> {
        Some(Policy {
            rules: self.rules.into_iter().map(DraftRule::into_rule).collect::<Option<_>>()?,
            omit_stages: self.omit_stages.stages()?,
            omit_managed_fields: self.omit_managed_fields,
        })
    }
}

impl DraftRule {
    fn of(mut slot: Slot) -> Self {
        let groups = elements(slot.take("resources"));
        Self {
            span: slot.span.unwrap_or_default(),
            level: SpannedWord::of(slot.take("level")),
            users: List::of(slot.take("users")),
            user_groups: List::of(slot.take("userGroups")),
            verbs: List::of(slot.take("verbs")),
            resources: groups.into_iter().map(DraftGroup::of).collect(),
            namespaces: List::of(slot.take("namespaces")),
            non_resource_urls: List::of(slot.take("nonResourceURLs")),
            omit_stages: List::of(slot.take("omitStages")),
            omit_managed_fields: truth(&slot.take("omitManagedFields")),
        }
    }

    fn into_rule(self) -> Option<Rule> {
        Some(Rule {
            level: Level::from_name(&self.level.text)?,
            users: self.users.texts(),
            user_groups: self.user_groups.texts(),
            verbs: self.verbs.texts(),
            resources: self.resources.into_iter().map(DraftGroup::into_resources).collect(),
            namespaces: self.namespaces.texts(),
            non_resource_urls: self.non_resource_urls.texts(),
            omit_stages: self.omit_stages.stages()?,
            omit_managed_fields: self.omit_managed_fields,
        })
    }
}

impl DraftGroup {
    fn of(mut slot: Slot) -> Self {
        Self {
            span: slot.span.unwrap_or_default(),
            group: SpannedWord::of(slot.take("group")),
            resources: List::of(slot.take("resources")),
            resource_names: List::of(slot.take("resourceNames")),
        }
    }

    fn into_resources(self) -> GroupResources {
        GroupResources {
            group: self.group.text,
            resources: self.resources.texts(),
            resource_names: self.resource_names.texts(),
        }
    }
}

impl SpannedWord {
    fn of(slot: Slot) -> Self {
        let text = match slot.held {
            SlotValue::Text(text) => text,
            _ => String::new(),
        };
        Self { text, span: slot.span.unwrap_or_default() }
    }
}

impl List {
    fn of(slot: Slot) -> Self {
        let span = slot.span.unwrap_or_default();
        Self { words: elements(slot).into_iter().map(SpannedWord::of).collect(), span }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    fn texts(self) -> Vec<String> {
        self.words.into_iter().map(|word| word.text).collect()
    }

    fn stages(&self) -> Option<Vec<Stage>> {
        self.words.iter().map(|word| Stage::from_name(&word.text)).collect()
    }
}

fn elements(slot: Slot) -> Vec<Slot> {
    match slot.held {
        SlotValue::List { mut elements, length } => {
            elements.truncate(length);
            elements
        }
        _ => vec![],
    }
}

fn truth(slot: &Slot) -> Option<bool> {
    match slot.held {
        SlotValue::Bool(value) => Some(value),
        _ => None,
    }
}
