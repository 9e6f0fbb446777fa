//! Numbers, literals and `\u` escapes.

/// Returns the length of the number or literal at the beginning of `text`, if there is one.
///
/// Numbers that no 64-bit float holds (`1e999`) are grammar all the same; serde_json refuses them
/// as values, so they are refused here too.
#[inline]
pub(super) fn scalar_length(text: &[u8]) -> Option<usize> {
    match text.first()? {
        b't' => text.starts_with(b"true").then_some(4),
        b'f' => text.starts_with(b"false").then_some(5),
        b'n' => text.starts_with(b"null").then_some(4),
        _ => number_length(text),
    }
}

#[inline]
fn number_length(text: &[u8]) -> Option<usize> {
    let mut at = usize::from(text.first() == Some(&b'-'));
    let whole = digits(text, at);
    if whole == at || (text[at] == b'0' && whole != at + 1) {
        return None;
    }
    at = whole;
    let mut float = false;
    if text.get(at) == Some(&b'.') {
        float = true;
        let end = digits(text, at + 1);
        if end == at + 1 {
            return None;
        }
        at = end;
    }
    if let Some(b'e' | b'E') = text.get(at) {
        float = true;
        let sign = usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        let end = digits(text, at + 1 + sign);
        if end == at + 1 + sign {
            return None;
        }
        at = end;
    }
    if (float || at > MANY_DIGITS) && !finite(&text[..at]) {
        return None;
    }
    Some(at)
}

/// A number this long may be infinite as a float.
const MANY_DIGITS: usize = 300;

fn finite(number: &[u8]) -> bool {
    let text = str::from_utf8(number).unwrap_or_default();
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

#[inline]
fn digits(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

/// Returns the code unit that four hexadecimal digits name.
#[inline]
pub(super) fn unicode_escape(text: &[u8]) -> Option<u16> {
    let mut unit = 0_u16;
    for byte in text.get(..4)? {
        unit = unit << 4 | u16::try_from(char::from(*byte).to_digit(16)?).ok()?;
    }
    Some(unit)
}
