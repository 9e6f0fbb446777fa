//! Texts that are no YAML: what was left in them, and the usual slips of the keyboard.

use goyaml::foreign;

use super::super::fix;
use super::advice::Advice;
use super::indentation;
use crate::policy::Problem;

/// Returns what to do about a text that cannot be read.
pub(super) fn advice(text: &str, problem: &Problem) -> Option<Advice> {
    let refused_at = problem.place.line;
    if let Some(found) = foreign::find(text, refused_at) {
        let words = format!("{found}: {}", found.repair());
        return Some(Advice::new(words).at(found.line, found.column));
    }
    if fix::fixes_indentation(text) {
        let words = "fields are indented deeper than the first field of their item: `lint --fix` \
                     repairs all of them";
        return Some(Advice::new(words));
    }
    let lines: Vec<&str> = text.lines().collect();
    // The parser notices late: at the line after the mistake, or at the end of what it began.
    let near = (1..=refused_at.min(lines.len())).rev().take(2).chain([refused_at + 1]);
    let typo = near.filter_map(|number| typo(number, lines.get(number - 1)?)).next();
    typo.or_else(|| indentation::advice(&lines, refused_at)).or_else(|| {
        text.trim_start().starts_with('{').then(|| {
            Advice::new(
                "the text begins with `{`, so it is read as JSON: check its commas and quotes",
            )
        })
    })
}

/// What is wrong with a line by itself.
fn typo(number: usize, line: &str) -> Option<Advice> {
    let content = line.trim_start();
    let indentation = &line[..line.len() - content.len()];
    let at = |column: usize, words: String| Some(Advice::new(words).at(number, column + 1));
    let column_of = |offset: usize| line[..offset].chars().count();
    if content.is_empty() || content.starts_with('#') {
        return None;
    }
    if let Some(tab) = indentation.find('\t') {
        return at(tab, "YAML does not allow tabs here: indent with spaces".to_owned());
    }
    let strange =
        |c: char| matches!(c, '\u{a0}' | '\u{2003}' | '\u{3000}' | '\u{200b}' | '\u{feff}');
    if let Some(offset) = line.find(strange) {
        let words = "this looks like a space, but is another character: write an ordinary space";
        return at(column_of(offset), words.to_owned());
    }
    if let Some(rest) = content.strip_prefix(['–', '—', '•', '‣', '·', '*', '−'])
        && rest.starts_with(' ')
    {
        let words = format!("an item of a list begins with `- `: write `- {}`", rest.trim());
        return at(column_of(indentation.len()), words);
    }
    if let Some(words) = hyphen_without_space(content).or_else(|| colon_without_space(content)) {
        return at(column_of(indentation.len()), words);
    }
    let open =
        |open: char, close: char| content.matches(open).count() > content.matches(close).count();
    if open('[', ']') && !content.ends_with(',') {
        return at(
            column_of(indentation.len()),
            "a list that begins with `[` ends with `]`".to_owned(),
        );
    }
    for quote in ['"', '\''] {
        if content.matches(quote).count() % 2 == 1 && !content.contains('#') {
            let words = format!("a quote `{quote}` is opened here and not closed");
            return at(column_of(indentation.len()), words);
        }
    }
    let value =
        content.split_once(": ").map_or(content, |(_, value)| value).trim_start_matches("- ");
    value.starts_with(['*', '&', '!', '%', '@', '`']).then(|| {
        let offset = line.len() - content.len() + content.find(value).unwrap_or(0);
        let first: String = value.chars().take(1).collect();
        let words =
            format!("a word that begins with `{first}` needs quotes: write `\"{}\"`", value.trim());
        Advice::new(words).at(number, column_of(offset) + 1)
    })
}

/// `-level: None`
fn hyphen_without_space(content: &str) -> Option<String> {
    let rest = content.strip_prefix('-')?;
    let is_item = rest.starts_with(|c: char| c.is_ascii_alphabetic());
    is_item.then(|| format!("a space is missing after `-`: write `- {}`", rest.trim_end()))
}

/// `level:None`
fn colon_without_space(content: &str) -> Option<String> {
    let field = content.trim_start_matches("- ");
    let (name, value) = field.split_once(':')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic());
    let is_value = value.starts_with(|c: char| c.is_ascii_alphanumeric() || "[\"'".contains(c));
    (is_name && is_value)
        .then(|| format!("a space is missing after `:`: write `{name}: {}`", value.trim_end()))
}
