//! Base64 as Go's standard encoding reads it.

/// Returns the bytes, or `None` if `text` is not padded base64. Line breaks are skipped wherever
/// they stand (Go: `base64.StdEncoding.DecodeString`).
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let body: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    if !body.len().is_multiple_of(4) {
        return None;
    }
    let groups = body.len() / 4;
    let mut bytes = Vec::with_capacity(groups * 3);
    for (index, group) in body.chunks_exact(4).enumerate() {
        let digits = group.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
        if digits < 2 || (digits < 4 && index + 1 < groups) {
            return None;
        }
        let mut bits = 0_u32;
        for byte in &group[..digits] {
            bits = bits << 6 | digit(*byte)?;
        }
        bits <<= 6 * (4 - digits);
        bytes.extend_from_slice(&bits.to_be_bytes()[1..digits]);
    }
    Some(bytes)
}

fn digit(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_stands_at_the_end_only() {
        assert_eq!(decode("").as_deref(), Some(&b""[..]));
        assert_eq!(decode("aGVs\nbG8=").as_deref(), Some(&b"hello"[..]));
        assert_eq!(decode("aA==").as_deref(), Some(&b"h"[..]));
        for wrong in ["aA=", "aA", "a===", "aA==aA==", "a-==", "aGVs "] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
