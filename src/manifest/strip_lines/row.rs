//! A line of a text that may not be YAML, and what it most likely is.

use std::collections::BTreeSet;

use crate::manifest::{flags, typos};

/// A line.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextLine<'a> {
    /// The line with its line end.
    pub(super) line: &'a str,
    /// Number of leading blanks.
    indentation: usize,
    /// Whether it begins with `- `, or a dash that was meant so.
    pub(super) has_bullet: bool,
    /// What is written after indentation and bullet.
    pub(super) content: &'a str,
}

/// A line that is one flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FlagRow {
    /// The name without dashes.
    pub(super) name: String,
    /// The value, if it is on this line.
    pub(super) value: Option<String>,
}

/// Returns the lines of `text`.
pub(super) fn rows(text: &str) -> Vec<TextLine<'_>> {
    text.split_inclusive('\n').map(TextLine::of).collect()
}

/// Returns the number of rows of the first document, the only one that the kubelet reads.
pub(super) fn end_of_first_document(rows: &[TextLine<'_>]) -> usize {
    let has_content = |at: usize| rows[..at].iter().any(|row| row.key().is_some());
    let is_mark = |row: &TextLine<'_>| ["---", "..."].iter().any(|mark| row.line.starts_with(mark));
    (0..rows.len()).find(|at| is_mark(&rows[*at]) && has_content(*at)).unwrap_or(rows.len())
}

/// Returns the rows that are text of a key, as below `note: |`. A script below `- |` is none: there
/// the flags may be the server's.
pub(super) fn texts_of_keys(rows: &[TextLine<'_>]) -> BTreeSet<usize> {
    let opens_text = |row: &TextLine<'_>| {
        let value = row.content.split_once(": ").map_or("", |(_, value)| value.trim_start());
        row.key().is_some() && value.starts_with(['|', '>'])
    };
    let below = |at: usize| {
        let rows_below = (at + 1..rows.len()).map(move |below| (below, &rows[below]));
        rows_below
            .take_while(move |(_, row)| row.line.trim().is_empty() || row.continues(&rows[at]))
            .map(|(below, _)| below)
    };
    (0..rows.len()).filter(|at| opens_text(&rows[*at])).flat_map(below).collect()
}

impl<'a> TextLine<'a> {
    fn of(line: &'a str) -> Self {
        let text = line.trim_start_matches('\u{feff}').trim_end();
        let content = text.trim_start();
        let indentation = text.len() - content.len();
        let bullet = content.strip_prefix(['-', '\u{2013}', '\u{2014}']);
        let bare = bullet.filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
        Self {
            line,
            indentation,
            has_bullet: bare.is_some(),
            content: bare.unwrap_or(content).trim_start(),
        }
    }

    /// Returns whether there is nothing but a comment on the line.
    pub(super) fn is_blank_or_comment(&self) -> bool {
        !self.has_bullet && (self.content.is_empty() || self.content.starts_with('#'))
    }

    /// Returns whether the line, going by its indentation, is in the collection that `key` opens.
    pub(super) fn lies_in(&self, key: &Self) -> bool {
        let column = key.line.len() - key.line.trim_start().len();
        let own = if key.has_bullet { column + 2 } else { column };
        self.indentation > own || (self.indentation == own && self.has_bullet)
    }

    /// Returns whether the line, going by its indentation, belongs to the item that `item` begins.
    pub(super) fn continues(&self, item: &Self) -> bool {
        self.indentation > item.indentation
    }

    /// Returns the key of a line `key: …`, without quotes.
    pub(super) fn key(&self) -> Option<&'a str> {
        let content = self.content.trim_start_matches(['{', ' ']);
        let (key, rest) = content.split_once(':')?;
        let key = key.trim().trim_matches(['"', '\'']);
        let is_key = !key.is_empty() && !key.contains([' ', '#', ',', '=']);
        (is_key && (rest.is_empty() || rest.starts_with([' ', '\t']))).then_some(key)
    }

    /// Returns the key of a line `key:` that has nothing else on it.
    pub(super) fn bare_key(&self) -> Option<&'a str> {
        let rest = self.content.split_once(':')?.1.trim();
        self.key().filter(|_| rest.is_empty() || rest.starts_with('#'))
    }

    /// Reads a line that holds one flag and nothing else. What shares a line with another flag, or
    /// opens or closes a list, is none: to remove it could break more.
    pub(super) fn flag(&self) -> Option<FlagRow> {
        let bare = self.content.trim_start_matches(['"', '\'', '\u{201c}', '\u{201d}', '\u{2018}']);
        let word = typos::with_hyphens(bare).unwrap_or_else(|| bare.to_owned());
        let is_flag = word.starts_with("--") || word.starts_with("-audit");
        let body = word.trim_start_matches('-').split(" #").next().unwrap_or_default();
        if !is_flag || body.contains("--") || body.contains([']', '}', '[', '{']) {
            return None;
        }
        let end = body.find(|c: char| c != '-' && c != '_' && !c.is_ascii_alphanumeric());
        let (name, rest) = body.split_at(end.unwrap_or(body.len()));
        let rest = rest.trim_start_matches(['"', '\'', '\u{201c}', '\u{201d}', '\u{2019}', ',']);
        let rest = rest.trim_start_matches(['=', ':', ' ', '\t']);
        let value = first_token(rest).filter(|it| !it.starts_with(['#', '\\']));
        Some(FlagRow { name: flags::normal(name), value })
    }

    /// Returns the word on this line, if it can only be the value of the flag on the line above.
    pub(super) fn value_of_flag_above(&self, flag: &Self) -> Option<String> {
        let same_list = self.has_bullet == flag.has_bullet && self.indentation == flag.indentation;
        let word = first_token(self.content)?;
        let quoted = self.content.starts_with(['"', '\'']);
        let alone =
            self.key().is_none() && (word == "-" || !word.starts_with(['-', '#', '{', '[']));
        let closes = self.content.contains([']', '}']);
        (same_list && (self.has_bullet || quoted) && alone && !closes).then_some(word)
    }

    /// Returns whether the line holds whole mounts in flow style, one of this volume among them.
    pub(super) fn mounts_in_flow(&self, volume: &str) -> bool {
        let in_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        self.content.contains("mountPath")
            && self.content.contains('{')
            && self.content.split(|c| !in_name(c)).any(|word| word == volume)
    }

    /// Returns the value of `key: value` anywhere on the line.
    pub(super) fn value_of(&self, key: &str) -> Option<String> {
        let mut from = 0;
        while let Some(found) = self.content[from..].find(key) {
            let (begin, end) = (from + found, from + found + key.len());
            let before = self.content[..begin].chars().last();
            let rest = self.content[end..].trim_start_matches(['"', '\'']);
            if before.is_none_or(|c| " \t{,\"'".contains(c))
                && let Some(value) = rest.trim_start().strip_prefix(':')
            {
                return first_token(value.trim_start());
            }
            from = end;
        }
        None
    }
}

