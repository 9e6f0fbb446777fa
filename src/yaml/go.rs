//! Values as Go prints them: the server's messages quote what they complain about.

use std::cmp::Ordering;

use super::number;
use super::typed::Data;

pub use crate::go::quote;

/// Writes a value as Go's `%#v` does: nil loses its type where it stands alone.
pub(super) fn syntax(data: &Data) -> String {
    match data {
        Data::Null => "<nil>".to_owned(),
        data => inner(data),
    }
}

fn inner(data: &Data) -> String {
    match data {
        Data::Null => "interface {}(nil)".to_owned(),
        Data::Bool(value) => value.to_string(),
        Data::Int(int) => int.to_string(),
        Data::Uint(uint) => format!("{uint:#x}"),
        Data::Float(float) => float_syntax(*float),
        Data::Text(text) => quote(text),
        Data::List(items) => {
            let items: Vec<_> = items.iter().map(|item| inner(&item.data)).collect();
            format!("[]interface {{}}{{{}}}", items.join(", "))
        }
        Data::Map(entries) => {
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_by(|(a, _), (b, _)| order(&a.data, &b.data));
            let entries: Vec<_> = sorted
                .into_iter()
                .map(|(key, value)| format!("{}:{}", inner(&key.data), inner(&value.data)))
                .collect();
            format!("map[interface {{}}]interface {{}}{{{}}}", entries.join(", "))
        }
    }
}

/// Go prints maps in this order: by type first, as they come in memory, then by value.
fn order(a: &Data, b: &Data) -> Ordering {
    match (a, b) {
        (Data::Bool(a), Data::Bool(b)) => a.cmp(b),
        (Data::Int(a), Data::Int(b)) => a.cmp(b),
        (Data::Uint(a), Data::Uint(b)) => a.cmp(b),
        (Data::Float(a), Data::Float(b)) => a.total_cmp(b),
        (Data::Text(a), Data::Text(b)) => a.cmp(b),
        (Data::Null, _) => Ordering::Less,
        (_, Data::Null) => Ordering::Greater,
        _ => Ordering::Equal,
    }
}

/// Writes a float as `%#v` does: a whole number below 1e21 is written without an exponent.
fn float_syntax(float: f64) -> String {
    if float.is_nan() {
        return "NaN".to_owned();
    }
    if float.is_infinite() {
        return if float > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    number::general(&float, &format!("{float:e}"), 21)
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
    fn text_is_quoted_with_gos_escapes() {
        assert_eq!(quote("a\"b\\\n"), r#""a\"b\\\n""#);
        assert_eq!(quote("é\u{301}\u{a0}\u{feff}\u{0}"), "\"é\u{301}\\u00a0\\ufeff\\x00\"");
    }
}
