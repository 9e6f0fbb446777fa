//! JSON text as the server reads it: Go's `encoding/json`, down to its error texts.
//!
//! A policy that begins with `{` is never taken for YAML, so what YAML would forgive, such as a
//! comma too many, is an error here.

#[cfg(test)]
mod tests;

use std::str;

use crate::{Content, MapField, Span, Value, go};

/// Go refuses JSON that is nested deeper.
pub const DEEPEST: usize = 10_000;

/// Why a text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// The server's words.
    pub message: String,
    /// Where the text stops being JSON.
    pub span: Span,
    /// Whether it is only nested deeper than we were allowed to go.
    pub is_depth: bool,
}

/// Returns the one value that `bytes` are.
///
/// # Errors
///
/// Fails at the first byte that Go refuses, and where values are nested deeper than `most_levels`.
pub fn parse(bytes: &[u8], most_levels: usize) -> Result<Value, JsonError> {
    let mut parser = JsonParser { bytes, at: 0, levels: 0, most_levels, cursor: Cursor::default() };
    let value = parser.value()?;
    parser.skip_space();
    match parser.peek() {
        None => Ok(value),
        Some(_) => Err(parser.unexpected("after top-level value")),
    }
}

struct JsonParser<'a> {
    bytes: &'a [u8],
    at: usize,
    levels: usize,
    most_levels: usize,
    cursor: Cursor,
}

/// A place up to which lines and columns have been counted.
#[derive(Debug, Clone, Copy, Default)]
struct Cursor {
    offset: usize,
    line: usize,
    column: usize,
}