/// Returns the first word of `text`, without quotes around it and the comma after it.
fn first_token(text: &str) -> Option<String> {
    let ends = |c: char| c.is_whitespace() || ",}]".contains(c);
    let quote = text.chars().next().filter(|c| "\"'\u{201c}\u{2018}".contains(*c));
    let word = match quote {
        Some(quote) => {
            let inner = &text[quote.len_utf8()..];
            inner.split(['"', '\'', '\u{201d}', '\u{2019}']).next()?.split(" #").next()?
        }
        None => text.split(ends).next()?,
    };
    let word = word.trim_matches(['"', '\'', '\u{201d}', '\u{2019}', ' ']);
    (!word.is_empty()).then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flag(line: &str) -> Option<(String, Option<String>)> {
        TextLine::of(line).flag().map(|it| (it.name, it.value))
    }

    #[test]
    fn a_line_that_is_one_flag_is_read_in_every_spelling() {
        for line in [
            "    - --audit-log-path=/x # note\n",
            "      --audit-log-path=/x\n",
            "    - \"--audit_log_path=/x\"\r\n",
            "    - \"--audit-log-path=/x # note\"\n",
            "    – –audit-log-path=/x\n",
            "    - “--audit-log-path=/x”\n",
            "    - --audit-log-path /x\n",
            "    - --audit-log-path: /x\n",
            "\t\t\"--audit-log-path=/x\",\n",
            "    - --audit-log-path=\"/x\"\n",
            "    --audit-log-path=/x \\\n",
            "    - -audit-log-path=/x\n",
        ] {
            let expected = ("audit-log-path".to_owned(), Some("/x".to_owned()));
            assert_eq!(flag(line), Some(expected), "{line}");
        }
        for line in
            ["# - --audit-log-path=/x", "- --a --audit-log-path=/x", "- [--audit-log-path=/x]", "x"]
        {
            assert_eq!(flag(line), None, "{line}");
        }
    }

    #[test]
    fn values_are_found_in_block_and_flow_style() {
        let row = TextLine::of("- {name: a, hostPath: {path: /x, type: File}}\n");
        assert_eq!(row.value_of("path").as_deref(), Some("/x"));
        assert_eq!(row.value_of("name").as_deref(), Some("a"));
        assert_eq!(
            TextLine::of("{\"mountPath\": \"/x\"},").value_of("mountPath").as_deref(),
            Some("/x")
        );
        assert_eq!(TextLine::of("mountPath: /x").value_of("path"), None);
    }
}
