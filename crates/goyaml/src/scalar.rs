//! What a plain scalar means to the API server: YAML 1.1 as go-yaml v2 reads it.

use super::number;
use super::timestamp;

const PREFIX: &str = "tag:yaml.org,2002:";

/// What a scalar means.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    /// Larger than any `i64`.
    Uint(u64),
    Float(f64),
    Text(String),
    /// The bytes of a `!!binary` scalar.
    Binary(Vec<u8>),
    /// A date: text to everyone who does not ask for a date.
    Timestamp,
}

impl Scalar {
    /// Returns the short form of the tag this value has without a tag before it.
    fn tag(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) | Self::Uint(_) => "int",
            Self::Float(_) => "float",
            Self::Text(_) | Self::Binary(_) => "str",
            Self::Timestamp => "timestamp",
        }
    }
}

/// Returns what `text` means, after `tag` if there is one (Go: yaml.v2 `decoder.scalar`).
///
/// `plain` says that it is without quotes, or after the tag `!`.
///
/// # Errors
///
/// Returns the server's words for a tag that does not fit the text.
pub(super) fn resolve(tag: Option<&str>, text: &str, plain: bool) -> Result<Scalar, String> {
    let Some(tag) = tag.filter(|tag| !tag.is_empty()) else {
        return Ok(if plain { untagged(text, true) } else { Scalar::Text(text.to_owned()) });
    };
    let Some(short) = tag.strip_prefix(PREFIX) else {
        return Ok(Scalar::Text(text.to_owned()));
    };
    match short {
        "binary" => binary(text),
        "bool" | "int" | "float" | "null" | "timestamp" => tagged(short, text),
        _ => Ok(Scalar::Text(text.to_owned())),
    }
}

fn binary(text: &str) -> Result<Scalar, String> {
    super::base64::decode(text)
        .map(Scalar::Binary)
        .ok_or_else(|| "!!binary value contains invalid base64 data".to_owned())
}

/// A tag that names a type only admits what would be of that type without it, and an integer
/// where a float is asked for.
fn tagged(tag: &str, text: &str) -> Result<Scalar, String> {
    let value = untagged(text, tag == "timestamp");
    match (tag, value) {
        ("float", Scalar::Int(int)) => Ok(Scalar::Float(int as f64)),
        (tag, value) if tag == value.tag() => Ok(value),
        (tag, value) => Err(format!("cannot decode !!{} `{text}` as a !!{tag}", value.tag())),
    }
}

/// Go: yaml.v2 `resolve` without a tag. The first character decides what is tried at all.
fn untagged(text: &str, dates: bool) -> Scalar {
    let first = text.bytes().next().unwrap_or(b'~');
    if let Some(word) = word(text) {
        return word;
    }
    let number = match first {
        b'.' => number::float(text).map(Scalar::Float),
        b'0'..=b'9' | b'+' | b'-' if dates && timestamp::is_timestamp(text) => {
            Some(Scalar::Timestamp)
        }
        b'0'..=b'9' | b'+' | b'-' => numeric(&text.replace('_', "")),
        _ => None,
    };
    number.unwrap_or_else(|| Scalar::Text(text.to_owned()))
}

/// The words that are not text. `<<` is not one of them: it is special as a key only.
fn word(text: &str) -> Option<Scalar> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

fn numeric(text: &str) -> Option<Scalar> {
    if let Some(int) = number::int(text) {
        return Some(Scalar::Int(int));
    }
    if let Some(uint) = number::uint(text) {
        return Some(Scalar::Uint(uint));
    }
    if let Some(float) = number::float(text) {
        return Some(Scalar::Float(float));
    }
    number::signed_binary(text).map(Scalar::Int)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_of_yaml_1_1_are_not_text() {
        let plain = |text: &str| resolve(None, text, true).unwrap();
        assert_eq!(plain("y"), Scalar::Bool(true));
        assert_eq!(plain("Off"), Scalar::Bool(false));
        assert_eq!(plain(""), Scalar::Null);
        assert_eq!(plain("0777"), Scalar::Int(511));
        assert_eq!(plain("08"), Scalar::Float(8.0));
        assert_eq!(plain("1_0"), Scalar::Int(10));
        assert_eq!(plain("0b-1"), Scalar::Int(-1));
        assert_eq!(plain("18446744073709551615"), Scalar::Uint(u64::MAX));
        assert_eq!(plain("1e3"), Scalar::Float(1000.0));
        assert_eq!(plain(".5_0"), Scalar::Float(0.5));
        assert_eq!(plain("2020-01-01"), Scalar::Timestamp);
        for text in ["12:30:45", "<<", "1e999", "0x", "yEs", "_1", "1.2.3", "+", "."] {
            assert_eq!(plain(text), Scalar::Text(text.to_owned()), "{text}");
        }
        assert_eq!(resolve(None, "yes", false), Ok(Scalar::Text("yes".to_owned())));
    }

    #[test]
    fn a_tag_must_fit_what_stands_behind_it() {
        let tagged = |tag: &str, text: &str| resolve(Some(tag), text, false);
        assert_eq!(tagged("tag:yaml.org,2002:str", "1"), Ok(Scalar::Text("1".to_owned())));
        assert_eq!(tagged("tag:yaml.org,2002:float", "1"), Ok(Scalar::Float(1.0)));
        assert_eq!(tagged("!mine", "1"), Ok(Scalar::Text("1".to_owned())));
        assert_eq!(tagged("tag:yaml.org,2002:binary", "aGk="), Ok(Scalar::Binary(b"hi".to_vec())));
        assert_eq!(
            tagged("tag:yaml.org,2002:int", "abc").unwrap_err(),
            "cannot decode !!str `abc` as a !!int"
        );
    }
}
