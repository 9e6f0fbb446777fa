//! Numbers as Go reads and writes them.

use std::fmt::Display;

/// Reads a signed integer with an optional prefix for its base (Go: `strconv.ParseInt(s, 0, 64)`
/// after underscores are gone).
pub(super) fn int(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let magnitude = i128::from(uint(digits)?);
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// Reads an unsigned integer with an optional prefix for its base (Go: `strconv.ParseUint(s, 0,
/// 64)`). A leading zero alone means octal.
pub(super) fn uint(text: &str) -> Option<u64> {
    let (digits, radix) = match text.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (&text[2..], 16),
        [b'0', b'o' | b'O', _, ..] => (&text[2..], 8),
        [b'0', b'b' | b'B', _, ..] => (&text[2..], 2),
        [b'0', _, ..] => (&text[1..], 8),
        _ => (text, 10),
    };
    digits_only(digits, radix)
}

/// Reads what is left of go-yaml's own binary numbers when the rules above are through: a sign
/// after the prefix, as in `0b-1`.
pub(super) fn signed_binary(text: &str) -> Option<i64> {
    let digits = text.strip_prefix("0b")?;
    let (negative, digits) = match digits.as_bytes().first()? {
        b'-' => (true, &digits[1..]),
        b'+' => (false, &digits[1..]),
        _ => return None,
    };
    let magnitude = i128::from(digits_only(digits, 2)?);
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// `from_str_radix` alone would admit a sign.
fn digits_only(text: &str, radix: u32) -> Option<u64> {
    let first = text.chars().next()?;
    first.is_digit(radix).then(|| u64::from_str_radix(text, radix).ok()).flatten()
}

/// Says whether `text` is a decimal number with a point or an exponent, or neither; a sign may
/// is before it.
fn looks_like_float(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let whole_mantissa = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && digits(fraction),
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => !mantissa.is_empty() && digits(mantissa),
    };
    let whole_exponent = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    whole_mantissa && whole_exponent
}

/// Reads a decimal number (Go: `strconv.ParseFloat`), in which an underscore may be between two
/// digits; one too large is none.
pub(super) fn float(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let underscores_fit = bytes
        .iter()
        .enumerate()
        .all(|(at, byte)| *byte != b'_' || (at > 0 && is_digit(at - 1) && is_digit(at + 1)));
    let text = text.replace('_', "");
    if !underscores_fit || !looks_like_float(&text) {
        return None;
    }
    text.parse().ok().filter(|float: &f64| float.is_finite())
}

/// Writes a float as Go's `encoding/json` does: the shortest digits that mean it, with an exponent
/// only where it is very large or very small.
pub(super) fn json_float(float: f64) -> String {
    if float.is_nan() {
        return "NaN".to_owned();
    }
    if float.is_infinite() {
        return if float > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let magnitude = float.abs();
    if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        return exponential(&format!("{float:e}"), 1);
    }
    format!("{float}")
}

/// Writes a float as sigs.k8s.io/yaml does when it is the key of a mapping (Go:
/// `strconv.FormatFloat(f, 'g', -1, 32)`): in single precision.
pub(super) fn key_float(float: f64) -> String {
    let single = float as f32;
    if single.is_nan() {
        return ".nan".to_owned();
    }
    if single.is_infinite() {
        return if single > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    general(&single, &format!("{single:e}"), 6)
}

/// Writes a float with the shortest digits, with an exponent if that is below -4 or from `limit`
/// on (Go's verb `g`). `scientific` is how Rust writes it with an exponent.
pub(super) fn general(float: &dyn Display, scientific: &str, limit: i32) -> String {
    let exponent: i32 = scientific.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0);
    if (-4..limit).contains(&exponent) { float.to_string() } else { exponential(scientific, 2) }
}

/// Turns Rust's `1.5e-7` into Go's form: a sign always, and at least `width` digits.
fn exponential(rust: &str, width: usize) -> String {
    let (mantissa, exponent) = rust.split_once('e').unwrap_or((rust, "0"));
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{digits:0>width$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_as_go_writes_them() {
        let cases = [(1.0, "1"), (-0.0, "-0"), (1.5, "1.5"), (1e20, "100000000000000000000")];
        for (float, text) in cases {
            assert_eq!(json_float(float), text);
        }
        assert_eq!(json_float(1e21), "1e+21");
        assert_eq!(json_float(1.5e-7), "1.5e-7");
        assert_eq!(json_float(1e-6), "0.000001");
        assert_eq!(key_float(1e-5), "1e-05");
        assert_eq!(key_float(1.5), "1.5");
        assert_eq!(key_float(16_777_217.0), "1.6777216e+07");
        assert_eq!(key_float(123_456.0), "123456");
    }
}
