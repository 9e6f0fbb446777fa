//! The way back from a text that is not YAML any more: line by line.

mod block;
mod row;

use std::collections::BTreeSet;

use super::flags;
use super::strip::{POLICY_ANNOTATION, StripPart};
use row::{FlagRow, TextLine};

/// A line that was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedLine {
    /// Its number, from 1.
    pub number: usize,
    /// The line without its line end.
    pub text: String,
}

/// Returns `text` without the lines that belong to auditing, and those lines.
///
/// For a manifest whose YAML is broken, so that [`strip`](super::strip()) cannot read it. Careful: a
/// flag goes only if it has a line, or with its value two lines, of its own; a volume or mount only
/// if it is a list item of its own lines whose path serves a removed flag and that nothing else
/// names; `volumes:`, `volumeMounts:` and `annotations:` if that leaves them empty. Mistyped flags
/// (a dash, no `- `, typographic quotes) go too. What remains need not be a good manifest:
/// [`check`](super::check()) it.
#[must_use]
pub fn strip_lines(text: &str, what: StripPart) -> (String, Vec<RemovedLine>) {
    strip_lines_with(text, what, vec![])
}

/// As [`strip_lines`], where flags that named `also` are gone already.
pub(super) fn strip_lines_with(
    text: &str,
    what: StripPart,
    also: Vec<String>,
) -> (String, Vec<RemovedLine>) {
    let rows: Vec<TextLine<'_>> = row::rows(text);
    let (mut gone, mut paths) = flag_rows(&rows, what);
    paths.extend(also);
    if what.includes_annotation() {
        let annotation = |at: &usize| rows[*at].key() == Some(POLICY_ANNOTATION);
        gone.extend((0..rows.len()).filter(annotation));
    }
    for block in block::removable(&rows, &gone, &paths) {
        gone.extend(block.rows);
    }
    gone.extend(emptied_keys(&rows, &gone));
    let removed = gone.iter().map(|at| RemovedLine {
        number: at + 1,
        text: rows[*at].line.trim_end_matches(['\r', '\n']).to_owned(),
    });
    (without(&rows, &gone), removed.collect())
}

/// Returns the rows of audit flags and their values, and the paths they name.
fn flag_rows(rows: &[TextLine<'_>], what: StripPart) -> (BTreeSet<usize>, Vec<String>) {
    let mut gone = BTreeSet::new();
    let mut paths = vec![];
    let quoted = row::texts_of_keys(rows);
    let end = row::end_of_first_document(rows);
    for (at, row) in rows[..end].iter().enumerate().filter(|(at, _)| !quoted.contains(at)) {
        let Some(FlagRow { name, value }) = row.flag().filter(|flag| what.includes(&flag.name))
        else {
            continue;
        };
        gone.insert(at);
        let next = rows.get(at + 1).filter(|_| value.is_none() && !flags::is_bool(&name));
        let next_value = next.and_then(|next| next.value_of_flag_above(row));
        if next_value.is_some() {
            gone.insert(at + 1);
        }
        paths.extend(value.or(next_value).filter(|value| value.starts_with('/')));
    }
    (gone, paths)
}

/// Returns the rows of keys that lose everything below them.
fn emptied_keys(rows: &[TextLine<'_>], gone: &BTreeSet<usize>) -> Vec<usize> {
    let is_key = |at: &usize| {
        let key = rows[*at].bare_key();
        matches!(key, Some("volumes" | "volumeMounts" | "annotations"))
    };
    let content = |at: &usize| !rows[*at].is_blank_or_comment();
    let is_emptied = |at: &usize| {
        let mut below = (at + 1..rows.len()).filter(content);
        let loses_first = below.clone().next().is_some_and(|first| gone.contains(&first));
        let next = below.find(|below| !gone.contains(below));
        loses_first && !next.is_some_and(|next| rows[next].lies_in(&rows[*at]))
    };
    (0..rows.len()).filter(is_key).filter(is_emptied).collect()
}

/// Returns the text of the rows that stay. A missing final line end stays missing.
fn without(rows: &[TextLine<'_>], gone: &BTreeSet<usize>) -> String {
    let kept = rows.iter().enumerate().filter(|(at, _)| !gone.contains(at));
    let mut text: String = kept.map(|(_, row)| row.line).collect();
    let ended = rows.last().is_none_or(|row| row.line.ends_with('\n'));
    if !ended && text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    text
}
