//! Lines and gaps of a text.

use std::ops::Range;

/// Returns the offset of the first byte of the line `at` is in.
pub(super) fn start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Returns the offset after the line `at` is in, its line end included.
pub(super) fn end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}

/// Returns the line end that the text uses: that of its first line.
pub(super) fn ending(text: &str) -> &'static str {
    match text.find('\n') {
        Some(newline) if text[..newline].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Returns the end of what is written in `range`: without blanks and line ends after it, which a
/// block scalar counts to itself.
pub(super) fn end_of_content(text: &str, range: Range<usize>) -> usize {
    range.start + text[range].trim_end().len()
}

/// Returns the range of whole lines from the one `first` is in to the one `last` is in. Where
/// the last one ends the text without a line end, the line end before it goes instead, so that a
/// missing final newline stays missing.
pub(super) fn whole(text: &str, first: usize, last: usize) -> Range<usize> {
    let range = start(text, first)..end(text, last);
    if text[range.clone()].ends_with('\n') {
        return range;
    }
    let before = &text[..range.start];
    let before = before.strip_suffix('\n').unwrap_or(before);
    before.strip_suffix('\r').unwrap_or(before).len()..range.end
}

/// Returns the first offset in `range` that holds neither a blank nor a part of a comment.
///
/// `range` must start outside of scalars, right after one is fine.
pub(super) fn skip_gap(text: &str, range: Range<usize>) -> Option<usize> {
    let mut at = range.start;
    loop {
        at += text[at..range.end].find(|c: char| !c.is_whitespace())?;
        if !text[at..].starts_with('#') {
            return Some(at);
        }
        at = end(text, at).min(range.end);
    }
}

/// Returns whether a comment is in the gap `range`, which may hold nothing but blanks, comments
/// and indicators.
pub(super) fn has_comment(text: &str, range: Range<usize>) -> bool {
    text[range].contains('#')
}
