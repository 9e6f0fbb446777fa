//! Scalars in quotes.

use super::SyntaxFailure;
use super::gap::Gap;
use super::plain::at_document_mark;
use super::reader::{END, is_blank_or_end, is_break};
use super::scanner::Scanner;
use super::token::{Token, TokenKind};
use crate::ScalarStyle;

impl Scanner<'_> {
    /// Scans a scalar in single or double quotes.
    pub(super) fn scan_quoted(&mut self) -> Result<Token, SyntaxFailure> {
        let start = self.reader.mark();
        let quote = self.reader.skip();
        let mut text = String::new();
        loop {
            self.reader.need(4)?;
            if at_document_mark(&self.reader) {
                return self.fail("found unexpected document indicator");
            }
            if self.reader.peek(0) == END {
                return self.fail("found unexpected end of stream");
            }
            let mut gap = self.scan_word(quote, &mut text)?;
            self.reader.need(1)?;
            if self.reader.peek(0) == quote {
                break;
            }
            while gap.take(&mut self.reader)? {}
            gap.flush(&mut text);
        }
        self.reader.skip();
        let style =
            if quote == '\'' { ScalarStyle::SingleQuoted } else { ScalarStyle::DoubleQuoted };
        let kind = TokenKind::Scalar { text, style };
        Ok(Token { kind, start, end: self.reader.mark() })
    }

    /// Scans up to white space or the closing quote. Returns the beginning of the white space.
    fn scan_word(&mut self, quote: char, text: &mut String) -> Result<Gap, SyntaxFailure> {
        while !is_blank_or_end(self.reader.peek(0)) {
            match (self.reader.peek(0), self.reader.peek(1)) {
                ('\'', '\'') if quote == '\'' => {
                    text.push('\'');
                    self.reader.skip_many(2);
                }
                (next, _) if next == quote => break,
                ('\\', next) if quote == '"' && is_break(next) => {
                    self.reader.need(3)?;
                    self.reader.skip();
                    self.reader.skip_break();
                    return Ok(Gap::after_escaped_break());
                }
                ('\\', next) if quote == '"' => text.push(self.scan_escape(next)?),
                (next, _) => {
                    self.reader.skip();
                    text.push(next);
                }
            }
            self.reader.need(2)?;
        }
        Ok(Gap::default())
    }

    fn scan_escape(&mut self, name: char) -> Result<char, SyntaxFailure> {
        let digits = match name {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let simple = match name {
            '0' => '\0',
            'a' => '\u{7}',
            'b' => '\u{8}',
            't' | '\t' => '\t',
            'n' => '\n',
            'v' => '\u{b}',
            'f' => '\u{c}',
            'r' => '\r',
            'e' => '\u{1b}',
            ' ' | '"' | '\'' | '\\' => name,
            'N' => '\u{85}',
            '_' => '\u{a0}',
            'L' => '\u{2028}',
            'P' => '\u{2029}',
            'x' | 'u' | 'U' => '\0',
            _ => return self.fail("found unknown escape character"),
        };
        self.reader.skip_many(2);
        if digits == 0 { Ok(simple) } else { self.scan_code(digits) }
    }

    fn scan_code(&mut self, digits: usize) -> Result<char, SyntaxFailure> {
        self.reader.need(digits)?;
        let mut code = 0_u32;
        for distance in 0..digits {
            let digit = self.reader.peek(distance).to_digit(16);
            let digit =
                digit.ok_or_else(|| self.failure("did not find expected hexdecimal number"))?;
            code = code << 4 | digit;
        }
        let c = char::from_u32(code)
            .ok_or_else(|| self.failure("found invalid Unicode character escape code"))?;
        self.reader.skip_many(digits);
        Ok(c)
    }
}
