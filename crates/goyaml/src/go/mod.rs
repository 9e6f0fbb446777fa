//! How Go reads and writes values, so that the server's words come out letter for letter.

mod duration;
pub mod time;

use std::fmt::Write as _;

pub use duration::Duration;

/// Returns `text` in double quotes as Go's `%q` and `strconv.Quote` write it.
///
/// Letters, marks, numbers, punctuation and symbols of any script stay; everything else is
/// escaped.
///
/// # Examples
/// ```
/// assert_eq!(goyaml::go::quote("7 d\t\"\u{a0}"), r#""7 d\t\"\u00a0""#);
/// ```
#[must_use]
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        push_escaped(&mut quoted, c);
    }
    quoted.push('"');
    quoted
}

/// Returns `text` in double quotes as Go's package `time` writes it, which has a rule of its own:
/// every byte outside printable ASCII becomes `\x..`.
#[must_use]
pub fn time_quote(text: &[u8]) -> String {
    let mut quoted = String::from('"');
    for byte in text {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(*byte)]),
            b' '..=0x7f => quoted.push(char::from(*byte)),
            // Writing into a String cannot fail.
            _ => drop(write!(quoted, "\\x{byte:02x}")),
        }
    }
    quoted.push('"');
    quoted
}

fn push_escaped(quoted: &mut String, c: char) {
    match c {
        '"' | '\\' => quoted.extend(['\\', c]),
        '\x07' => quoted.push_str("\\a"),
        '\x08' => quoted.push_str("\\b"),
        '\x0c' => quoted.push_str("\\f"),
        '\n' => quoted.push_str("\\n"),
        '\r' => quoted.push_str("\\r"),
        '\t' => quoted.push_str("\\t"),
        '\x0b' => quoted.push_str("\\v"),
        c if is_printable(c) => quoted.push(c),
        c => push_code(quoted, u32::from(c)),
    }
}

fn push_code(quoted: &mut String, code: u32) {
    // Writing into a String cannot fail.
    let _ = match code {
        0..0x20 | 0x7f => write!(quoted, "\\x{code:02x}"),
        0x20..0x1_0000 => write!(quoted, "\\u{code:04x}"),
        _ => write!(quoted, "\\U{code:08x}"),
    };
}

/// Go's `unicode.IsPrint`.
///
/// Rust escapes the same characters in `str::escape_debug`. The letter before it keeps it from
/// escaping combining marks too, which it does only at the start of a text.
fn is_printable(c: char) -> bool {
    c == '\'' || ['a', c].iter().collect::<String>().escape_debug().count() == 2
}

/// Returns `number` as Go's `%v` writes a `float32`: the shortest digits that read back, with an
/// exponent below 1e-4 and from 1e6.
///
/// # Examples
/// ```
/// assert_eq!(goyaml::go::float32(-0.5), "-0.5");
/// assert_eq!(goyaml::go::float32(-1e6), "-1e+06");
/// ```
#[must_use]
pub fn float32(number: f32) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    match scientific.split_once('e').map(|(digits, exponent)| (digits, exponent.parse::<i32>())) {
        Some((digits, Ok(exponent @ (..-4 | 6..)))) => format!("{digits}e{exponent:+03}"),
        _ => number.to_string(),
    }
}

/// Quotes a text as JSON, as Go does: what could end a script in HTML is escaped (Go:
/// `json.Marshal`).
#[must_use]
pub fn json_quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Returns the text Go's JSON writer makes of bytes: each one that is no UTF-8 becomes U+FFFD.
#[must_use]
pub fn coerce_utf8(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_as_go_quotes_them() {
        // Printed by Go 1.26 with %q.
        assert_eq!(
            quote("a\u{301}b\u{200d}\0\x7f\u{a0}é日"),
            "\"a\u{301}b\\u200d\\x00\\x7f\\u00a0é日\""
        );
        assert_eq!(quote("\u{301}"), "\"\u{301}\"", "a mark at the start stays");
        assert_eq!(quote("\u{e0001}it's\\"), r#""\U000e0001it's\\""#);
        assert_eq!(quote("a\"b\\\n"), r#""a\"b\\\n""#);
        assert_eq!(quote("\u{feff}\0"), "\"\\ufeff\\x00\"");
        assert_eq!(quote("\x07\x08\x0c\x0b\n\r\t"), r#""\a\b\f\v\n\r\t""#);
    }

    #[test]
    fn numbers_are_written_as_go_writes_a_float32() {
        // Printed by Go 1.26 with %v.
        let printed = [
            (-0.5, "-0.5"),
            (-1e5, "-100000"),
            (-1e6, "-1e+06"),
            (-123_456_789.0, "-1.2345679e+08"),
            (-1e20, "-1e+20"),
            (-1e-4, "-0.0001"),
            (-1e-5, "-1e-05"),
            (-0.0, "-0"),
            (0.0, "0"),
            (f32::NEG_INFINITY, "-Inf"),
        ];
        for (number, text) in printed {
            assert_eq!(float32(number), text);
        }
    }
}
