//! Points in time as people type them.

use audit_log::time::{SECOND, micros};

/// A point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// In microseconds since 1970.
    At(i64),
    /// So many microseconds ago.
    Ago(i64),
}

impl Moment {
    /// Returns it in microseconds since 1970.
    #[must_use]
    pub fn resolve(self, now: i64) -> i64 {
        match self {
            Self::At(time) => time,
            Self::Ago(time) => now.saturating_sub(time),
        }
    }
}

/// Reads `10m`, `2026-11-28`, `2026-11-28T10:00`, or RFC 3339; without a zone it is UTC.
///
/// # Errors
///
/// It is none of these: what it could be.
pub fn moment(text: &str) -> Result<Moment, String> {
    if let Some(ago) = ago(text) {
        return Ok(Moment::Ago(ago));
    }
    let full = match text.len() {
        10 => format!("{text}T00:00:00Z"),
        16 => format!("{text}:00Z"),
        19 => format!("{text}Z"),
        _ => text.to_owned(),
    };
    let time = micros(full.as_bytes()).map(Moment::At);
    time.ok_or_else(|| "such as 10m, 2h30m, 2026-11-28, 2026-11-28T10:00 or RFC 3339".to_owned())
}

/// Reads a duration such as `1d2h30m10s`, in microseconds.
fn ago(text: &str) -> Option<i64> {
    let mut total = 0_i64;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|character: char| !character.is_ascii_digit())?;
        let number: i64 = rest.get(..digits)?.parse().ok()?;
        let seconds = match rest.as_bytes().get(digits)? {
            b's' => 1,
            b'm' => 60,
            b'h' => 3600,
            b'd' => 86_400,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(seconds * SECOND)?)?;
        rest = rest.get(digits + 1..)?;
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_type_them() {
        assert_eq!(moment("1h30m"), Ok(Moment::Ago(5400 * SECOND)));
        assert_eq!(moment("1970-01-01T00:01"), Ok(Moment::At(60 * SECOND)));
        assert_eq!(moment("1970-01-02"), Ok(Moment::At(86_400 * SECOND)));
        for wrong in ["", "10", "10x", "yesterday", "2026-13-01"] {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
    }
}
