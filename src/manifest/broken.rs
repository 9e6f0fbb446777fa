//! Guesses the typing mistake in a text that is not YAML.

use audit_policy::finding::Place;
use goyaml::foreign::{self, ForeignKind};

use super::typo::{Mistake, Typo};
use super::typos;

/// Returns the most likely mistake for an error that the parser noticed in `line`. It notices late:
/// the mistake is at that line, the next one, or above.
pub(super) fn most_likely(text: &str, line: usize) -> Option<Typo> {
    let lines: Vec<SourceLine> = text.lines().enumerate().map(SourceLine::of).collect();
    let near = |it: &&SourceLine| it.number + 1 >= line && it.number <= line + 1;
    let find = |mistake: fn(&SourceLine) -> Option<Mistake>, all: bool| {
        let candidates = lines.iter().filter(|it| !it.is_comment() && (all || near(it)));
        candidates.filter(|it| it.number <= line + 1).find_map(|it| Some(it.typo(mistake(it)?)))
    };
    foreign(text, line)
        .or_else(|| find(no_bullet, true))
        .or_else(|| find(tab, false))
        .or_else(|| find(quotes, false))
}

/// A line of the text.
struct SourceLine<'a> {
    number: usize,
    indentation: &'a str,
    content: &'a str,
}

impl<'a> SourceLine<'a> {
    fn of((index, line): (usize, &'a str)) -> Self {
        let content = line.trim_start();
        let indentation = &line[..line.len() - content.len()];
        Self { number: index + 1, indentation, content: content.trim_end() }
    }

    fn is_comment(&self) -> bool {
        self.content.starts_with('#')
    }

    fn typo(&self, mistake: Mistake) -> Typo {
        let column = self.indentation.chars().count() + 1;
        Typo { mistake, place: Place { line: self.number, column } }
    }
}

/// What is left of another language, such as a template, a code fence or a here-document.
fn foreign(text: &str, line: usize) -> Option<Typo> {
    let found = foreign::find(text, line)?;
    let place = Place { line: found.line, column: found.column };
    let mistake = match found.kind {
        ForeignKind::Template => Mistake::Template { text: found.text },
        _ => Mistake::Foreign { repair: found.repair(), what: found.to_string() },
    };
    Some(Typo { mistake, place })
}

/// A line that begins with a flag. Inside brackets, where that is right, it ends with a comma.
fn no_bullet(line: &SourceLine<'_>) -> Option<Mistake> {
    let is_flag = line.content.strip_prefix("--").is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphabetic()) && !rest.ends_with(',')
    });
    let is_dashed = typos::with_hyphens(line.content).is_some();
    (is_flag || is_dashed).then(|| typos::no_bullet(line.content))
}

fn tab(line: &SourceLine<'_>) -> Option<Mistake> {
    line.indentation.contains('\t').then_some(Mistake::Tab)
}

fn quotes(line: &SourceLine<'_>) -> Option<Mistake> {
    let meant = typos::without_quotes(line.content)?;
    Some(Mistake::Quotes { text: line.content.to_owned(), meant })
}
