//! What a text holds that is not YAML at all: the marks of templates, of documents and of shells.

use std::fmt;

/// Something that belongs to another language, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// What it is.
    pub kind: ForeignKind,
    /// The words as they are written.
    pub text: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// What a line is that is not YAML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForeignKind {
    /// A placeholder or statement of a template: Helm and Go, Jinja, ERB, Terraform.
    Template,
    /// A code fence of Markdown.
    Fence,
    /// A mark of a merge that was not finished.
    Merge,
    /// A line of a unified diff.
    Diff,
    /// The end of a here-document.
    HereDocumentEnd,
    /// A command of a shell.
    Command,
    /// A page of a web site.
    Html,
    /// A line number at the beginning of each line.
    LineNumber,
}

impl fmt::Display for Foreign {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.text;
        match self.kind {
            ForeignKind::Template => {
                write!(out, "`{text}` is a placeholder of a template that was not filled in")
            }
            ForeignKind::Fence => write!(out, "{text} is a code fence of Markdown, not YAML"),
            ForeignKind::Merge => write!(out, "`{text}` is left over from a merge with conflicts"),
            ForeignKind::Diff => write!(out, "`{text}` is a line of a diff, not YAML"),
            ForeignKind::HereDocumentEnd => {
                write!(out, "`{text}` is the end of a here-document of the shell, not YAML")
            }
            ForeignKind::Command => write!(out, "`{text}` is a command of the shell, not YAML"),
            ForeignKind::Html => write!(out, "`{text}` begins a web page: this is HTML, not YAML"),
            ForeignKind::LineNumber => {
                write!(out, "`{text}` begins with a line number, which was copied along")
            }
        }
    }
}

impl Foreign {
    /// Returns what to do, as an imperative without a full stop.
    #[must_use]
    pub fn repair(&self) -> &'static str {
        match self.kind {
            ForeignKind::Template => {
                "render the template first (for Helm: `helm template`), and use what it writes"
            }
            ForeignKind::Fence => "remove the lines of the code fence, before and after the YAML",
            ForeignKind::Merge => "finish the merge: keep one side, and remove the three marks",
            ForeignKind::Diff => "use the file, not the diff of it",
            ForeignKind::HereDocumentEnd => "remove this line",
            ForeignKind::Command => {
                "remove this line, and the end of the here-document if there is one"
            }
            ForeignKind::Html => "download the raw file, not the page that shows it",
            ForeignKind::LineNumber => "remove the numbers",
        }
    }
}

/// Returns the first thing in `text` that is of another language; `None` if there is nothing.
///
/// Some of it is good YAML by chance, so this is to be asked only about a text that a reader of
/// YAML refuses, with the line at which it does. Placeholders like `${name}` are common in flags,
/// and count at the beginning of a line and at that line only.
///
/// # Examples
///
/// ```
/// use goyaml::foreign::{ForeignKind, find};
///
/// let found = find("rules:\n{{- if .Values.a }}\n- level: Metadata\n", 2).unwrap();
/// assert_eq!((found.kind, found.line, found.column), (ForeignKind::Template, 2, 1));
/// assert_eq!(find("rules:\n- level: Metadata\n", 1), None);
/// ```
#[must_use]
pub fn find(text: &str, refused_at: usize) -> Option<Foreign> {
    let lines: Vec<&str> = text.lines().collect();
    numbered(&lines).or_else(|| {
        let last = lines.iter().rposition(|line| !line.trim().is_empty())?;
        lines.iter().enumerate().find_map(|(index, line)| {
            let (kind, start, length) = kind(line, index == last, index + 1 == refused_at)?;
            Some(foreign(kind, line, index, start, length))
        })
    })
}

fn foreign(kind: ForeignKind, line: &str, index: usize, start: usize, length: usize) -> Foreign {
    let column = line[..start].chars().count() + 1;
    let text = line[start..start + length].trim_end().to_owned();
    Foreign { kind, text, line: index + 1, column }
}

