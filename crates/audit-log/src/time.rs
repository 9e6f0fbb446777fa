//! Timestamps as the API server writes them, in microseconds since 1970.

/// Microseconds of a second.
pub const SECOND: i64 = 1_000_000;

/// Returns the time that RFC 3339 text names, in microseconds since 1970; digits below a
/// microsecond are dropped. `None` for anything else.
#[must_use]
#[inline]
pub fn micros(text: &[u8]) -> Option<i64> {
    if text.len() < 20 || text[4] != b'-' || text[7] != b'-' || text[13] != b':' || text[16] != b':'
    {
        return None;
    }
    let separated = matches!(text[10], b'T' | b't' | b' ');
    let (year, month) = (number(&text[..4])?, number(&text[5..7])?);
    let (day, hour) = (number(&text[8..10])?, number(&text[11..13])?);
    let (minute, second) = (number(&text[14..16])?, number(&text[17..19])?);
    if !separated || !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 {
        return None;
    }
    let (fraction, zone) = fraction(&text[19..]);
    let offset = match zone {
        b"Z" | b"z" => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let minutes = number(&[*h1, *h2])? * 60 + number(&[*m1, *m2])?;
            if *sign == b'+' { minutes } else { -minutes }
        }
        _ => return None,
    };
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + (minute - offset) * 60 + second;
    Some(seconds * SECOND + fraction)
}

#[inline]
fn number(digits: &[u8]) -> Option<i64> {
    let mut value = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(digit - b'0');
    }
    Some(value)
}

/// Returns the microseconds after the seconds, and what follows them.
#[inline]
fn fraction(text: &[u8]) -> (i64, &[u8]) {
    let [b'.', rest @ ..] = text else { return (0, text) };
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let digit =
        |at: usize| rest.get(at).filter(|_| at < count).map_or(0, |byte| i64::from(byte - b'0'));
    ((0..6).fold(0, |value, at| value * 10 + digit(at)), &rest[count..])
}

/// Days from 1970 to a date of the Gregorian calendar (Howard Hinnant's `days_from_civil`).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Writes a time as `2026-11-01T00:00:00.008119Z`.
#[must_use]
pub fn rfc3339(micros: i64) -> String {
    let (seconds, fraction) = (micros.div_euclid(SECOND), micros.rem_euclid(SECOND));
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let part = (5 * of_year + 2) / 153;
    let day = of_year - (153 * part + 2) / 5 + 1;
    let month = if part < 10 { part + 3 } else { part - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction:06}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written() {
        for text in [
            "1970-01-01T00:00:00.000000Z",
            "2026-11-01T00:00:00.008119Z",
            "2024-02-29T23:59:59.999999Z",
        ] {
            assert_eq!(rfc3339(micros(text.as_bytes()).unwrap()), text);
        }
        assert_eq!(micros(b"1970-01-01T01:00:01+01:00"), Some(SECOND));
        assert_eq!(micros(b"1970-01-01T00:00:00.1234567Z"), Some(123_456));
        for text in [
            "",
            "2026-11-01",
            "2026-13-01T00:00:00Z",
            "2026-11-01T00:00:00",
            "x026-11-01T00:00:00Z",
        ] {
            assert_eq!(micros(text.as_bytes()), None, "{text}");
        }
    }
}
