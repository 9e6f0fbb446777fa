//! What is between tokens.

use super::SyntaxFailure;
use super::reader::{is_blank, is_break, is_break_or_end};
use super::scanner::Scanner;

impl Scanner<'_> {
    /// Skips blanks, comments and line breaks. A tab is no indentation: where a key may begin it
    /// is left standing.
    pub(super) fn skip_to_token(&mut self) -> Result<(), SyntaxFailure> {
        loop {
            self.reader.need(1)?;
            if self.reader.mark().column == 0 && self.reader.began_with_byte_order_mark() {
                self.reader.skip();
            }
            self.reader.need(1)?;
            while self.reader.peek(0) == ' ' || (self.reader.peek(0) == '\t' && self.tab_is_blank())
            {
                self.reader.skip();
                self.reader.need(1)?;
            }
            if self.reader.peek(0) == '#' {
                self.skip_comment()?;
            }
            if !is_break(self.reader.peek(0)) {
                return Ok(());
            }
            self.reader.need(2)?;
            self.reader.skip_break();
            if !self.in_flow() {
                self.key_allowed = true;
            }
        }
    }

    fn tab_is_blank(&self) -> bool {
        self.in_flow() || !self.key_allowed
    }

    /// Skips blanks, and a comment if one follows them.
    pub(super) fn skip_blanks_and_comment(&mut self) -> Result<(), SyntaxFailure> {
        self.skip_blanks()?;
        if self.reader.peek(0) == '#' {
            self.skip_comment()?;
        }
        Ok(())
    }

    pub(super) fn skip_blanks(&mut self) -> Result<(), SyntaxFailure> {
        self.reader.need(1)?;
        while is_blank(self.reader.peek(0)) {
            self.reader.skip();
            self.reader.need(1)?;
        }
        Ok(())
    }

    fn skip_comment(&mut self) -> Result<(), SyntaxFailure> {
        while !is_break_or_end(self.reader.peek(0)) {
            self.reader.skip();
            self.reader.need(1)?;
        }
        Ok(())
    }
}
