//! Elements of collections in flow style, JSON included: `[a, b]` and `{a: b}`.

use std::ops::Range;

use crate::edit::Edit;

use super::fragment::Layout;
use super::lines;

/// A collection between brackets or braces.
#[derive(Debug)]
pub(super) struct Flow<'a> {
    /// The whole text.
    pub(super) text: &'a str,
    /// Offset of the opening bracket.
    pub(super) open: usize,
    /// The elements in order: items, or keys with their values.
    pub(super) elements: Vec<Range<usize>>,
}

impl Flow<'_> {
    /// Inserts `element` behind the one at `position - 1`, or as the only one.
    pub(super) fn insert(&self, layout: Layout, position: usize, element: &str) -> Option<Edit> {
        if self.elements.is_empty() {
            return Some(Edit::insert(self.open + 1, element));
        }
        let before = self.elements.get(position.checked_sub(1)?)?;
        Some(Edit::insert(before.end, format!(",{}{element}", self.gap(layout, position))))
    }

    /// Returns the blanks in front of the elements around `position`: a line break with the
    /// indentation used there, or what stands between two elements of one line.
    fn gap(&self, layout: Layout, position: usize) -> String {
        let model = (position - 1).max(1).min(self.elements.len() - 1);
        let element = &self.elements[model];
        let before = &self.text[..element.start];
        let blanks = &before[before.trim_end().len()..];
        match blanks.rfind('\n') {
            Some(newline) => format!("{}{}", layout.ending, &blanks[newline + 1..]),
            None if self.elements.len() == 1 => " ".to_owned(),
            None => blanks.to_owned(),
        }
    }

    /// Removes the element at `position` and one comma; comments stay.
    pub(super) fn remove(&self, position: usize) -> Option<Vec<Edit>> {
        let element = self.elements.get(position)?.clone();
        let before = position.checked_sub(1).and_then(|before| self.elements.get(before));
        let after = self.elements.get(position + 1);
        if let Some(before) = before.filter(|it| self.is_bare(it.end..element.start)) {
            return Some(vec![Edit::remove(before.end..element.end)]);
        }
        if let Some(after) = after.filter(|it| self.is_bare(element.end..it.start)) {
            return Some(vec![Edit::remove(element.start..after.start)]);
        }
        let comma = self
            .comma_behind(element.end)
            .or_else(|| before.and_then(|before| self.comma_behind(before.end)));
        let mut edits: Vec<Edit> = comma.map(|at| Edit::remove(at..at + 1)).into_iter().collect();
        edits.push(Edit::remove(element));
        Some(edits)
    }

    fn is_bare(&self, gap: Range<usize>) -> bool {
        !lines::has_comment(self.text, gap)
    }

    fn comma_behind(&self, at: usize) -> Option<usize> {
        let next = lines::skip_gap(self.text, at..self.text.len())?;
        self.text[next..].starts_with(',').then_some(next)
    }
}
