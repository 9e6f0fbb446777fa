//! Directives, `%YAML 1.1` and `%TAG ! prefix`, and the names of anchors.

use super::SyntaxFailure;
use super::reader::{is_blank, is_blank_or_end, is_word};
use super::scanner::Scanner;
use super::token::{Token, TokenKind};

/// A version has no more digits than this on either side of its point.
const MOST_DIGITS: usize = 2;

impl Scanner<'_> {
    /// Scans a directive and the rest of its line.
    pub(super) fn scan_directive(&mut self) -> Result<Token, SyntaxFailure> {
        let start = self.reader.mark();
        self.reader.skip();
        let kind = match self.scan_directive_name()?.as_str() {
            "YAML" => self.scan_version()?,
            "TAG" => self.scan_tag_directive()?,
            _ => return self.fail("found unknown directive name"),
        };
        let end = self.reader.mark();
        self.skip_blanks_and_comment()?;
        self.end_line()?;
        Ok(Token { kind, start, end })
    }

    fn scan_directive_name(&mut self) -> Result<String, SyntaxFailure> {
        let name = self.scan_word_characters()?;
        if name.is_empty() {
            return self.fail("could not find expected directive name");
        }
        if !is_blank_or_end(self.reader.peek(0)) {
            return self.fail("found unexpected non-alphabetical character");
        }
        Ok(name)
    }

    fn scan_version(&mut self) -> Result<TokenKind, SyntaxFailure> {
        self.skip_blanks()?;
        let major = self.scan_version_number()?;
        if self.reader.peek(0) != '.' {
            return self.fail("did not find expected digit or '.' character");
        }
        self.reader.skip();
        let minor = self.scan_version_number()?;
        Ok(TokenKind::Version { major, minor })
    }

    fn scan_version_number(&mut self) -> Result<u8, SyntaxFailure> {
        self.reader.need(1)?;
        let (mut number, mut digits) = (0, 0);
        while let digit @ '0'..='9' = self.reader.peek(0) {
            digits += 1;
            if digits > MOST_DIGITS {
                return self.fail("found extremely long version number");
            }
            number = number * 10 + (digit as u8 - b'0');
            self.reader.skip();
            self.reader.need(1)?;
        }
        if digits == 0 {
            return self.fail("did not find expected version number");
        }
        Ok(number)
    }

    fn scan_tag_directive(&mut self) -> Result<TokenKind, SyntaxFailure> {
        self.skip_blanks()?;
        let handle = self.scan_tag_handle()?;
        if handle != "!" && !handle.ends_with('!') {
            return self.fail("did not find expected '!'");
        }
        self.reader.need(1)?;
        if !is_blank(self.reader.peek(0)) {
            return self.fail("did not find expected whitespace");
        }
        self.skip_blanks()?;
        let prefix = self.scan_tag_uri("")?;
        self.reader.need(1)?;
        if !is_blank_or_end(self.reader.peek(0)) {
            return self.fail("did not find expected whitespace or line break");
        }
        Ok(TokenKind::TagDirective { handle, prefix })
    }

    /// Scans `&name` or `*name`; `kind` says which.
    pub(super) fn scan_anchor(
        &mut self,
        kind: fn(String) -> TokenKind,
    ) -> Result<Token, SyntaxFailure> {
        let start = self.reader.mark();
        self.reader.skip();
        let name = self.scan_word_characters()?;
        let end = self.reader.mark();
        let next = self.reader.peek(0);
        let ends =
            is_blank_or_end(next) || matches!(next, '?' | ':' | ',' | ']' | '}' | '%' | '@' | '`');
        if name.is_empty() || !ends {
            return self.fail("did not find expected alphabetic or numeric character");
        }
        Ok(Token { kind: kind(name), start, end })
    }

    /// Scans letters, digits, `_` and `-`.
    pub(super) fn scan_word_characters(&mut self) -> Result<String, SyntaxFailure> {
        let mut name = String::new();
        self.reader.need(1)?;
        while is_word(self.reader.peek(0)) {
            name.push(self.reader.skip());
            self.reader.need(1)?;
        }
        Ok(name)
    }
}
