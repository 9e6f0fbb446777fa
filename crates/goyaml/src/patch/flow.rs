//! Elements of collections in flow style, JSON included: `[a, b]` and `{a: b}`.

use std::ops::Range;

use crate::edit::Edit;

use super::fragment::TextLayout;
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
    /// Inserts `element` after the one at `position - 1`, or as the only one. A comment beside that
    /// one stays on its line.
    pub(super) fn insert(
        &self,
        layout: TextLayout,
        position: usize,
        element: &str,
    ) -> Option<Vec<Edit>> {
        if self.elements.is_empty() {
            return Some(vec![Edit::insert(self.open + 1, element)]);
        }
        let before = self.elements.get(position.checked_sub(1)?)?;
        let gap = self.gap(layout, position);
        let Some((has_comma, end)) = self.comment_beside(before.end) else {
            return Some(vec![Edit::insert(before.end, format!(",{gap}{element}"))]);
        };
        // After a comment nothing can follow on the same line.
        let gap = match gap.contains('\n') {
            true => gap,
            false => format!("{}{}", layout.ending, " ".repeat(self.column(before.start))),
        };
        Some(match has_comma {
            true => {
                let comma =
                    if position < self.elements.len() || self.ends_with_comma() { "," } else { "" };
                vec![Edit::insert(end, format!("{gap}{element}{comma}"))]
            }
            false => {
                vec![Edit::insert(before.end, ","), Edit::insert(end, format!("{gap}{element}"))]
            }
        })
    }

    /// Returns whether a comma follows on the same line, and where the line ends, if a comment ends
    /// it and no other element is in between.
    fn comment_beside(&self, at: usize) -> Option<(bool, usize)> {
        let line = self.text[at..].split(['\r', '\n']).next()?;
        let rest = line.trim_start();
        let (has_comma, rest) = match rest.strip_prefix(',') {
            Some(rest) => (true, rest.trim_start()),
            None => (false, rest),
        };
        rest.starts_with('#').then_some((has_comma, at + line.len()))
    }

    /// Returns whether a comma follows the last element.
    fn ends_with_comma(&self) -> bool {
        self.elements.last().is_some_and(|last| self.comma_behind(last.end).is_some())
    }

    /// Returns how many characters stand before an offset on its line.
    fn column(&self, at: usize) -> usize {
        self.text[..at].rsplit('\n').next().map_or(0, |line| line.chars().count())
    }

    /// Returns the blanks before the elements around `position`: a line break with the
    /// indentation used there, or what is between two elements of one line.
    fn gap(&self, layout: TextLayout, position: usize) -> String {
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
        let element = self.own_line(&element).unwrap_or(element);
        let comma = comma.filter(|at| !element.contains(at));
        let mut edits: Vec<Edit> = comma.map(|at| Edit::remove(at..at + 1)).into_iter().collect();
        edits.push(Edit::remove(element));
        Some(edits)
    }

    /// Returns the line of an element with the line break before it, if nothing else is on it than a
    /// comma.
    fn own_line(&self, element: &Range<usize>) -> Option<Range<usize>> {
        let before = self.text[..element.start].trim_end_matches([' ', '\t']).strip_suffix('\n')?;
        let before = before.strip_suffix('\r').unwrap_or(before);
        let rest = self.text[element.end..].split(['\r', '\n']).next()?;
        let is_alone = rest.trim().is_empty() || rest.trim() == ",";
        is_alone.then(|| before.len()..element.end + rest.len())
    }

    fn is_bare(&self, gap: Range<usize>) -> bool {
        !lines::has_comment(self.text, gap)
    }

    fn comma_behind(&self, at: usize) -> Option<usize> {
        let next = lines::skip_gap(self.text, at..self.text.len())?;
        self.text[next..].starts_with(',').then_some(next)
    }
}
