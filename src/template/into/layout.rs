//! How the rules of a policy are laid out in its text, and lines put between them.

use goyaml::edit::{self, Edit};
use goyaml::{MappingEntry, Node, NodeKind, ScalarStyle};

/// The rules of a policy that are one below the other.
pub(super) struct RulesLayout<'a> {
    lines: Vec<&'a str>,
    /// The line below the key, from 0.
    top: usize,
    rules: Vec<LineRange>,
    /// The column of the `-` before each rule, from 0.
    dash: usize,
    /// Whether lists stand in the column of their key, as in `verbs:` above `- get`.
    compact: bool,
    /// Whether an empty line is between some rules.
    spaced: bool,
    line_end: &'static str,
}

/// The lines of a rule, from 0.
#[derive(Clone, Copy)]
struct LineRange {
    /// The first line of the comment above it, or its own.
    start: usize,
    /// The line with its `- `.
    first: usize,
    /// The line after it.
    end: usize,
}

/// The column of the `-` in our templates, whose every step is two columns.
const TEMPLATE_DASH: usize = 2;

impl<'a> RulesLayout<'a> {
    /// Reads the layout of the first document. `None` if the rules are not written one below the
    /// other, each after a `- ` on its line, or there is none.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let documents = goyaml::parse(text).ok()?;
        let entry = documents.first()?.root.entry("rules")?;
        let items = block_items(&entry.value)?;
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let dash = indent(lines.get(items.first()?.line.checked_sub(1)?)?);
        let top = entry.key.line;
        let mut rules: Vec<LineRange> = vec![];
        for item in items {
            let after = rules.last().map_or(top, |rule| rule.end);
            rules.push(rule_lines(text, &lines, item, dash, after)?);
        }
        let spaced = rules
            .windows(2)
            .any(|pair| lines[pair[0].end..pair[1].first].iter().any(|line| is_blank(line)));
        let compact = items.iter().find_map(is_compact).unwrap_or(dash == 0);
        let line_end = if lines[0].ends_with("\r\n") { "\r\n" } else { "\n" };
        Some(Self { lines, top, rules, dash, compact, spaced, line_end })
    }

    /// Returns each rule with everything between it and the one before it: its comments, and
    /// headings that are above several rules. Empty lines around it are left out.
    pub(super) fn blocks(&self) -> Vec<&[&'a str]> {
        let mut after = self.top;
        self.rules
            .iter()
            .map(|rule| {
                let block = &self.lines[after..rule.end];
                after = rule.end;
                let blank = block.iter().take_while(|line| is_blank(line)).count();
                &block[blank..]
            })
            .collect()
    }

    /// Returns the lines of all rules, with what is above and between them.
    pub(super) fn body(&self) -> &[&'a str] {
        &self.lines[self.top..self.line_of(self.rules.len())]
    }

    /// Returns the text with the blocks of a template before the rules with these numbers;
    /// after the last one for the number that follows. Every other byte stays.
    pub(super) fn with(&self, blocks: &[(usize, &[&str])]) -> String {
        let mut text = String::new();
        let mut copied = 0;
        for (before, block) in blocks {
            let at = self.line_of(*before);
            text.push_str(&self.lines[copied..at].concat());
            copied = at;
            let is_last = *before == self.rules.len();
            if is_last && !text.ends_with('\n') {
                text.push_str(self.line_end);
            }
            let block = self.laid_out(block);
            match (self.spaced, is_last) {
                (true, true) => text.push_str(&format!("{}{block}", self.line_end)),
                (true, false) => text.push_str(&format!("{block}{}", self.line_end)),
                (false, _) => text.push_str(&block),
            }
        }
        text.push_str(&self.lines[copied..].concat());
        text
    }

    /// Returns where the line of the key `rules` begins, if the key begins it.
    pub(super) fn start_of_key(&self) -> Option<usize> {
        let key = self.top.checked_sub(1)?;
        let before = self.lines[..key].iter().map(|line| line.len()).sum();
        self.lines[key].starts_with("rules:").then_some(before)
    }

    /// Returns the line, from 1, of the rule with this number.
    pub(super) fn line(&self, rule: usize) -> Option<usize> {
        self.rules.get(rule).map(|rule| rule.first + 1)
    }

    /// The line, from 0, at which something is put before a rule.
    fn line_of(&self, rule: usize) -> usize {
        let after = self.rules.last().map_or(0, |last| last.end);
        self.rules.get(rule).map_or(after, |rule| rule.start)
    }

    /// Lines of a template in the indentation and with the line ends of this text.
    fn laid_out(&self, block: &[&str]) -> String {
        block
            .iter()
            .map(|line| {
                let content = line.trim();
                if content.is_empty() {
                    return self.line_end.to_owned();
                }
                let column = self.column(indent(line));
                format!("{:column$}{content}{}", "", self.line_end)
            })
            .collect()
    }

    /// A column of a template in this text. In a template each list is one step deeper than its
    /// key, so that of two steps one is a list's.
    fn column(&self, of_template: usize) -> usize {
        let deeper = of_template.saturating_sub(TEMPLATE_DASH);
        if self.compact { self.dash + deeper.div_ceil(4) * 2 } else { self.dash + deeper }
    }
}

