//! Questions with more than yes or no for an answer.
//!
//! Esc and Ctrl-C end every question without one, and leave the terminal as it was.

use dialoguer::Select;
use dialoguer::console::{Key, Term, truncate_str};
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};

/// Columns that a list needs for its mark before a choice, and the cursor after it.
const MARK: usize = 3;

/// A person at a terminal.
pub(super) struct Prompt {
    term: Term,
    theme: Box<dyn Theme>,
}

impl Prompt {
    /// Returns the person at standard error.
    pub(super) fn new(colors: bool) -> Self {
        let theme: Box<dyn Theme> =
            if colors { Box::new(ColorfulTheme::default()) } else { Box::new(SimpleTheme) };
        Self { term: Term::stderr(), theme }
    }

    /// Lets the person pick one of `choices`; those that are too long for the terminal are cut.
    pub(super) fn select(&self, question: &str, choices: &[String]) -> Option<usize> {
        let width = usize::from(self.term.size().1).saturating_sub(MARK);
        let cut = choices.iter().map(|choice| truncate_str(choice, width, "…"));
        let select = Select::with_theme(self.theme.as_ref())
            .with_prompt(question)
            .items(cut)
            .default(0)
            .report(false);
        let picked = self.answered(select.interact_on_opt(&self.term))?;
        let answer = format!("{question} {}", choices.get(picked)?);
        let _ = self.term.write_line(&truncate_str(&answer, width, "…"));
        Some(picked)
    }

    /// Asks a question that is answered with yes or no; Enter alone is `usual`.
    pub(super) fn confirm(&self, question: &str, usual: bool) -> Option<bool> {
        let keys = if usual { "[Y/n]" } else { "[y/N]" };
        self.term.write_str(&format!("{question} {keys} ")).ok()?;
        let answer = loop {
            break match self.term.read_key() {
                Ok(Key::Enter) => Some(usual),
                Ok(Key::Char('y' | 'Y')) => Some(true),
                Ok(Key::Char('n' | 'N')) => Some(false),
                Ok(Key::Escape) | Err(_) => None,
                Ok(_) => continue,
            };
        };
        let said = match answer {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        let _ = self.term.write_line(said);
        answer
    }

    /// Asks for a line, which is `proposal` unless the person changes it.
    pub(super) fn line(&self, question: &str, proposal: &str) -> Option<String> {
        let mut line: Vec<char> = proposal.chars().collect();
        let answer = loop {
            self.show_line(question, &line).ok()?;
            match self.term.read_key() {
                Ok(Key::Enter) => break Some(line.iter().collect()),
                Ok(Key::Escape) | Err(_) => break None,
                Ok(Key::Backspace) => drop(line.pop()),
                Ok(Key::Char('\u{15}')) => line.clear(),
                Ok(Key::Char(c)) if !c.is_control() => line.push(c),
                Ok(_) => {}
            }
        };
        let _ = self.term.write_line("");
        answer
    }

    /// Shows the end of a line that is too long for the terminal.
    fn show_line(&self, question: &str, line: &[char]) -> std::io::Result<()> {
        let width = usize::from(self.term.size().1).saturating_sub(question.chars().count() + MARK);
        let from = line.len().saturating_sub(width);
        let shown: String = line[from..].iter().collect();
        self.term.clear_line()?;
        self.term.write_str(&format!("{question} {shown}"))
    }

    /// Says something between two questions.
    pub(super) fn say(&self, text: &str) {
        let _ = self.term.write_line(text);
    }

    /// Shows the beginning of a text, so much that a question has room below it, and says how to
    /// see the rest. Lines that are too long for the terminal are cut.
    pub(super) fn show(&self, text: &str, rest: &str) {
        let (rows, columns) = self.term.size();
        let room = usize::from(rows).saturating_sub(6).max(8);
        for line in text.lines().take(room) {
            self.say(&truncate_str(line, usize::from(columns), "…"));
        }
        let more = text.lines().count().saturating_sub(room);
        if more > 0 {
            self.say(&format!("… {more} more lines; {rest}"));
        }
    }

    /// A question that ends with an error leaves the cursor hidden.
    fn answered<T>(&self, answer: dialoguer::Result<Option<T>>) -> Option<T> {
        if answer.is_err() {
            let _ = self.term.show_cursor();
            let _ = self.term.write_line("");
        }
        answer.ok().flatten()
    }
}
