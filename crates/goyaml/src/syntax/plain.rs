//! Scalars without quotes.

use super::SyntaxFailure;
use super::gap::Gap;
use super::reader::{Reader, is_blank_or_end};
use super::scanner::Scanner;
use super::token::{Token, TokenKind};
use crate::ScalarStyle;

impl Scanner<'_> {
    /// Scans a plain scalar. It goes on over lines that are indented deeper than the innermost
    /// block collection, up to a comment, a `: `, or the end of a flow item.
    pub(super) fn scan_plain(&mut self) -> Result<Token, SyntaxFailure> {
        let start = self.reader.mark();
        let mut end = start;
        let mut text = String::new();
        let mut gap = Gap::default();
        loop {
            self.reader.need(4)?;
            if at_document_mark(&self.reader) || self.reader.peek(0) == '#' {
                break;
            }
            while !is_blank_or_end(self.reader.peek(0)) && !self.ends_plain() {
                gap.flush(&mut text);
                text.push(self.reader.skip());
                end = self.reader.mark();
                self.reader.need(2)?;
            }
            if !self.take_gap(&mut gap)? || (!self.in_flow() && self.is_outdented()) {
                break;
            }
        }
        if gap.is_broken() {
            self.key_allowed = true;
        }
        let kind = TokenKind::Scalar { text, style: ScalarStyle::Plain };
        Ok(Token { kind, start, end })
    }

    fn ends_plain(&self) -> bool {
        match self.reader.peek(0) {
            ':' => is_blank_or_end(self.reader.peek(1)),
            ',' | '?' | '[' | ']' | '{' | '}' => self.in_flow(),
            _ => false,
        }
    }

    /// Takes all white space, and says whether there was any. A tab may not stand where the
    /// indentation of the next line is expected.
    fn take_gap(&mut self, gap: &mut Gap) -> Result<bool, SyntaxFailure> {
        let mut any = false;
        loop {
            if gap.is_broken() && self.is_outdented() && self.reader.peek(0) == '\t' {
                return self.fail("found a tab character that violates indentation");
            }
            if !gap.take(&mut self.reader)? {
                return Ok(any);
            }
            any = true;
        }
    }

    fn is_outdented(&self) -> bool {
        self.reader.mark().column.cast_signed() < self.indent + 1
    }
}

/// Says whether a line begins here with `---` or `...`.
pub(super) fn at_document_mark(reader: &Reader<'_>) -> bool {
    let first = reader.peek(0);
    reader.mark().column == 0
        && matches!(first, '-' | '.')
        && reader.peek(1) == first
        && reader.peek(2) == first
        && is_blank_or_end(reader.peek(3))
}