/// What a line is, and the bytes that show it.
fn kind(line: &str, is_last: bool, is_refused: bool) -> Option<(ForeignKind, usize, usize)> {
    let content = line.trim_start();
    let start = line.len() - content.len();
    let whole = |kind| Some((kind, start, content.len()));
    let begins = |words: &[&str]| words.iter().any(|word| content.starts_with(word));
    if begins(&["```", "~~~"]) {
        return whole(ForeignKind::Fence);
    }
    if start == 0 && begins(&["<<<<<<< ", ">>>>>>> ", "======="]) {
        return whole(ForeignKind::Merge);
    }
    if start == 0 && begins(&["@@ -", "+++ ", "--- a/", "diff --git "]) {
        return whole(ForeignKind::Diff);
    }
    if begins(&["<!DOCTYPE", "<!doctype", "<html", "<?xml", "<pre", "<code"]) {
        return whole(ForeignKind::Html);
    }
    if begins(&["$ ", "kubectl ", "sudo ", "cat <<", "cat > ", "cat >", "tee "])
        || (content.contains("<<")
            && content.trim_end().trim_end_matches(['\'', '"']).ends_with("EOF"))
    {
        return whole(ForeignKind::Command);
    }
    if content.starts_with('#') {
        return None;
    }
    if is_last && is_delimiter(content.trim_end()) {
        return whole(ForeignKind::HereDocumentEnd);
    }
    let (at, length) = placeholder(content, is_refused)?;
    Some((ForeignKind::Template, start + at, length))
}

/// `EOF`, `END`: the usual words for the end of a here-document.
fn is_delimiter(word: &str) -> bool {
    word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// Where a placeholder begins, and how long it is.
fn placeholder(content: &str, is_refused: bool) -> Option<(usize, usize)> {
    const MARKS: [(&str, &str); 5] =
        [("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("<%", "%>"), ("%{", "}")];
    const SHELL: (&str, &str) = ("${", "}");
    let shell = (is_refused || content.starts_with(SHELL.0)).then_some(SHELL);
    let marks = MARKS.into_iter().chain(shell);
    marks
        .filter_map(|(open, close)| {
            let start = content.find(open)?;
            let end = content[start..].find(close).map(|end| start + end + close.len());
            Some((start, end.unwrap_or(content.len()) - start))
        })
        .min()
}

/// The first line, if the first ones begin with their numbers.
fn numbered(lines: &[&str]) -> Option<Foreign> {
    let number = |line: &str| -> Option<usize> {
        let content = line.trim_start();
        let digits = content.len() - content.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let follows = content[digits..].starts_with([' ', '\t', '|', ':', '.']);
        follows.then(|| content[..digits].parse().ok()).flatten()
    };
    let mut first = lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let ((index, line), (_, next)) = (first.next()?, first.next()?);
    let is_numbered = number(next)? == number(line)? + 1;
    let start = line.len() - line.trim_start().len();
    is_numbered.then(|| foreign(ForeignKind::LineNumber, line, index, start, line.len() - start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_yaml_is_named_with_its_place() {
        for (text, refused_at, kind, place) in [
            ("```yaml\na: b\n```\n", 1, ForeignKind::Fence, (1, 1)),
            ("a:\n  {% for x in y %}\n", 2, ForeignKind::Template, (2, 3)),
            ("a: [\n  {{ x }}\n", 2, ForeignKind::Template, (2, 3)),
            ("a:\n- <%= x %>\n", 2, ForeignKind::Template, (2, 3)),
            ("a:\n  ${x ? \"\" : \"y\"}\n", 9, ForeignKind::Template, (2, 3)),
            ("a: b ${x}: c\n", 1, ForeignKind::Template, (1, 6)),
            ("a: b\nEOF\n\n", 3, ForeignKind::HereDocumentEnd, (2, 1)),
            ("cat > p.yaml <<'EOF'\na: b\nEOF\n", 2, ForeignKind::Command, (1, 1)),
            ("a:\n<<<<<<< HEAD\n", 2, ForeignKind::Merge, (2, 1)),
            ("--- a/x\n+++ b/x\n", 1, ForeignKind::Diff, (1, 1)),
            ("\n<!DOCTYPE html>\n", 2, ForeignKind::Html, (2, 1)),
            (" 9  a: b\n10  c: d\n", 2, ForeignKind::LineNumber, (1, 2)),
        ] {
            let found = find(text, refused_at).map(|it| (it.kind, (it.line, it.column)));
            assert_eq!(found, Some((kind, place)), "{text}");
        }
    }

    #[test]
    fn comments_and_ordinary_lines_are_nothing_foreign() {
        for text in ["# {{ x }}\na: b\n", "a: ${x}\nb: [\n", "1: a\n3: b\n", "a: EOF\n", ""] {
            assert_eq!(find(text, 9), None, "{text}");
        }
    }
}
