//! What the checks look at: an accepted policy, its places, and the server it is for.

use super::options::OnWriteError;
use crate::api::{Policy, Rule, Version};
use crate::finding::Place;
use crate::policy::{AcceptedPolicy, Places, RulePlaces};

/// A policy to look at.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    /// The policy.
    pub(super) policy: &'a Policy,
    /// Where its words are.
    pub(super) places: &'a Places,
    /// The server that reads it.
    pub(super) version: Version,
    /// What happens to a request whose event cannot be written.
    pub(super) sink: OnWriteError,
}

/// A rule and where its words are.
#[derive(Clone, Copy)]
pub(super) struct LocatedRule<'a> {
    /// Its number, from 0.
    pub(super) index: usize,
    /// The rule.
    pub(super) rule: &'a Rule,
    /// Where its words are.
    pub(super) places: &'a RulePlaces,
}

impl<'a> Subject<'a> {
    pub(super) fn new(accepted: &'a AcceptedPolicy, version: Version, sink: OnWriteError) -> Self {
        let (policy, places) = (accepted.policy(), accepted.places());
        Self { policy, places, version: version.nearest_supported(), sink }
    }

    /// Returns the rules with their places.
    pub(super) fn rules(&self) -> impl Iterator<Item = LocatedRule<'a>> + use<'a> {
        let (rules, places) = (&self.policy.rules, &self.places.rules);
        let placed = |(index, (rule, places))| LocatedRule { index, rule, places };
        rules.iter().zip(places).enumerate().map(placed)
    }

    /// Returns what a person calls a rule: its number from 1, and its line.
    pub(super) fn name(&self, rule: usize) -> String {
        match self.places.starts.get(rule) {
            Some(place) => format!("rule {} (line {})", rule + 1, place.line),
            None => format!("rule {}", rule + 1),
        }
    }

    /// Returns where the policy's last rule is.
    pub(super) fn last_rule(&self) -> Place {
        self.places.starts.last().copied().unwrap_or(START)
    }
}

/// The beginning of a text: the place of what is wrong with all of it.
pub(super) const START: Place = Place { line: 1, column: 1 };

/// Returns words as a person lists them: `a`, `a and b`, `a, b and c`, each in backticks.
pub(super) fn list<T: AsRef<str>>(words: &[T]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{}`", word.as_ref())).collect();
    listed(&quoted)
}

/// Returns phrases as a person lists them.
pub(super) fn listed(phrases: &[String]) -> String {
    match phrases {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
