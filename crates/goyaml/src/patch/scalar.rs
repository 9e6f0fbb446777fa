//! Strings as YAML scalars that every reader takes for that string.

use crate::ScalarStyle;

/// The quotes a scalar is written with, if it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// None, unless the text needs them.
    None,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
}

impl Quotes {
    /// Returns the quotes of an existing scalar; `None` for block scalars, which are not copied.
    pub(super) fn of(style: ScalarStyle) -> Option<Self> {
        match style {
            ScalarStyle::Plain => Some(Self::None),
            ScalarStyle::SingleQuoted => Some(Self::Single),
            ScalarStyle::DoubleQuoted => Some(Self::Double),
            ScalarStyle::Literal | ScalarStyle::Folded => None,
        }
    }
}

/// Where a scalar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScalarContext {
    /// On lines.
    Block,
    /// Between brackets or braces.
    Flow,
}

/// Returns `text` as a scalar, with these quotes if they can hold it, else with double ones.
pub(super) fn write(text: &str, quotes: Quotes, context: ScalarContext) -> String {
    match quotes {
        Quotes::None if is_safe_plain(text, context) => text.to_owned(),
        Quotes::Single if text.chars().all(is_printable) => {
            format!("'{}'", text.replace('\'', "''"))
        }
        _ => double_quoted(text),
    }
}

/// Words that YAML 1.1, and go-yaml with it, takes for a bool or null, in any case.
const WORDS: &[&str] = &["y", "yes", "n", "no", "on", "off", "true", "false", "null"];

/// Returns whether `text` without quotes is this very string for YAML 1.1 and 1.2 alike.
///
/// Narrower than the specification on purpose: only what starts like a flag, a path or a word may
/// stay plain, so numbers, dates and indicators never have to be thought about.
fn is_safe_plain(text: &str, context: ScalarContext) -> bool {
    let word = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !WORDS.contains(&text.to_ascii_lowercase().as_str());
    let flag = text.starts_with("--") && !text.starts_with("---");
    (word || flag || text.starts_with('/'))
        && text.chars().all(|c| c == ' ' || c.is_ascii_graphic())
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        // Old libyaml and go-yaml stop at `:` and `?` inside flow collections.
        && (context == ScalarContext::Block || !text.contains([',', '[', ']', '{', '}', ':', '?']))
}

fn is_printable(c: char) -> bool {
    c == ' ' || c.is_ascii_graphic()
}

/// Returns whether go-yaml refuses the character in a text, or takes it for a line end.
fn must_be_escaped(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Returns `text` in double quotes, by escapes that JSON and YAML share.
fn double_quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if must_be_escaped(c) => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_is_only_what_no_reader_mistakes() {
        for text in ["--audit-log-path=/var/log/a.log", "/etc/kubernetes", "audit-log", "File"] {
            assert_eq!(write(text, Quotes::None, ScalarContext::Block), text);
        }
        for text in ["yes", "Null", "-", "--a: b", "--a #b", "1e3", "a:", "", "---", "0x1f", "~"] {
            assert_eq!(write(text, Quotes::None, ScalarContext::Block), format!("\"{text}\""));
        }
        assert_eq!(write("--a=b,c", Quotes::None, ScalarContext::Block), "--a=b,c");
        assert_eq!(write("--a=b,c", Quotes::None, ScalarContext::Flow), "\"--a=b,c\"");
    }

    #[test]
    fn quotes_are_kept_where_they_can_hold_the_text() {
        assert_eq!(write("it's", Quotes::Single, ScalarContext::Block), "'it''s'");
        assert_eq!(write("a\nb", Quotes::Single, ScalarContext::Block), "\"a\\nb\"");
        assert_eq!(write("é\u{7f}\"\\", Quotes::Double, ScalarContext::Flow), r#""é\u007f\"\\""#);
    }
}
