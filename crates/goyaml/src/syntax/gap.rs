//! The white space between two words of a scalar.

use super::SyntaxFailure;
use super::reader::{Reader, is_blank, is_break};

/// Blanks within a line, or line breaks, of which a single one means a space.
#[derive(Default)]
pub(super) struct Gap {
    blanks: String,
    broken: bool,
    first_break: Option<char>,
    more_breaks: String,
}

impl Gap {
    /// Returns the gap after a line break that was escaped and means nothing.
    pub(super) fn after_escaped_break() -> Self {
        Self { broken: true, ..Self::default() }
    }

    /// Says whether the gap goes over the end of a line.
    pub(super) fn is_broken(&self) -> bool {
        self.broken
    }

    /// Takes one blank or line break, if one is next, and says so.
    ///
    /// # Errors
    ///
    /// Fails if the text cannot be read on.
    pub(super) fn take(&mut self, reader: &mut Reader<'_>) -> Result<bool, SyntaxFailure> {
        let next = reader.peek(0);
        if is_blank(next) {
            reader.skip();
            if !self.broken {
                self.blanks.push(next);
            }
        } else if is_break(next) {
            reader.need(2)?;
            self.take_break(reader);
        } else {
            return Ok(false);
        }
        reader.need(1)?;
        Ok(true)
    }

    fn take_break(&mut self, reader: &mut Reader<'_>) {
        let meaning = reader.skip_break();
        if self.broken {
            self.more_breaks.extend(meaning);
        } else {
            self.blanks.clear();
            self.first_break = meaning;
            self.broken = true;
        }
    }

    /// Writes what the gap means, and is empty again.
    pub(super) fn flush(&mut self, text: &mut String) {
        match self.first_break.take() {
            Some('\n') if self.more_breaks.is_empty() => text.push(' '),
            Some('\n') | None => {}
            Some(separator) => text.push(separator),
        }
        text.push_str(&self.blanks);
        text.push_str(&self.more_breaks);
        *self = Self::default();
    }
}
