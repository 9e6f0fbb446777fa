//! Tags: `!suffix`, `!handle!suffix`, `!<uri>`.

use super::SyntaxFailure;
use super::reader::{is_blank_or_end, is_word};
use super::scanner::Scanner;
use super::token::{Token, TokenKind};

impl Scanner<'_> {
    /// Scans a tag. The tag `!` alone has an empty handle.
    pub(super) fn scan_tag(&mut self) -> Result<Token, SyntaxFailure> {
        let start = self.reader.mark();
        self.reader.need(2)?;
        let (handle, suffix) = if self.reader.peek(1) == '<' {
            self.scan_whole_tag()?
        } else {
            self.scan_short_tag()?
        };
        self.reader.need(1)?;
        if !is_blank_or_end(self.reader.peek(0)) {
            return self.fail("did not find expected whitespace or line break");
        }
        Ok(Token { kind: TokenKind::Tag { handle, suffix }, start, end: self.reader.mark() })
    }

    fn scan_whole_tag(&mut self) -> Result<(String, String), SyntaxFailure> {
        self.reader.skip_many(2);
        let uri = self.scan_tag_uri("")?;
        if self.reader.peek(0) != '>' {
            return self.fail("did not find the expected '>'");
        }
        self.reader.skip();
        Ok((String::new(), uri))
    }

    fn scan_short_tag(&mut self) -> Result<(String, String), SyntaxFailure> {
        let head = self.scan_tag_handle()?;
        if head.len() > 1 && head.ends_with('!') {
            let suffix = self.scan_tag_uri("")?;
            return Ok((head, suffix));
        }
        let suffix = self.scan_tag_uri(&head)?;
        let bang = "!".to_owned();
        Ok(if suffix.is_empty() { (suffix, bang) } else { (bang, suffix) })
    }

    /// Scans `!`, `!name!`, or what looks like the beginning of the latter.
    pub(super) fn scan_tag_handle(&mut self) -> Result<String, SyntaxFailure> {
        self.reader.need(1)?;
        if self.reader.peek(0) != '!' {
            return self.fail("did not find expected '!'");
        }
        self.reader.skip();
        let mut handle = format!("!{}", self.scan_word_characters()?);
        if self.reader.peek(0) == '!' {
            handle.push(self.reader.skip());
        }
        Ok(handle)
    }

    /// Scans the rest of a tag. `head` is what has been read of it, with its `!`, which is not part
    /// of the result.
    pub(super) fn scan_tag_uri(&mut self, head: &str) -> Result<String, SyntaxFailure> {
        let mut uri = head.bytes().skip(1).collect::<Vec<_>>();
        let mut any = !head.is_empty();
        self.reader.need(1)?;
        while is_uri(self.reader.peek(0)) {
            if self.reader.peek(0) == '%' {
                self.scan_uri_escapes(&mut uri)?;
            } else {
                uri.push(self.reader.skip() as u8);
            }
            self.reader.need(1)?;
            any = true;
        }
        if !any {
            return self.fail("did not find expected tag URI");
        }
        Ok(String::from_utf8_lossy(&uri).into_owned())
    }

    /// Scans the escapes of the bytes of one character.
    fn scan_uri_escapes(&mut self, uri: &mut Vec<u8>) -> Result<(), SyntaxFailure> {
        let lead = self.scan_uri_byte()?;
        let width = match lead {
            0x00..=0x7f => 1,
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf7 => 4,
            _ => return self.fail("found an incorrect leading UTF-8 octet"),
        };
        uri.push(lead);
        self.reader.skip_many(3);
        for _ in 1..width {
            let byte = self.scan_uri_byte()?;
            if byte & 0xc0 != 0x80 {
                return self.fail("found an incorrect trailing UTF-8 octet");
            }
            uri.push(byte);
            self.reader.skip_many(3);
        }
        Ok(())
    }

    fn scan_uri_byte(&mut self) -> Result<u8, SyntaxFailure> {
        self.reader.need(3)?;
        let digit = |distance| self.reader.peek(distance).to_digit(16);
        match (self.reader.peek(0), digit(1), digit(2)) {
            ('%', Some(high), Some(low)) => Ok((high << 4 | low) as u8),
            _ => self.fail("did not find URI escaped octet"),
        }
    }
}

fn is_uri(c: char) -> bool {
    is_word(c)
        || matches!(c, ';' | '/' | '?' | ':' | '@' | '&' | '=' | '+' | '$' | ',' | '.')
        || matches!(c, '!' | '~' | '*' | '\'' | '(' | ')' | '[' | ']' | '%')
}
