//! Edits of a text by byte ranges.

use std::ops::Range;

/// Replaces the bytes of `range` by `text`; an empty range inserts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go.
    pub range: Range<usize>,
    /// What is there instead.
    pub text: String,
}

impl Edit {
    /// Returns an edit that inserts `text` at `offset`.
    #[must_use]
    pub fn insert(offset: usize, text: impl Into<String>) -> Self {
        Self { range: offset..offset, text: text.into() }
    }

    /// Returns an edit that removes `range`.
    #[must_use]
    pub fn remove(range: Range<usize>) -> Self {
        Self { range, text: String::new() }
    }
}

/// Returns `text` with all `edits` made; insertions at one offset keep the order they have here.
///
/// Returns `None` if two edits overlap or a range does not lie on character boundaries: such edits
/// have no one meaning, and a guess could damage a manifest.
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> Option<String> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for edit in sorted {
        result.push_str(text.get(done..edit.range.start)?);
        result.push_str(&edit.text);
        done = edit.range.end;
    }
    result.push_str(text.get(done..)?);
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_made_from_front_to_back_and_overlaps_are_refused() {
        let edits = [Edit::remove(0..2), Edit::insert(3, "X"), Edit::insert(3, "Y")];
        assert_eq!(apply("abcdef", &edits).as_deref(), Some("cXYdef"));
        assert_eq!(apply("abcdef", &[Edit::remove(0..3), Edit::remove(2..4)]), None);
        assert_eq!(apply("é", &[Edit::remove(0..1)]), None);
    }
}
