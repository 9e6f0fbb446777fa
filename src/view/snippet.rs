//! A finding with the line it is about and a caret below the place.

use unicode_width::UnicodeWidthStr as _;

use super::paint::{Tone, paint};
use audit_policy::finding::Place;
use audit_policy::finding::Severity;

/// Longest line that is shown whole; longer ones are cut around nothing, at the end.
const WIDEST: usize = 160;

/// The lines of a text: many findings may be about one.
#[derive(Debug)]
pub struct SourceLines<'a>(Vec<&'a str>);

impl<'a> SourceLines<'a> {
    /// Finds the lines of a text.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        Self(text.lines().collect())
    }
}

/// Returns `severity: message`, and below it the place in its line with a caret, if there is one.
///
/// `path` is what the reader calls the text. A place after the end of the text is shown with the
/// last line that has something in it. `tag` is in brackets after the severity, such as the id of a finding.
#[must_use]
pub fn snippet(
    path: &str,
    lines: &SourceLines<'_>,
    severity: Severity,
    tag: Option<&str>,
    place: Option<Place>,
    message: &str,
) -> String {
    let tone = tone(severity);
    let tag = tag.map(|tag| format!("[{tag}]")).unwrap_or_default();
    let head = format!("{}{} {message}\n", paint(tone, severity), paint(tone, format!("{tag}:")));
    let Some(place) = place else { return format!("{head}{} {path}\n", paint(Tone::Faint, "-->")) };
    let at = format!("{} {path}:{place}\n", paint(Tone::Faint, "-->"));
    // The end of a text is after its last line; what is missing there is shown by that line.
    let last = lines.0.iter().rposition(|line| !line.trim().is_empty());
    let at_end =
        last.map(|last| Place { line: last + 1, column: lines.0[last].chars().count() + 1 });
    let place = if place.line > lines.0.len() { at_end.unwrap_or(place) } else { place };
    let Some(line) = lines.0.get(place.line.saturating_sub(1)) else {
        return format!("{head}{at}");
    };
    let shown: String = line.chars().take(WIDEST).map(visible).collect();
    let before: String = shown.chars().take(place.column.saturating_sub(1)).collect();
    let number = place.line.to_string();
    let margin = " ".repeat(number.len());
    let caret = format!("{}{}", " ".repeat(before.width()), paint(tone, "^"));
    let bar = paint(Tone::Faint, "|");
    format!("{head}{margin}{at}{margin} {bar}\n{number} {bar} {shown}\n{margin} {bar} {caret}\n")
}

/// Returns a line below a snippet that says what to do.
#[must_use]
pub fn help(place: Option<Place>, words: &str) -> String {
    let margin = place.map_or(0, |place| place.line.to_string().len());
    format!("{} {} help: {words}\n", " ".repeat(margin), paint(Tone::Faint, "="))
}

/// Returns how a severity looks.
pub(super) fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Bad,
        Severity::Warning => Tone::Caution,
        Severity::Info => Tone::Strong,
    }
}

/// A tab is one column wide here, so that the caret is below its character; other control
/// characters would move the cursor of the reader's terminal.
fn visible(c: char) -> char {
    match c {
        '\t' => '→',
        c if c.is_control() => '·',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(place: Option<Place>) -> String {
        let text = "a: b\n\tc: d\n";
        let shown = snippet(
            "p.yaml",
            &SourceLines::of(text),
            Severity::Error,
            Some("tab"),
            place,
            "no tabs",
        );
        anstream::adapter::strip_str(&shown).to_string()
    }

    #[test]
    fn the_caret_stands_below_its_character() {
        let shown = plain(Some(Place { line: 2, column: 2 }));
        assert_eq!(shown, "error[tab]: no tabs\n --> p.yaml:2:2\n  |\n2 | →c: d\n  |  ^\n");
    }

    #[test]
    fn a_place_behind_the_end_shows_the_last_line() {
        let shown = plain(Some(Place { line: 9, column: 1 }));
        let line = " --> p.yaml:9:1\n  |\n2 | →c: d\n  |      ^\n";
        assert_eq!(shown, format!("error[tab]: no tabs\n{line}"));
    }
}
