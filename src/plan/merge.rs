//! Takes one edit back from a text that was edited again since.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A run of lines of the common text and what is there instead.
struct Hunk<'a> {
    old: Range<usize>,
    new: &'a [&'a str],
}

/// Returns `current` with the edit `before` → `after` taken back and every later edit kept, or
/// `None` where both touch the same lines.
///
/// Lines only: whether the result means what it should is for the caller to check.
#[must_use]
pub(super) fn undo(before: &str, after: &str, current: &str) -> Option<String> {
    let split = |text| str::split_inclusive(text, '\n').collect::<Vec<_>>();
    let (before, after, current) = (split(before), split(after), split(current));
    let mut hunks = hunks(&after, &before);
    hunks.extend(self::hunks(&after, &current));
    hunks.sort_by_key(|hunk| (hunk.old.start, hunk.old.end));
    if hunks.windows(2).any(|pair| conflict(&pair[0].old, &pair[1].old)) {
        return None;
    }
    let mut merged = String::new();
    let mut done = 0;
    for hunk in &hunks {
        merged.extend(after[done..hunk.old.start].iter().copied());
        merged.extend(hunk.new.iter().copied());
        done = hunk.old.end;
    }
    merged.extend(after[done..].iter().copied());
    Some(merged)
}

/// Two edits of one line, or two insertions at one place, have no one order.
fn conflict(first: &Range<usize>, second: &Range<usize>) -> bool {
    second.start < first.end || first == second
}

fn hunks<'a>(old: &'a [&'a str], new: &'a [&'a str]) -> Vec<Hunk<'a>> {
    capture_diff_slices(Algorithm::Patience, old, new)
        .iter()
        .filter(|op| !matches!(op, DiffOp::Equal { .. }))
        .map(|op| Hunk { old: op.old_range(), new: &new[op.new_range()] })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_edit_elsewhere_is_kept() {
        assert_eq!(undo("a\nb\n", "a\nx\nb\n", "a\nx\nB\n").as_deref(), Some("a\nB\n"));
        assert_eq!(undo("a\nb\n", "a\nx\nb\n", "a\nx\nb\n").as_deref(), Some("a\nb\n"));
        assert_eq!(undo("a\nb\n", "a\nx\nb", "0\na\nx\nb").as_deref(), Some("0\na\nb\n"));
    }

    #[test]
    fn an_edit_of_our_own_lines_is_a_conflict() {
        assert_eq!(undo("a\nb\n", "a\nx\nb\n", "a\ny\nb\n"), None);
    }
}