impl JsonParser<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Skips white space and returns what follows it.
    fn next(&mut self) -> Result<u8, JsonError> {
        self.skip_space();
        self.peek().ok_or_else(|| self.error("unexpected end of JSON input".to_owned()))
    }

    fn value(&mut self) -> Result<Value, JsonError> {
        let first = self.next()?;
        let start = self.here();
        let content = match first {
            b'{' => self.nested(Self::object)?,
            b'[' => self.nested(Self::array)?,
            b'"' => Content::Text(self.string()?),
            b'-' | b'0'..=b'9' => self.number()?,
            b't' => self.literal("true", Content::Bool(true))?,
            b'f' => self.literal("false", Content::Bool(false))?,
            b'n' => self.literal("null", Content::Null)?,
            _ => return Err(self.unexpected("looking for beginning of value")),
        };
        Ok(Value { span: start.span(self.at), content })
    }

    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Content, JsonError>,
    ) -> Result<Content, JsonError> {
        self.levels += 1;
        if self.levels > DEEPEST {
            return Err(self.unexpected("exceeded max depth"));
        }
        if self.levels > self.most_levels {
            return Err(JsonError { is_depth: true, ..self.unexpected("nested too deeply") });
        }
        self.at += 1;
        let content = read(self)?;
        self.levels -= 1;
        Ok(content)
    }

    fn object(&mut self) -> Result<Content, JsonError> {
        let mut fields = vec![];
        if self.next()? == b'}' {
            self.at += 1;
            return Ok(Content::Map(fields));
        }
        loop {
            if self.next()? != b'"' {
                return Err(self.unexpected("looking for beginning of object key string"));
            }
            let start = self.here();
            let name = self.string()?;
            let span = start.span(self.at);
            if self.next()? != b':' {
                return Err(self.unexpected("after object key"));
            }
            self.at += 1;
            let value = self.value()?;
            fields.push(MapField { name, span, value });
            match self.next()? {
                b',' => self.at += 1,
                b'}' => break,
                _ => return Err(self.unexpected("after object key:value pair")),
            }
        }
        self.at += 1;
        Ok(Content::Map(fields))
    }

    fn array(&mut self) -> Result<Content, JsonError> {
        let mut items = vec![];
        if self.next()? == b']' {
            self.at += 1;
            return Ok(Content::List(items));
        }
        loop {
            items.push(self.value()?);
            match self.next()? {
                b',' => self.at += 1,
                b']' => break,
                _ => return Err(self.unexpected("after array element")),
            }
        }
        self.at += 1;
        Ok(Content::List(items))
    }

    fn literal(&mut self, word: &str, content: Content) -> Result<Content, JsonError> {
        for expected in word.bytes() {
            if self.peek() != Some(expected) {
                let context = format!("in literal {word} (expecting '{}')", char::from(expected));
                return Err(self.unexpected(&context));
            }
            self.at += 1;
        }
        Ok(content)
    }

    fn number(&mut self) -> Result<Content, JsonError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits("in numeric literal")?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits("in exponent of numeric literal")?;
        }
        let literal = String::from_utf8_lossy(&self.bytes[start..self.at]).into_owned();
        Ok(Content::Number(literal))
    }

    /// Reads one digit or more.
    fn digits(&mut self, context: &str) -> Result<(), JsonError> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.unexpected(context));
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.at += 1;
        let mut text = String::new();
        let mut plain = self.at;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    text += &go::coerce_utf8(&self.bytes[plain..self.at]);
                    self.at += 1;
                    text.push(self.escape()?);
                    plain = self.at;
                }
                Some(0x00..=0x1f) => return Err(self.unexpected("in string literal")),
                Some(_) => self.at += 1,
                None => return Err(self.error("unexpected end of JSON input".to_owned())),
            }
        }
        text += &go::coerce_utf8(&self.bytes[plain..self.at]);
        self.at += 1;
        Ok(text)
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let c = match self.peek() {
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'u') => {
                self.at += 1;
                return self.unicode_escape();
            }
            _ => return Err(self.unexpected("in string escape code")),
        };
        self.at += 1;
        Ok(c)
    }

    /// Half of a surrogate pair without its other half becomes U+FFFD.
    fn unicode_escape(&mut self) -> Result<char, JsonError> {
        let first = self.code_unit()?;
        if let Some(c) = char::from_u32(u32::from(first)) {
            return Ok(c);
        }
        let pair = self.following_code_unit().map(|second| [first, second]);
        let decoded = pair.and_then(|pair| char::decode_utf16(pair).next()?.ok());
        if decoded.is_some() {
            self.at += 6;
        }
        Ok(decoded.unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn code_unit(&mut self) -> Result<u16, JsonError> {
        let mut unit = 0_u16;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let digit =
                digit.ok_or_else(|| self.unexpected("in \\u hexadecimal character escape"))?;
            unit = unit << 4 | digit as u16;
            self.at += 1;
        }
        Ok(unit)
    }

    fn following_code_unit(&self) -> Option<u16> {
        let digits = self.bytes.get(self.at..self.at + 6)?.strip_prefix(b"\\u")?;
        let all_digits = digits.iter().all(u8::is_ascii_hexdigit);
        all_digits.then(|| u16::from_str_radix(str::from_utf8(digits).ok()?, 16).ok())?
    }

    /// The error for the byte that is next. After the last byte Go tries a space, and complains
    /// about that where even a space is wrong.
    fn unexpected(&self, context: &str) -> JsonError {
        let shown = match self.peek().unwrap_or(b' ') {
            b'\'' => "\\'".to_owned(),
            b'"' => "\"".to_owned(),
            byte => {
                let quoted = go::quote(char::from(byte).encode_utf8(&mut [0; 4]));
                quoted[1..quoted.len() - 1].to_owned()
            }
        };
        self.error(format!("invalid character '{shown}' {context}"))
    }

    fn error(&self, message: String) -> JsonError {
        let mut cursor = self.cursor;
        cursor.advance(self.bytes, self.at);
        JsonError { message, span: cursor.span(self.at), is_depth: false }
    }

    /// Returns the place of the next byte.
    fn here(&mut self) -> Cursor {
        self.cursor.advance(self.bytes, self.at);
        self.cursor
    }
}

impl Cursor {
    fn advance(&mut self, bytes: &[u8], offset: usize) {
        for byte in bytes.get(self.offset..offset).unwrap_or_default() {
            if *byte == b'\n' {
                self.line += 1;
                self.column = 0;
            } else if byte & 0xc0 != 0x80 {
                self.column += 1;
            }
        }
        self.offset = offset;
    }

    fn span(self, end: usize) -> Span {
        Span { start: self.offset, end, line: self.line + 1, column: self.column + 1 }
    }
}
