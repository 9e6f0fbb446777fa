//! A rule for everything belongs after all others.

use crate::api::Rule;
use crate::policy::AcceptedPolicy;
use goyaml::edit::{self, Edit};
use goyaml::{Node, NodeKind};

/// What became of the first rule that matches everything.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reordering {
    /// There is none, or it is the last one already.
    Nothing,
    /// In this text it is the last one. The number of the rule is from 1.
    Last { rule: usize, text: String },
    /// The rules are written neither one below the other nor in plain brackets.
    Not { rule: usize },
}

/// Moves the first rule that matches everything after all others, with the comments above it.
pub(super) fn catch_all_last(text: &str, accepted: &AcceptedPolicy) -> Reordering {
    let rules = &accepted.policy().rules;
    let index = match rules.iter().position(matches_everything) {
        Some(index) if index + 1 < rules.len() => index,
        _ => return Reordering::Nothing,
    };
    let rule = index + 1;
    let documents = goyaml::parse(text).unwrap_or_default();
    let list = documents.first().and_then(|document| document.root.get("rules"));
    let moved = list.and_then(|list| match &list.kind {
        NodeKind::Sequence { items, flow: true } => last_in_brackets(text, items, index),
        NodeKind::Sequence { items, flow: false } => {
            last_of_lines(text, list.span.end, items, index)
        }
        _ => None,
    });
    moved.map_or(Reordering::Not { rule }, |text| Reordering::Last { rule, text })
}

/// Every later item moves one place forward; what is between the places stays. With a comment
/// there nobody knows which item it is about.
fn last_in_brackets(text: &str, items: &[Node], index: usize) -> Option<String> {
    let places = items.get(index..)?;
    let mut between = places.windows(2).map(|pair| text.get(pair[0].span.end..pair[1].span.start));
    let is_plain = |item: &Node| item.anchor.is_none() && item.tag.is_none();
    let is_comma = |between: Option<&str>| between.is_some_and(|between| between.trim() == ",");
    if !between.all(is_comma) || !places.iter().all(is_plain) {
        return None;
    }
    let moved = places.iter().skip(1).chain(places.first());
    let edit = |(place, item): (&Node, &Node)| {
        Some(Edit { range: place.span.range(), text: text.get(item.span.range())?.to_owned() })
    };
    let edits: Vec<Edit> = places.iter().zip(moved).map(edit).collect::<Option<_>>()?;
    edit::apply(text, &edits)
}

fn last_of_lines(text: &str, end: usize, items: &[Node], index: usize) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let starts = starts(&lines, items)?;
    let end = line_behind(&lines, end)?;
    let (from, to) = (*starts.get(index)?, *starts.get(index + 1)?);
    let last = lines.get(end.checked_sub(1)?)?;
    let line_end = if last.ends_with('\n') { "" } else { "\n" };
    let parts = [
        lines[..from].concat(),
        lines[to..end].concat(),
        line_end.to_owned(),
        lines[from..to].concat(),
        lines[end..].concat(),
    ];
    Some(parts.concat())
}

fn matches_everything(rule: &Rule) -> bool {
    rule.users.is_empty()
        && rule.user_groups.is_empty()
        && rule.verbs.is_empty()
        && rule.resources.is_empty()
        && rule.namespaces.is_empty()
        && rule.non_resource_urls.is_empty()
}

/// The line (from 0) on which each rule begins with the comments above it.
fn starts(lines: &[&str], items: &[Node]) -> Option<Vec<usize>> {
    let of = |item: &Node| -> Option<usize> {
        let mut line = item.line.checked_sub(1)?;
        // A rule after a lone dash does not begin its line.
        lines.get(line)?.trim_start().strip_prefix("- ")?;
        while line > 0 && lines[line - 1].trim_start().starts_with('#') {
            line -= 1;
        }
        Some(line)
    };
    let starts: Vec<usize> = items.iter().map(of).collect::<Option<_>>()?;
    starts.windows(2).all(|pair| pair[0] < pair[1]).then_some(starts)
}

/// The line after the one that this byte ends.
fn line_behind(lines: &[&str], end: usize) -> Option<usize> {
    let mut offset = 0;
    let after = lines.iter().position(|line| {
        offset += line.len();
        offset >= end
    });
    Some(after? + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Version;
    use crate::policy::judge;

    const HEAD: &str = "apiVersion: audit.k8s.io/v1\nrules:\n";

    fn moved(text: &str) -> Reordering {
        let accepted = judge(text.as_bytes(), Version::NEWEST).outcome.unwrap();
        catch_all_last(text, &accepted)
    }

    fn last(text: &str) -> String {
        match moved(text) {
            Reordering::Last { rule: 1, text } => text,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn the_rule_for_everything_moves_with_its_comments() {
        let text =
            format!("{HEAD}# all\n- level: Metadata # rest\n# one\n- level: None\n  verbs: [get]");
        let want = format!(
            "{HEAD}# one\n- level: None\n  verbs: [get]\n# all\n- level: Metadata # rest\n"
        );
        assert_eq!(last(&text), want);
        assert_eq!(moved(&want), Reordering::Nothing);
    }

    #[test]
    fn in_brackets_the_rules_change_places() {
        let text = format!(
            "{HEAD}  [{{level: None}},\n   {{level: Request, verbs: [x]}}, {{level: None, verbs: [list]}}] # z\n"
        );
        let want = format!(
            "{HEAD}  [{{level: Request, verbs: [x]}},\n   {{level: None, verbs: [list]}}, {{level: None}}] # z\n"
        );
        assert_eq!(last(&text), want);
        let json = r#"{"apiVersion":"audit.k8s.io/v1","rules":[{"level":"None"},{"level":"None","verbs":["x"]}]}"#;
        assert!(last(json).ends_with(r#"[{"level":"None","verbs":["x"]},{"level":"None"}]}"#));
    }

    #[test]
    fn what_cannot_be_cut_apart_is_left_and_said() {
        for rules in [
            "  [{level: None}, # all\n   {level: None, verbs: [x]}]\n",
            "-\n  level: None\n-\n  level: None\n  verbs: [x]\n",
        ] {
            assert_eq!(moved(&format!("{HEAD}{rules}")), Reordering::Not { rule: 1 }, "{rules}");
        }
    }
}
