//! `# kubectl-audit: ignore ID reason`: findings that someone has looked at.
//!
//! A comment beside something is about the line it is in, one on a line of its own about what
//! begins on the next line: a rule, a field with all that belongs to it, an item of a list. Above
//! the first field of the file it is about the whole policy.

use std::ops::RangeInclusive;

use super::catalog::{CHECKS, UNUSED_IGNORE};
use super::report::LintReport;
use crate::did_you_mean::nearest;
use crate::finding::{Finding, Place};
use crate::policy::AcceptedPolicy;
use goyaml::{Node, NodeKind};

/// What such a comment begins with.
const MARK: &str = "kubectl-audit: ignore";

/// A comment that silences findings.
struct Ignore {
    place: Place,
    /// The id; empty if none is written.
    id: String,
    has_reason: bool,
    /// The lines whose findings it silences.
    lines: RangeInclusive<usize>,
    used: bool,
}

/// Takes out the findings that comments silence, and adds one for each comment that silences none
/// or gives no reason. A comment without a reason silences nothing.
pub(super) fn silence(
    text: &[u8],
    accepted: Option<&AcceptedPolicy>,
    findings: Vec<Finding>,
) -> LintReport {
    let text = String::from_utf8_lossy(text);
    let mut ignores = ignores(&text);
    let before = findings.len();
    let mut left: Vec<Finding> =
        findings.into_iter().filter(|finding| !is_silenced(finding, &mut ignores)).collect();
    let ignored = before - left.len();
    // Of a policy that is not accepted not everything was looked at.
    let is_whole = accepted.is_some();
    left.extend(ignores.iter().filter_map(|ignore| ignore.finding(is_whole)));
    LintReport { findings: left, ignored }
}

fn is_silenced(finding: &Finding, ignores: &mut [Ignore]) -> bool {
    let line = finding.place.map_or(1, |place| place.line);
    let mut silenced = false;
    for ignore in ignores.iter_mut() {
        if ignore.has_reason && ignore.id == finding.id && ignore.lines.contains(&line) {
            ignore.used = true;
            silenced = true;
        }
    }
    silenced
}

impl Ignore {
    fn finding(&self, is_whole: bool) -> Option<Finding> {
        let found = |message: String| UNUSED_IGNORE.found(self.place, message);
        let form = "# kubectl-audit: ignore ID reason";
        let Self { id, .. } = self;
        if id.is_empty() {
            let message = "this comment does not say what to ignore".to_owned();
            return Some(found(message).help(format!("write `{form}`")));
        }
        let ids = || CHECKS.iter().map(|check| check.id);
        if !ids().any(|known| known == id) {
            let finding = found(format!("there is no check `{id}`, so nothing is ignored"));
            return Some(match nearest(id, ids()) {
                Some(meant) => finding.help(format!("write `{meant}`")),
                None => finding,
            });
        }
        if !self.has_reason {
            let message = format!("`{id}` is not ignored here, because no reason is given");
            return Some(found(message).help(format!("write `{form}`: the reader will ask why")));
        }
        let message = format!("unused ignore: there is no `{id}` finding here");
        (is_whole && !self.used).then(|| found(message).help("remove the comment"))
    }
}

fn ignores(text: &str) -> Vec<Ignore> {
    if !text.contains(MARK) {
        return vec![];
    }
    let document = goyaml::parse(text).ok().and_then(|documents| documents.into_iter().next());
    let root = document.as_ref().map(|document| &document.root);
    let mut start = 0;
    let mut found = vec![];
    let lines: Vec<&str> = text.lines().collect();
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let comment = marked(line)
            .filter(|(column, _)| root.is_none_or(|root| !is_in_scalar(root, start + column)));
        if let Some((offset, words)) = comment {
            let (id, reason) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
            let place = Place { line: index + 1, column: line[..offset].chars().count() + 1 };
            found.push(Ignore {
                place,
                id: id.to_owned(),
                has_reason: !reason.trim().is_empty(),
                lines: scope(root, &lines, index, line[..offset].trim().is_empty()),
                used: false,
            });
        }
        start += line.len();
    }
    found
}

/// The offset of the `#` and the words after the mark.
fn marked(line: &str) -> Option<(usize, &str)> {
    let at = line.find(MARK)?;
    let before = line[..at].trim_end();
    let offset = before.strip_suffix('#')?.len();
    let begins = line[..offset].is_empty() || line[..offset].ends_with([' ', '\t']);
    let words = &line[at + MARK.len()..];
    (begins && !words.starts_with(|c: char| c.is_alphanumeric())).then(|| (offset, words.trim()))
}

fn is_in_scalar(node: &Node, offset: usize) -> bool {
    if !node.span.range().contains(&offset) {
        return false;
    }
    match &node.kind {
        NodeKind::Scalar { .. } => true,
        NodeKind::Alias(_) => false,
        NodeKind::Sequence { items, .. } => items.iter().any(|item| is_in_scalar(item, offset)),
        NodeKind::Mapping { entries, .. } => entries
            .iter()
            .any(|entry| is_in_scalar(&entry.key, offset) || is_in_scalar(&entry.value, offset)),
    }
}

/// The lines a comment on line `index` (from 0) is about.
fn scope(
    root: Option<&Node>,
    lines: &[&str],
    index: usize,
    is_alone: bool,
) -> RangeInclusive<usize> {
    let is_content = |line: &&str| {
        let line = line.trim_start();
        !line.is_empty() && !line.starts_with('#') && !line.starts_with("---")
    };
    let target = if is_alone {
        match lines.iter().skip(index + 1).position(is_content) {
            Some(skipped) => index + 1 + skipped,
            None => return index + 1..=index + 1,
        }
    } else {
        index
    };
    let line = target + 1;
    let Some(root) = root else { return line..=line };
    if root.span.line == line {
        return 1..=lines.len().max(1);
    }
    line..=last_line(root, line).unwrap_or(line).max(line)
}

/// The last line of the largest thing that begins on `line`.
fn last_line(node: &Node, line: usize) -> Option<usize> {
    let inside = |child: &Node| last_line(child, line);
    match &node.kind {
        // A list begins where its first item does, and the comment is about that one.
        NodeKind::Sequence { items, .. } => items.iter().find_map(inside),
        _ if node.span.line == line => Some(end(node)),
        NodeKind::Mapping { entries, .. } => entries.iter().find_map(|entry| {
            if entry.key.span.line == line {
                return Some(end(&entry.value).max(line));
            }
            inside(&entry.value)
        }),
        _ => None,
    }
}

/// The line of the last thing in a node.
fn end(node: &Node) -> usize {
    match &node.kind {
        NodeKind::Mapping { entries, .. } => {
            entries.last().map_or(node.span.line, |entry| end(&entry.value).max(end(&entry.key)))
        }
        NodeKind::Sequence { items, .. } => items.last().map_or(node.span.line, end),
        NodeKind::Scalar { text, .. } => node.span.line + text.lines().count().saturating_sub(1),
        NodeKind::Alias(_) => node.span.line,
    }
}
