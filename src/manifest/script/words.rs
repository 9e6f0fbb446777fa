//! The words of a shell script, as far as they can be known without running it.

use std::ops::Range;

/// A part of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ScriptToken {
    /// A word of a command, or the target of a redirection.
    Word(ScriptWord),
    /// What separates commands: `;`, `|`, `&`, a parenthesis, the end of a line.
    End,
    /// `>`, `2>&1`: what follows is the name of a file and no word of the command.
    Redirection,
}

/// A word of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ScriptWord {
    /// The word without its quotes; what the shell puts in (`$X`, `$(…)`) stays as it is written.
    pub(super) text: String,
    /// Where it is written in the script, quotes included.
    pub(super) span: Range<usize>,
}

/// Splits a script into its words (POSIX shell, section 2.3). Comments are left out; a quote that is
/// never closed ends with the script.
pub(super) fn tokens(script: &str) -> Vec<ScriptToken> {
    ScriptReader { script, at: 0, tokens: vec![] }.read()
}

struct ScriptReader<'a> {
    script: &'a str,
    at: usize,
    tokens: Vec<ScriptToken>,
}

impl ScriptReader<'_> {
    fn read(mut self) -> Vec<ScriptToken> {
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\r' => self.at += 1,
                '\\' if self.script[self.at + 1..].starts_with('\n') => self.at += 2,
                '#' => self.skip_to(|c| c == '\n'),
                '\n' | ';' | '|' | '&' | '(' | ')' => {
                    self.at += 1;
                    self.tokens.push(ScriptToken::End);
                }
                '<' | '>' => self.redirection(),
                _ => self.word(),
            }
        }
        self.tokens
    }

    fn peek(&self) -> Option<char> {
        self.script[self.at..].chars().next()
    }

    fn skip_to(&mut self, is_end: impl Fn(char) -> bool) {
        let rest = &self.script[self.at..];
        self.at += rest.find(is_end).unwrap_or(rest.len());
    }

    /// `>`, `>>`, `>&`, `<`: for `2>&1` the number was read as a word and is none.
    fn redirection(&mut self) {
        if let Some(ScriptToken::Word(word)) = self.tokens.last()
            && word.span.end == self.at
            && word.text.bytes().all(|byte| byte.is_ascii_digit())
        {
            self.tokens.pop();
        }
        self.skip_to(|c| !matches!(c, '<' | '>' | '&'));
        self.tokens.push(ScriptToken::Redirection);
    }

    fn word(&mut self) {
        let start = self.at;
        let mut text = String::new();
        while let Some(c) = self.peek().filter(|c| !is_separator(*c)) {
            let rest = &self.script[self.at..];
            match c {
                '\'' => self.quoted(&mut text, single(rest)),
                '"' => self.quoted(&mut text, double(rest)),
                '\\' => {
                    let escaped = rest[1..].chars().next();
                    text.extend(escaped.filter(|c| *c != '\n'));
                    self.at += 1 + escaped.map_or(0, char::len_utf8);
                }
                '$' | '`' => {
                    let length = substitution(rest);
                    text.push_str(&rest[..length]);
                    self.at += length;
                }
                c => {
                    text.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
        self.tokens.push(ScriptToken::Word(ScriptWord { text, span: start..self.at }));
    }

    fn quoted(&mut self, text: &mut String, (inside, length): (String, usize)) {
        text.push_str(&inside);
        self.at += length;
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | ';' | '|' | '&' | '(' | ')' | '<' | '>')
}

/// `'…'`: what is inside, and how long the whole is.
fn single(text: &str) -> (String, usize) {
    let inside = text[1..].split('\'').next().unwrap_or_default();
    (inside.to_owned(), (inside.len() + 2).min(text.len()))
}

/// `"…"`: what is inside, and how long the whole is.
fn double(text: &str) -> (String, usize) {
    let mut inside = String::new();
    let mut at = 1;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        match c {
            '"' => return (inside, at + 1),
            '\\' => {
                let escaped = rest[1..].chars().next();
                match escaped {
                    Some('\n') | None => {}
                    Some(c @ ('"' | '\\' | '$' | '`')) => inside.push(c),
                    Some(c) => inside.extend(['\\', c]),
                }
                at += 1 + escaped.map_or(0, char::len_utf8);
            }
            '$' | '`' => {
                let length = substitution(rest);
                inside.push_str(&rest[..length]);
                at += length;
            }
            c => {
                inside.push(c);
                at += c.len_utf8();
            }
        }
    }
    (inside, text.len())
}

/// The length of `$(…)`, `${…}` or `` `…` ``; of the sign alone for `$X`.
fn substitution(text: &str) -> usize {
    let (open, close, begin) = match text.as_bytes() {
        [b'$', b'(', ..] => ('(', ')', 1),
        [b'$', b'{', ..] => ('{', '}', 1),
        [b'`', ..] => return text[1..].find('`').map_or(text.len(), |end| end + 2),
        _ => return 1,
    };
    let mut depth = 0_usize;
    for (at, c) in text.char_indices().skip(begin) {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return at + 1;
            }
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(script: &str) -> String {
        let shown = |token: &ScriptToken| match token {
            ScriptToken::Word(word) => format!("[{}]", word.text),
            ScriptToken::End => ";".to_owned(),
            ScriptToken::Redirection => ">".to_owned(),
        };
        tokens(script).iter().map(shown).collect()
    }

    #[test]
    fn a_script_is_split_as_the_shell_does() {
        for (script, expected) in [
            ("exec kas --a=b  --c", "[exec][kas][--a=b][--c]"),
            ("a 2>&1 | tee -a /x", "[a]>[1];[tee][-a][/x]"),
            ("a 1>>/x 2 b", "[a]>[/x][2][b]"),
            ("a \\\n  --b # c --d\nd", "[a][--b];[d]"),
            ("a '--b c' \"--d=$X \\\"e\\\"\" f\\ g", "[a][--b c][--d=$X \"e\"][f g]"),
            ("a --b=$(c --d (e)) `f --g`;h&&i", "[a][--b=$(c --d (e))][`f --g`];[h];;[i]"),
            ("a${B:-c d}e", "[a${B:-c d}e]"),
            ("a 'b", "[a][b]"),
            ("a \"b $(c", "[a][b $(c]"),
            ("é 'ü' \\", "[é][ü][]"),
        ] {
            assert_eq!(read(script), expected, "{script}");
        }
    }

    #[test]
    fn a_word_knows_where_it_is_written() {
        let script = "a \"--b\" c";
        let spans = tokens(script).into_iter().filter_map(|token| match token {
            ScriptToken::Word(word) => Some(script[word.span].to_owned()),
            _ => None,
        });
        assert_eq!(spans.collect::<Vec<_>>(), ["a", "\"--b\"", "c"]);
    }
}
