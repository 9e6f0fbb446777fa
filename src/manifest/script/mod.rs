//! An API server that a shell starts: the flags that are plain to see in the script.

mod strip;
mod words;

use std::ops::Range;

use super::binary::binary;
use super::flags::{self, CommandLine};
use words::{ScriptToken, ScriptWord};

pub(super) use strip::strip;

/// A script that starts the API server.
#[derive(Debug)]
pub(super) struct Script<'a> {
    text: &'a str,
    tokens: Vec<ScriptToken>,
}

impl<'a> Script<'a> {
    /// Reads a script.
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, tokens: words::tokens(text) }
    }

    /// Returns the words of the command that starts the API server, its name first; where no command
    /// names it with a flag after it, every word that looks like a flag. Neither need be all: what
    /// the shell puts in is not known.
    pub(super) fn server(&self) -> Vec<String> {
        let command = self.server_words();
        if !command.is_empty() {
            return command.iter().map(|word| word.text.clone()).collect();
        }
        let parts = self.text.lines().filter(|line| !line.trim_start().starts_with('#'));
        let parts = parts.flat_map(|line| line.split([' ', '\t', '"', '\'', ';', '\\']));
        let flags = parts.filter(|part| flags::split(part).is_some()).map(str::to_owned);
        ["kube-apiserver".to_owned()].into_iter().chain(flags).collect()
    }

    /// The words of the command with the server's name and the most words after it; none if it has
    /// no flag.
    fn server_words(&self) -> Vec<&ScriptWord> {
        let commands = self.tokens.split(|token| *token == ScriptToken::End);
        let found = commands.filter_map(|command| {
            let words = of_command(command);
            let texts: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
            let at = binary(&texts)?;
            texts.get(at + 1)?.starts_with('-').then(|| words[at..].to_vec())
        });
        found.max_by_key(Vec::len).unwrap_or_default()
    }

    /// Where the audit flags are written that `is_gone` names, in order.
    fn spans_of(&self, is_gone: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
        let words = self.server_words();
        let texts: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
        let line = CommandLine::of_texts(&texts);
        let gone = line.flags.iter().filter(|flag| is_gone(&flag.name));
        gone.flat_map(|flag| flag.words.clone()).map(|at| words[at].span.clone()).collect()
    }

    /// Every word in its order.
    fn words(&self) -> impl Iterator<Item = &ScriptWord> {
        self.tokens.iter().filter_map(|token| match token {
            ScriptToken::Word(word) => Some(word),
            ScriptToken::End | ScriptToken::Redirection => None,
        })
    }

    /// The words as they are written, without those at `gone`, and the ends of commands between
    /// them: two scripts for which these are the same do the same.
    fn meaning_without(&self, gone: &[Range<usize>]) -> Vec<&str> {
        let mut meaning = vec![];
        for token in &self.tokens {
            let part = match token {
                ScriptToken::Word(word) if gone.contains(&word.span) => continue,
                ScriptToken::Word(word) => &self.text[word.span.clone()],
                ScriptToken::Redirection => ">",
                ScriptToken::End => ";",
            };
            // An empty line ends no command a second time.
            if part != ";" || meaning.last().is_some_and(|last| *last != ";") {
                meaning.push(part);
            }
        }
        if meaning.last() == Some(&";") {
            meaning.pop();
        }
        meaning
    }
}

/// The words of a command without the files it is redirected to.
fn of_command(tokens: &[ScriptToken]) -> Vec<&ScriptWord> {
    let mut words = vec![];
    let mut is_target = false;
    for token in tokens {
        match token {
            ScriptToken::Word(word) if !is_target => words.push(word),
            _ => {}
        }
        is_target = *token == ScriptToken::Redirection;
    }
    words
}
