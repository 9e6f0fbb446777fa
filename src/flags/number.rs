//! Numbers and truth values as Go's `strconv` reads them.
//!
//! Each function returns the value or Go's error message.

use goyaml::go;

/// Why a text is no number of the wanted kind.
enum NumberFault {
    Syntax,
    Range,
}

impl NumberFault {
    fn message(&self, function: &str, text: &str) -> String {
        let why = match self {
            Self::Syntax => "invalid syntax",
            Self::Range => "value out of range",
        };
        format!("strconv.{function}: parsing {}: {why}", go::quote(text))
    }
}

/// Reads a whole number (Go: `strconv.ParseInt(text, 0, 64)`): decimal, `0x1f`, `0o17`, `017` or
/// `0b11`, with a `_` between digits.
pub(super) fn int(text: &str) -> Result<i64, String> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let size = magnitude(unsigned).and_then(|size| {
        let signed = i128::from(size) * if text.starts_with('-') { -1 } else { 1 };
        i64::try_from(signed).map_err(|_| NumberFault::Range)
    });
    size.map_err(|fault| fault.message("ParseInt", text))
}

fn magnitude(text: &str) -> Result<u64, NumberFault> {
    let (base, digits) = match text.as_bytes() {
        [] => return Err(NumberFault::Syntax),
        [b'0', b'x' | b'X', _, ..] => (16, &text[2..]),
        [b'0', b'o' | b'O', _, ..] => (8, &text[2..]),
        [b'0', b'b' | b'B', _, ..] => (2, &text[2..]),
        [b'0', ..] => (8, &text[1..]),
        _ => (10, text),
    };
    let mut size: u64 = 0;
    for c in digits.chars().filter(|c| *c != '_') {
        let digit = c.to_digit(base).ok_or(NumberFault::Syntax)?;
        size = size
            .checked_mul(base.into())
            .and_then(|size| size.checked_add(digit.into()))
            .ok_or(NumberFault::Range)?;
    }
    let separated = !text.starts_with('_') && !text.ends_with('_') && !text.contains("__");
    if separated { Ok(size) } else { Err(NumberFault::Syntax) }
}

/// Reads a truth value (Go: `strconv.ParseBool`).
pub(super) fn bool(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(NumberFault::Syntax.message("ParseBool", text)),
    }
}

/// Reads a decimal number (Go: `strconv.ParseFloat(text, 32)`).
///
/// Hexadecimal numbers and digits separated by `_`, which Go takes too, are refused here: the only
/// flags of this kind are rates.
pub(super) fn float32(text: &str) -> Result<f32, String> {
    let fail = |fault: NumberFault| fault.message("ParseFloat", text);
    let number: f32 = text.parse().map_err(|_| fail(NumberFault::Syntax))?;
    let unsigned = text.trim_start_matches(['+', '-']);
    if number.is_nan() && unsigned != text {
        return Err(fail(NumberFault::Syntax));
    }
    if number.is_infinite() && !unsigned.starts_with(['i', 'I']) {
        return Err(fail(NumberFault::Range));
    }
    Ok(number)
}