/// Returns the text with these lines as its rules; `None` if there are rules already, or no line of
/// their own for their key.
pub(super) fn filled(text: &str, rules: &[&str]) -> Option<String> {
    let documents = goyaml::parse(text).ok()?;
    let MappingEntry { key, value } = documents.first()?.root.entry("rules")?;
    let is_empty = match &value.kind {
        NodeKind::Scalar { text, style: ScalarStyle::Plain } => {
            matches!(text.as_str(), "" | "~" | "null")
        }
        NodeKind::Sequence { items, flow: true } => items.is_empty(),
        _ => false,
    };
    let line = text.split_inclusive('\n').nth(key.line.checked_sub(1)?)?;
    if !is_empty || value.anchor.is_some() || !line.starts_with("rules:") {
        return None;
    }
    let line_end = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
    let below = text.match_indices('\n').nth(key.line - 1).map_or(text.len(), |(at, _)| at + 1);
    let mut lines = String::from(if line.ends_with('\n') { "" } else { line_end });
    lines.extend(rules.iter().map(|line| format!("{}{line_end}", line.trim_end())));
    let mut edits = vec![Edit::insert(below, lines)];
    if !value.span.range().is_empty() {
        let blank = text[..value.span.start].trim_end().len();
        edits.push(Edit::remove(blank..value.span.end));
    }
    edit::apply(text, &edits)
}

/// The items of a list that is not written in brackets.
fn block_items(list: &Node) -> Option<&[Node]> {
    match &list.kind {
        NodeKind::Sequence { items, flow: false } => Some(items),
        _ => None,
    }
}

fn rule_lines(
    text: &str,
    lines: &[&str],
    item: &Node,
    dash: usize,
    after: usize,
) -> Option<LineRange> {
    let first = item.line.checked_sub(1)?;
    let line = lines.get(first)?;
    if indent(line) != dash || !line.trim_start().starts_with("- ") {
        return None;
    }
    // A comment that is indented deeper belongs to the rule above it.
    let is_above = |line: &&&str| line.trim_start().starts_with('#') && indent(line) <= dash;
    let above = lines.get(after..first)?.iter().rev().take_while(is_above).count();
    let end = text.get(..item.span.end)?.trim_end().split('\n').count();
    Some(LineRange { start: first - above, first, end })
}

/// Whether the first list in a rule that is not written in brackets is in the column of its
/// key; `None` if there is none.
fn is_compact(rule: &Node) -> Option<bool> {
    rule.entries()?.iter().find_map(|entry| {
        let first = block_items(&entry.value)?.first()?;
        // The content of an item begins two columns after its `-`.
        Some(first.span.column == entry.key.span.column + 2)
    })
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "apiVersion: audit.k8s.io/v1\nkind: Policy\n";
    const BLOCK: [&str; 5] = [
        "  # about it\n",
        "  - level: Request\n",
        "    resources:\n",
        "      - group: \"\"\n",
        "        resources: [pods]\n",
    ];

    fn with(text: &str, before: usize) -> String {
        RulesLayout::of(text).unwrap().with(&[(before, &BLOCK)])
    }

    #[test]
    fn lines_take_the_indentation_of_the_rules_that_are_there() {
        let flush = format!("{HEAD}rules:\n- level: Metadata\n");
        assert_eq!(
            with(&flush, 0),
            format!(
                "{HEAD}rules:\n# about it\n- level: Request\n  resources:\n  - group: \"\"\n    \
                 resources: [pods]\n- level: Metadata\n"
            )
        );
        let deep = format!("{HEAD}rules:\n    - verbs:\n        - get\n      level: Metadata\n");
        assert!(with(&deep, 1).ends_with(
            "level: Metadata\n    # about it\n    - level: Request\n      resources:\n        - \
             group: \"\"\n          resources: [pods]\n"
        ));
    }

    #[test]
    fn comments_stay_with_the_rule_they_stand_above() {
        let text = format!(
            "{HEAD}rules:\n- level: None\n  verbs: [get]\n  # of the first\n# of the second\n- level: \
             Metadata # all\n# the end"
        );
        let merged = with(&text, 1);
        assert!(merged.contains("  # of the first\n# about it\n- level: Request\n"), "{merged}");
        assert!(
            merged.ends_with("[pods]\n# of the second\n- level: Metadata # all\n# the end"),
            "{merged}"
        );
    }

    #[test]
    fn empty_lines_and_line_ends_are_those_that_are_there() {
        let text = format!("{HEAD}rules:\n- level: None\n  verbs: [get]\n\n- level: Metadata")
            .replace('\n', "\r\n");
        let first = with(&text, 0);
        assert!(first.contains("resources: [pods]\r\n\r\n- level: None\r\n"), "{first:?}");
        let last = with(&text, 2);
        assert!(last.contains("- level: Metadata\r\n\r\n# about it\r\n- level: Request\r\n"));
        assert_eq!(first.matches('\n').count(), first.matches("\r\n").count());
    }

    #[test]
    fn rules_in_brackets_or_behind_a_lone_dash_have_no_layout() {
        for rules in ["[{level: None}]", "\n-\n  level: None\n", "", "[]"] {
            assert!(RulesLayout::of(&format!("{HEAD}rules: {rules}\n")).is_none(), "{rules}");
        }
    }
}
