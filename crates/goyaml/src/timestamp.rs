//! Dates as go-yaml v2 recognizes them.

/// Says whether `text` is a date, or a date and a time, of one of the forms go-yaml knows (Go:
/// yaml.v2 `parseTimestamp`). What it means does not matter: nobody asks for a date.
pub(super) fn is_timestamp(text: &str) -> bool {
    let Some((year, rest)) = text.split_once('-') else { return false };
    if year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let Some((year, (date, rest))) = year.parse().ok().zip(month_and_day(rest)) else {
        return false;
    };
    if !is_date(year, date) {
        return false;
    }
    match rest.as_bytes().first() {
        None => true,
        Some(b'T' | b't') => clock(&rest[1..]).is_some_and(is_zone),
        Some(b' ') => clock(rest.trim_start_matches(' ')).is_some_and(str::is_empty),
        Some(_) => false,
    }
}

fn month_and_day(text: &str) -> Option<((u32, u32), &str)> {
    let (month, rest) = number(text)?;
    let (day, rest) = number(rest.strip_prefix('-')?)?;
    Some(((month, day), rest))
}

fn is_date(year: u32, (month, day): (u32, u32)) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// Reads hours, minutes, seconds and a fraction; returns what follows.
fn clock(text: &str) -> Option<&str> {
    let (hour, rest) = number(text)?;
    let (minute, rest) = number(rest.strip_prefix(':')?)?;
    let (second, rest) = number(rest.strip_prefix(':')?)?;
    (hour < 24 && minute < 60 && second < 60).then(|| without_fraction(rest))
}

fn without_fraction(text: &str) -> &str {
    match text.strip_prefix(['.', ',']) {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => {
            rest.trim_start_matches(|c: char| c.is_ascii_digit())
        }
        _ => text,
    }
}

fn is_zone(text: &str) -> bool {
    match text.as_bytes() {
        [b'Z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => {
            [h1, h2, m1, m2].iter().all(|byte| byte.is_ascii_digit())
                && two(*h1, *h2) <= 24
                && two(*m1, *m2) <= 60
        }
        _ => false,
    }
}

fn two(tens: u8, ones: u8) -> u8 {
    (tens - b'0') * 10 + (ones - b'0')
}

/// Reads a number of one or two digits.
fn number(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    number.parse().ok().map(|number| (number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_do_not_exist_are_no_dates() {
        for text in
            ["2020-02-29", "2020-1-2", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43"]
        {
            assert!(is_timestamp(text), "{text}");
        }
        for text in ["2021-02-29", "2020-13-01", "20-01-01", "2020-01-01T00:00:00", "2020-01-01x"] {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}
