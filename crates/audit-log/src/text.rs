//! Strings and values as they are in a line of JSON.

use std::borrow::Cow;

/// The inside of a JSON string, escapes and all.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct JsonText<'a>(pub &'a [u8]);

impl std::fmt::Debug for JsonText<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:?}", self.decode())
    }
}

impl<'a> JsonText<'a> {
    /// Says whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the text without escapes. A half surrogate pair becomes U+FFFD, as in Go.
    #[must_use]
    pub fn decode(&self) -> Cow<'a, str> {
        if memchr::memchr(b'\\', self.0).is_none() {
            return String::from_utf8_lossy(self.0);
        }
        let mut out = Vec::with_capacity(self.0.len());
        let mut rest = self.0;
        while let Some(at) = memchr::memchr(b'\\', rest) {
            out.extend_from_slice(&rest[..at]);
            rest = unescape(&rest[at + 1..], &mut out);
        }
        out.extend_from_slice(rest);
        match String::from_utf8(out) {
            Ok(text) => Cow::Owned(text),
            Err(error) => Cow::Owned(String::from_utf8_lossy(error.as_bytes()).into_owned()),
        }
    }

    /// Says whether the text without escapes is this.
    #[must_use]
    #[inline]
    pub fn is(&self, text: &str) -> bool {
        self.0 == text.as_bytes()
            || (memchr::memchr(b'\\', self.0).is_some() && self.decode() == text)
    }
}

/// Writes what an escape stands for; `text` is what follows the backslash. Returns the rest.
fn unescape<'t>(text: &'t [u8], out: &mut Vec<u8>) -> &'t [u8] {
    let Some((code, rest)) = text.split_first() else { return text };
    let byte = match code {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        b'u' => return unicode(rest, out),
        other => *other,
    };
    out.push(byte);
    rest
}

fn unicode<'t>(text: &'t [u8], out: &mut Vec<u8>) -> &'t [u8] {
    let unit = |text: &[u8]| {
        let digits = str::from_utf8(text.get(..4)?).ok()?;
        u16::from_str_radix(digits, 16).ok()
    };
    let Some(first) = unit(text) else { return text };
    let mut rest = &text[4..];
    let mut units = vec![first];
    if let (0xD800..0xDC00, [b'\\', b'u', after @ ..]) = (first, rest)
        && let Some(second @ 0xDC00..0xE000) = unit(after)
    {
        units.push(second);
        rest = &after[4..];
    }
    for unit in char::decode_utf16(units) {
        let character = unit.unwrap_or(char::REPLACEMENT_CHARACTER);
        out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
    rest
}

/// A JSON value as it is in a line that was verified; empty if there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Raw<'a>(pub &'a [u8]);

impl<'a> Raw<'a> {
    /// Says whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the text, if the value is a string.
    #[must_use]
    pub fn text(&self) -> Option<JsonText<'a>> {
        match self.0 {
            [b'"', inner @ .., b'"'] => Some(JsonText(inner)),
            _ => None,
        }
    }

    /// Returns the members of an object; nothing for any other value.
    pub fn members(&self) -> impl Iterator<Item = (JsonText<'a>, Self)> + use<'a> {
        let mut parts = ContainerParts::of(self.0, b'{');
        std::iter::from_fn(move || {
            let key = Self(parts.next(b':')?).text()?;
            Some((key, Self(parts.next(b',')?)))
        })
    }

    /// Returns the elements of an array; nothing for any other value.
    pub fn elements(&self) -> impl Iterator<Item = Self> + use<'a> {
        let mut parts = ContainerParts::of(self.0, b'[');
        std::iter::from_fn(move || Some(Self(parts.next(b',')?)))
    }

    /// Returns the member of this name, the last if there are several.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Self> {
        self.members().filter(|(key, _)| key.is(name)).last().map(|(_, value)| value)
    }

    /// Returns the value that these names lead to.
    #[must_use]
    pub fn path(&self, names: &[&str]) -> Option<Self> {
        names.iter().try_fold(*self, |value, name| value.get(name))
    }

    /// Returns the text of the member of this name, without escapes; empty if there is none.
    #[must_use]
    pub fn string(&self, name: &str) -> Cow<'a, str> {
        self.get(name).and_then(|value| value.text()).unwrap_or_default().decode()
    }
}

/// The parts of a container, cut at commas and colons of its own level.
struct ContainerParts<'a> {
    rest: &'a [u8],
}

impl<'a> ContainerParts<'a> {
    fn of(value: &'a [u8], first: u8) -> Self {
        match value.trim_ascii() {
            [open, inner @ .., _] if *open == first => Self { rest: inner.trim_ascii() },
            _ => Self { rest: b"" },
        }
    }

    fn next(&mut self, separator: u8) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let mut depth = 0_u32;
        let mut at = 0;
        while let Some(byte) = self.rest.get(at) {
            match byte {
                b'"' => at += string_length(&self.rest[at..]) - 1,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                byte if *byte == separator && depth == 0 => {
                    let part = self.rest[..at].trim_ascii();
                    self.rest = self.rest[at + 1..].trim_ascii();
                    return Some(part);
                }
                _ => {}
            }
            at += 1;
        }
        Some(std::mem::take(&mut self.rest))
    }
}

/// The length of the string at the beginning of `text`, quotes included.
fn string_length(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(next) = text.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += next;
        if text[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    text.len()
}
