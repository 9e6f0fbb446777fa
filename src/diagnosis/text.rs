//! Small readers of messages: what is between two words, what Go quoted, what may be shown.

/// Returns what is after the first `mark`.
pub(super) fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(_, rest)| rest)
}

/// Returns what is between the first `before` and the next `end`.
pub(super) fn between<'a>(text: &'a str, before: &str, end: &str) -> Option<&'a str> {
    after(text, before)?.split_once(end).map(|(inside, _)| inside)
}

/// Returns whether one of `words` is in the text.
pub(super) fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// Returns whether a text names auditing, as the names of our volumes, flags and paths do.
pub(super) fn names_auditing(text: &str) -> bool {
    text.to_ascii_lowercase().contains("audit")
}

/// Reads a text in double quotes as Go writes it (`%q`) and returns it with what is after.
/// `None` if the text begins with no quote; a text that is cut off ends where it is cut.
///
/// An escape that stands for a control character stays as it is written: the text is going to be
/// shown on a terminal, in one line.
pub(super) fn quoted(text: &str) -> Option<(String, &str)> {
    let inside = text.strip_prefix('"')?;
    let mut value = String::new();
    let mut rest = inside;
    loop {
        let Some(at) = rest.find(['"', '\\']) else {
            value.push_str(rest);
            return Some((value, ""));
        };
        value.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('"') {
            return Some((value, after));
        }
        let (c, length) = escape(rest);
        match c {
            Some(c) => value.push(c),
            None => value.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
}

/// Reads the escape that the text begins with: the character, if it is to be shown, and its length.
fn escape(text: &str) -> (Option<char>, usize) {
    let kind = text[1..].chars().next();
    let digits = match kind {
        Some(c @ ('"' | '\\' | '\'')) => return (Some(c), 2),
        Some('u') => 4,
        Some('U') => 8,
        Some(c) => return (None, 1 + c.len_utf8()),
        None => return (None, 1),
    };
    let read = text.get(2..2 + digits).and_then(|code| u32::from_str_radix(code, 16).ok());
    match read.and_then(char::from_u32).filter(|c| !c.is_control()) {
        Some(c) => (Some(c), 2 + digits),
        None => (None, 2),
    }
}

/// Most quotes within quotes that are taken off: kubelets write errors of errors of errors.
const DEPTH: usize = 4;

/// Takes the backslashes off quotes within quotes, so that words can be looked for.
pub(super) fn flat(text: &str) -> String {
    let mut flat = text.to_owned();
    for _ in 0..DEPTH {
        if !flat.contains("\\\"") {
            break;
        }
        flat = flat.replace("\\\\", "\\").replace("\\\"", "\"");
    }
    flat
}

/// Returns the text with every control character written out, so that it can do nothing to a
/// terminal.
pub(super) fn visible(text: &str) -> String {
    text.trim()
        .chars()
        .flat_map(|c| {
            let hidden = c.is_control().then(|| c.escape_default());
            let shown = hidden.is_none().then_some(c);
            hidden.into_iter().flatten().chain(shown)
        })
        .collect()
}

/// The calls that Go's package `os` names before a path.
const CALLS: [&str; 6] = ["open ", "mkdir ", "stat ", "read ", "write ", "rename "];

/// Returns the path in the last error of Go's package `os` (`open PATH: …`, `mkdir PATH: …`).
///
/// It is the last one that counts, because errors are wrapped from the left:
/// `can't open new logfile: open PATH: …`.
pub(super) fn path(text: &str) -> Option<&str> {
    let ends = CALLS.iter().flat_map(|call| text.match_indices(call));
    ends.filter(|(at, _)| *at == 0 || text[..*at].ends_with([' ', '"']))
        .filter_map(|(at, call)| {
            text[at + call.len()..].split_once(": ").map(|(path, _)| (at, path))
        })
        .max_by_key(|(at, _)| *at)
        .map(|(_, path)| path)
}

/// The end of an error, after the path.
pub(super) fn reason(said: &str) -> &str {
    said.rsplit(": ").next().unwrap_or(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_text_is_read_as_go_wrote_it() {
        for (text, value, rest) in [
            (r#""a" b"#, "a", " b"),
            (r#""no kind \"Policy\"""#, r#"no kind "Policy""#, ""),
            (r#""(\\.[a-z])""#, r"(\.[a-z])", ""),
            (r#""caf\u00e9""#, "café", ""),
            (r#""\x1b[31m\n""#, r"\x1b[31m\n", ""),
            (r#""\u001b[31m""#, r"\u001b[31m", ""),
            (r#""cut off \"#, "cut off \\", ""),
            (r#""cut off"#, "cut off", ""),
        ] {
            assert_eq!(quoted(text), Some((value.to_owned(), rest)), "{text}");
        }
        assert_eq!(quoted("bare"), None);
    }

    #[test]
    fn quotes_within_quotes_are_taken_off_at_any_depth() {
        assert_eq!(flat(r#"a \"b \\\"c\\\"\""#), r#"a "b "c"""#);
    }

    #[test]
    fn nothing_of_a_shown_text_reaches_a_terminal_as_a_command() {
        assert_eq!(visible("a\x1b[2J\tb\n"), r"a\u{1b}[2J\tb");
    }

    #[test]
    fn the_path_of_an_error_is_found() {
        for (text, found) in [
            ("open /a b/c: no such file or directory", Some("/a b/c")),
            ("mkdir notdir: not a directory", Some("notdir")),
            ("can't open new logfile: open /x: permission denied", Some("/x")),
            ("nothing", None),
        ] {
            assert_eq!(path(text), found, "{text}");
        }
    }
}
