//! What to do about one thing for which the server refuses a policy, and what is written there.

use crate::finding::Place;

/// What to do about one thing for which the server refuses a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// Where, if it is not where the server's words point to.
    pub place: Option<Place>,
    /// What is wrong in plain words, and what to write; one sentence without a full stop.
    pub words: String,
}

impl Advice {
    pub(super) fn new(words: impl Into<String>) -> Self {
        Self { place: None, words: words.into() }
    }

    pub(super) fn at(mut self, line: usize, column: usize) -> Self {
        self.place = Some(Place { line, column });
        self
    }
}

/// The rest of the line at a place, without its comment.
pub(super) fn written(text: &str, place: Place) -> &str {
    let line = text.lines().nth(place.line.saturating_sub(1)).unwrap_or_default();
    let start =
        line.char_indices().nth(place.column.saturating_sub(1)).map_or(line.len(), |at| at.0);
    let rest = &line[start..];
    rest.split(" #").next().unwrap_or(rest).trim()
}
