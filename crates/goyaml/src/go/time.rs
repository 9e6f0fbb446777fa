//! Points in time in `metadata`, which nobody reads but which must be right.

use super::time_quote as quote;

const LAYOUT: &str = "2006-01-02T15:04:05Z07:00";

/// Checks a time in the form of RFC 3339 (Go: `time.Parse`).
///
/// # Errors
///
/// Returns Go's words.
pub fn check(text: &str) -> Result<(), String> {
    TimeReader { text, rest: text.as_bytes() }.read()
}

struct TimeReader<'a> {
    text: &'a str,
    rest: &'a [u8],
}

impl TimeReader<'_> {
    fn read(&mut self) -> Result<(), String> {
        let year = self.year()?;
        self.separator("-")?;
        let month = self.number("01", 2)?;
        if !(1..=12).contains(&month) {
            return Err(self.out_of_range("month"));
        }
        self.separator("-")?;
        let day = self.number("02", 2)?;
        self.separator("T")?;
        self.clock()?;
        self.zone()?;
        if !self.rest.is_empty() {
            let extra = format!("extra text: {}", quote(self.rest));
            return Err(format!("parsing time {}: {extra}", quote(self.text.as_bytes())));
        }
        if day == 0 || day > days(year, month) {
            return Err(self.out_of_range("day"));
        }
        Ok(())
    }

    fn year(&mut self) -> Result<u32, String> {
        match self.rest.split_at_checked(4) {
            Some((digits, rest)) if digits.iter().all(u8::is_ascii_digit) => {
                self.rest = rest;
                Ok(value(digits))
            }
            _ => Err(self.cannot_parse(self.rest, "2006")),
        }
    }

    fn clock(&mut self) -> Result<(), String> {
        if self.number("15", 1)? >= 24 {
            return Err(self.out_of_range("hour"));
        }
        self.separator(":")?;
        if self.number("04", 2)? >= 60 {
            return Err(self.out_of_range("minute"));
        }
        self.separator(":")?;
        if self.number("05", 2)? >= 60 {
            return Err(self.out_of_range("second"));
        }
        if let [b'.' | b',', fraction @ ..] = self.rest {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits > 0 {
                self.rest = &fraction[digits..];
            }
        }
        Ok(())
    }

    fn zone(&mut self) -> Result<(), String> {
        if let [b'Z', rest @ ..] = self.rest {
            self.rest = rest;
            return Ok(());
        }
        let hold = self.rest;
        let bad = |reader: &Self| Err(reader.cannot_parse(hold, "Z07:00"));
        let [sign, h1, h2, b':', m1, m2, rest @ ..] = self.rest else { return bad(self) };
        self.rest = rest;
        let part = |digits: [u8; 2]| digits.iter().all(u8::is_ascii_digit).then(|| value(&digits));
        let hour = part([*h1, *h2]);
        let minute = hour.and_then(|_| part([*m1, *m2]));
        if hour.is_some_and(|hour| hour > 24) {
            return Err(self.out_of_range("time zone offset hour"));
        }
        if minute.is_some_and(|minute| minute > 60) {
            return Err(self.out_of_range("time zone offset minute"));
        }
        if minute.is_none() || !matches!(sign, b'+' | b'-') {
            return bad(self);
        }
        Ok(())
    }

    /// Reads a number of at least `least` and at most two digits.
    fn number(&mut self, element: &str, least: usize) -> Result<u32, String> {
        let digits = self.rest.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
        if digits < least {
            return Err(self.cannot_parse(self.rest, element));
        }
        let (digits, rest) = self.rest.split_at(digits);
        self.rest = rest;
        Ok(value(digits))
    }

    fn separator(&mut self, separator: &str) -> Result<(), String> {
        match self.rest.strip_prefix(separator.as_bytes()) {
            Some(rest) => {
                self.rest = rest;
                Ok(())
            }
            None => Err(self.cannot_parse(self.rest, separator)),
        }
    }

    fn cannot_parse(&self, found: &[u8], element: &str) -> String {
        let text = quote(self.text.as_bytes());
        format!(
            "parsing time {text} as \"{LAYOUT}\": cannot parse {} as \"{element}\"",
            quote(found)
        )
    }

    fn out_of_range(&self, what: &str) -> String {
        format!("parsing time {}: {what} out of range", quote(self.text.as_bytes()))
    }
}

fn value(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'))
}

fn days(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_time_is_said_in_gos_words() {
        assert_eq!(check("2020-02-29T23:59:59.5+01:00"), Ok(()));
        assert_eq!(check("2020-01-01T1:00:00Z"), Ok(()));
        let cases = [
            (
                "foo",
                r#"parsing time "foo" as "2006-01-02T15:04:05Z07:00": cannot parse "foo" as "2006""#,
            ),
            (
                "2020-01",
                r#"parsing time "2020-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "-""#,
            ),
            ("2020-13-01", r#"parsing time "2020-13-01": month out of range"#),
            ("2021-02-29T00:00:00Z", r#"parsing time "2021-02-29T00:00:00Z": day out of range"#),
            (
                "2020-01-01T00:00:00Zé",
                r#"parsing time "2020-01-01T00:00:00Z\xc3\xa9": extra text: "\xc3\xa9""#,
            ),
        ];
        for (text, words) in cases {
            assert_eq!(check(text).unwrap_err(), words);
        }
    }
}
