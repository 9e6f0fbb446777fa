//! Characters out of bytes, in the three encodings the server reads.

/// How a text is written in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16 { little_endian: bool },
}

/// A character and the number of its bytes; `None` if the bytes end within one.
type DecodedChar = Option<(char, usize)>;

impl Encoding {
    /// Returns the encoding that the byte order mark names, and the length of that mark.
    pub(super) fn detect(bytes: &[u8]) -> (Self, usize) {
        match bytes {
            [0xff, 0xfe, ..] => (Self::Utf16 { little_endian: true }, 2),
            [0xfe, 0xff, ..] => (Self::Utf16 { little_endian: false }, 2),
            [0xef, 0xbb, 0xbf, ..] => (Self::Utf8, 3),
            _ => (Self::Utf8, 0),
        }
    }

    /// Returns the first character of `bytes`, which are not empty.
    ///
    /// # Errors
    ///
    /// Returns the server's words for bytes that are no character, or one that must not stand in a
    /// text.
    pub(super) fn first(self, bytes: &[u8]) -> Result<DecodedChar, &'static str> {
        let decoded = match self {
            Self::Utf8 => utf8(bytes)?,
            Self::Utf16 { little_endian } => utf16(bytes, little_endian)?,
        };
        match decoded {
            Some((c, _)) if !is_allowed(c) => Err("control characters are not allowed"),
            decoded => Ok(decoded),
        }
    }

    /// The words for bytes that end within a character at the end of the text.
    pub(super) fn incomplete(self, bytes: &[u8]) -> &'static str {
        match self {
            Self::Utf8 => "incomplete UTF-8 octet sequence",
            Self::Utf16 { .. } if bytes.len() < 2 => "incomplete UTF-16 character",
            Self::Utf16 { .. } => "incomplete UTF-16 surrogate pair",
        }
    }

    /// Returns how many bytes a character takes.
    pub(super) fn width(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 { .. } => 2 * c.len_utf16(),
        }
    }
}

fn utf8(bytes: &[u8]) -> Result<DecodedChar, &'static str> {
    let (width, lead) = match bytes[0] {
        byte @ 0x00..=0x7f => (1, byte),
        byte @ 0xc0..=0xdf => (2, byte & 0x1f),
        byte @ 0xe0..=0xef => (3, byte & 0x0f),
        byte @ 0xf0..=0xf7 => (4, byte & 0x07),
        _ => return Err("invalid leading UTF-8 octet"),
    };
    let Some(rest) = bytes.get(1..width) else { return Ok(None) };
    let mut value = u32::from(lead);
    for byte in rest {
        if byte & 0xc0 != 0x80 {
            return Err("invalid trailing UTF-8 octet");
        }
        value = value << 6 | u32::from(byte & 0x3f);
    }
    let shortest = match width {
        1 => 0,
        2 => 0x80,
        3 => 0x800,
        _ => 0x1_0000,
    };
    if value < shortest {
        return Err("invalid length of a UTF-8 sequence");
    }
    let c = char::from_u32(value).ok_or("invalid Unicode character")?;
    Ok(Some((c, width)))
}

fn utf16(bytes: &[u8], little_endian: bool) -> Result<DecodedChar, &'static str> {
    let unit = |at: usize| {
        let pair = [*bytes.get(at)?, *bytes.get(at + 1)?];
        Some(if little_endian { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    };
    let Some(first) = unit(0) else { return Ok(None) };
    match first {
        0xdc00..=0xdfff => Err("unexpected low surrogate area"),
        0xd800..=0xdbff => {
            let Some(second) = unit(2) else { return Ok(None) };
            let pair = char::decode_utf16([first, second]).next();
            pair.and_then(Result::ok).map(|c| Some((c, 4))).ok_or("expected low surrogate area")
        }
        unit => Ok(char::from_u32(u32::from(unit)).map(|c| (c, 2))),
    }
}

fn is_allowed(c: char) -> bool {
    matches!(c,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}'
        | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_character_are_named_in_the_servers_words() {
        let first = |bytes: &[u8]| Encoding::Utf8.first(bytes);
        assert_eq!(first("é!".as_bytes()), Ok(Some(('é', 2))));
        assert_eq!(first(&[0xe2, 0x82]), Ok(None));
        assert_eq!(first(&[0x80]), Err("invalid leading UTF-8 octet"));
        assert_eq!(first(&[0xc3, 0x28]), Err("invalid trailing UTF-8 octet"));
        assert_eq!(first(&[0xc0, 0x80]), Err("invalid length of a UTF-8 sequence"));
        assert_eq!(first(&[0xed, 0xa0, 0x80]), Err("invalid Unicode character"));
        assert_eq!(first(&[0x00]), Err("control characters are not allowed"));
        assert_eq!(first(&[0x7f]), Err("control characters are not allowed"));
    }

    #[test]
    fn utf_16_is_read_in_both_byte_orders() {
        let (encoding, mark) = Encoding::detect(&[0xff, 0xfe, b'a', 0]);
        assert_eq!((encoding.first(&[b'a', 0]), mark), (Ok(Some(('a', 2))), 2));
        let (encoding, _) = Encoding::detect(&[0xfe, 0xff]);
        assert_eq!(encoding.first(&[0xd8, 0x3d, 0xde, 0x00]), Ok(Some(('😀', 4))));
        assert_eq!(encoding.first(&[0xdc, 0x00]), Err("unexpected low surrogate area"));
        assert_eq!(encoding.first(&[0xd8, 0x3d, 0x00, 0x61]), Err("expected low surrogate area"));
    }
}
