//! Items and entries of collections in block style: whole lines come and go.

use crate::edit::Edit;
use crate::{MappingEntry, Node, NodeKind};

use super::fragment::{Fragment, TextLayout};
use super::lines;
use super::scalar::Quotes;

/// Inserts `item` after the item at `position - 1`, whose dash, gap and quotes it copies.
pub(super) fn insert_item(
    text: &str,
    layout: TextLayout,
    (key, items): (&Node, &[Node]),
    position: usize,
    item: &Fragment,
) -> Option<Edit> {
    let before = position.checked_sub(1)?;
    let model = items.get(before)?;
    let dash = dash_of(text, key, items, before)?;
    let column = dash - lines::start(text, dash);
    let gap = gap_behind(text, dash, model);
    let quotes = match &model.kind {
        NodeKind::Scalar { style, .. } => Quotes::of(*style)?,
        _ => Quotes::None,
    };
    let inner = layout.block(item, column + 1 + gap, quotes);
    let line = format!("{}-{}{inner}", " ".repeat(column), " ".repeat(gap));
    let end = lines::end_of_content(text, model.span.range());
    Some(insert_lines(text, layout, end, &line))
}

/// Removes the item at `position` with the lines it is on.
pub(super) fn remove_item(
    text: &str,
    key: &Node,
    items: &[Node],
    position: usize,
) -> Option<Vec<Edit>> {
    let dash = dash_of(text, key, items, position)?;
    let end = lines::end_of_content(text, items.get(position)?.span.range()).max(dash);
    is_indentation(&text[lines::start(text, dash)..dash])
        .then(|| vec![Edit::remove(lines::whole(text, dash, end))])
}

/// Inserts `key: item` after the last of `entries`.
pub(super) fn insert_entry(
    text: &str,
    layout: TextLayout,
    entries: &[MappingEntry],
    key: &str,
    item: &Fragment,
) -> Option<Edit> {
    let last = entries.last()?;
    let column = last.key.span.start - lines::start(text, last.key.span.start);
    let line = format!("{}{}", " ".repeat(column), layout.block_entry(key, item, column));
    let end = lines::end_of_content(text, last.key.span.start..last.value.span.end);
    Some(insert_lines(text, layout, end, &line))
}

/// Removes the entry at `position` with its lines. One that begins after the dash of a list item
/// gives its place to the next one.
pub(super) fn remove_entry(
    text: &str,
    entries: &[MappingEntry],
    position: usize,
) -> Option<Vec<Edit>> {
    let entry = entries.get(position)?;
    let begin = entry.key.span.start;
    if is_indentation(&text[lines::start(text, begin)..begin]) {
        let end = lines::end_of_content(text, begin..entry.value.span.end);
        return Some(vec![Edit::remove(lines::whole(text, begin, end))]);
    }
    let next = entries.get(position + 1)?.key.span.start;
    let end = entry.value.span.end;
    (!lines::has_comment(text, end..next)).then(|| vec![Edit::remove(begin..next)])
}

/// Gives the empty value of `entry` a content of its own lines.
pub(super) fn fill(
    text: &str,
    layout: TextLayout,
    entry: &MappingEntry,
    item: &Fragment,
) -> Option<Vec<Edit>> {
    let key = entry.key.span;
    let colon = lines::skip_gap(text, key.end..text.len())?;
    if !text[colon..].starts_with(':') {
        return None;
    }
    let column = key.start - lines::start(text, key.start);
    let inner = match item {
        Fragment::List(_) => column + layout.dash,
        _ => column + layout.step,
    };
    let line = format!("{}{}", " ".repeat(inner), layout.block(item, inner, Quotes::None));
    let null = entry.value.span;
    let mut edits = vec![insert_lines(text, layout, null.end.max(colon), &line)];
    if !null.range().is_empty() {
        edits.push(Edit::remove(colon + 1..null.end));
    }
    Some(edits)
}

/// Inserts `line` below the line that holds the byte before `end`.
fn insert_lines(text: &str, layout: TextLayout, end: usize, line: &str) -> Edit {
    let below = lines::end(text, end);
    if text[..below].ends_with('\n') {
        Edit::insert(below, format!("{line}{}", layout.ending))
    } else {
        Edit::insert(below, format!("{}{line}", layout.ending))
    }
}

/// Returns the offset of the dash before the item at `position`. It is between the item and
/// what is written before it: the item before, or the key of the list.
fn dash_of(text: &str, key: &Node, items: &[Node], position: usize) -> Option<usize> {
    let item = items.get(position)?;
    let mut from = match position.checked_sub(1) {
        Some(before) => lines::end_of_content(text, items.get(before)?.span.range()),
        None => key.span.end,
    };
    // An item that is absent altogether ends right after its own dash.
    let to = item.span.start;
    loop {
        let at = lines::skip_gap(text, from..to)?;
        if text[at..].starts_with('-') {
            return Some(at);
        }
        // The colon after the key, an anchor or a tag.
        from = at + text[at..to].find(char::is_whitespace)?;
    }
}

/// Returns the number of blanks between the dash and its item.
fn gap_behind(text: &str, dash: usize, item: &Node) -> usize {
    let gap = &text[dash + 1..item.span.start.max(dash + 1)];
    let copied = !gap.is_empty() && gap.chars().all(|c| c == ' ');
    if copied { gap.len() } else { 1 }
}

fn is_indentation(prefix: &str) -> bool {
    prefix.chars().all(|c| c == ' ')
}
