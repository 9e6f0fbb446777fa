//! Times as Go's `time` reads and writes them.

use std::fmt;

use super::time_quote;

const SECOND: u64 = 1_000_000_000;
const MINUTE: u64 = 60 * SECOND;

/// A length of time in nanoseconds; it may be negative, as in Go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration(i64);

impl Duration {
    /// Returns `seconds` seconds.
    #[must_use]
    pub const fn seconds(seconds: u32) -> Self {
        Self(seconds as i64 * 1_000_000_000)
    }

    /// Reads a time (Go: `time.ParseDuration`): `30s`, `1h30m`, `1.5s`, `-5m`, `0`.
    ///
    /// # Errors
    /// Returns Go's message, such as `time: unknown unit "d" in duration "7d"`.
    ///
    /// # Examples
    /// ```
    /// use goyaml::go::Duration;
    ///
    /// assert_eq!(Duration::parse("1m30s"), Ok(Duration::seconds(90)));
    /// assert_eq!(Duration::parse("90").unwrap_err(), r#"time: missing unit in duration "90""#);
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        read(text).map(Self).map_err(|fault| fault.message(text))
    }

    /// Returns the time as the standard library has it; a negative one as none.
    #[must_use]
    pub fn to_std(self) -> std::time::Duration {
        std::time::Duration::from_nanos(u64::try_from(self.0).unwrap_or_default())
    }
}

enum DurationFault<'a> {
    Invalid,
    MissingUnit,
    UnknownUnit(&'a str),
}

impl DurationFault<'_> {
    fn message(&self, text: &str) -> String {
        let text = time_quote(text.as_bytes());
        match self {
            Self::Invalid => format!("time: invalid duration {text}"),
            Self::MissingUnit => format!("time: missing unit in duration {text}"),
            Self::UnknownUnit(unit) => {
                format!("time: unknown unit {} in duration {text}", time_quote(unit.as_bytes()))
            }
        }
    }
}

/// The magnitude of Go's least duration: one more than that of the greatest.
const LIMIT: u64 = 1 << 63;

fn read(text: &str) -> Result<i64, DurationFault<'_>> {
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(DurationFault::Invalid);
    }
    let mut total = 0;
    while !rest.is_empty() {
        // Both are at most LIMIT, so their sum fits 64 bits.
        total += part(&mut rest)?;
        if total > LIMIT {
            return Err(DurationFault::Invalid);
        }
    }
    if text.starts_with('-') {
        return Ok(0_i64.wrapping_sub_unsigned(total));
    }
    i64::try_from(total).map_err(|_| DurationFault::Invalid)
}

/// Cuts one `1.5h` off the beginning and returns its nanoseconds.
fn part<'a>(rest: &mut &'a str) -> Result<u64, DurationFault<'a>> {
    let whole = take(rest, |c| c.is_ascii_digit());
    let fraction = match rest.strip_prefix('.') {
        Some(after) => {
            *rest = after;
            take(rest, |c| c.is_ascii_digit())
        }
        None => "",
    };
    if whole.is_empty() && fraction.is_empty() {
        return Err(DurationFault::Invalid);
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().unwrap_or(u64::MAX) };
    if whole > LIMIT {
        return Err(DurationFault::Invalid);
    }
    let name = take(rest, |c| c != '.' && !c.is_ascii_digit());
    let unit = match name {
        "" => return Err(DurationFault::MissingUnit),
        name => unit(name).ok_or(DurationFault::UnknownUnit(name))?,
    };
    whole
        .checked_mul(unit)
        .and_then(|whole| whole.checked_add(share(fraction, unit)))
        .filter(|total| *total <= LIMIT)
        .ok_or(DurationFault::Invalid)
}

/// Cuts the longest beginning whose characters all fit.
fn take<'a>(rest: &mut &'a str, fits: impl Fn(char) -> bool) -> &'a str {
    let end = rest.find(|c| !fits(c)).unwrap_or(rest.len());
    let (head, tail) = rest.split_at(end);
    *rest = tail;
    head
}

/// Nanoseconds of a unit.
fn unit(name: &str) -> Option<u64> {
    Some(match name {
        "ns" => 1,
        // Go takes the micro sign and the Greek letter mu.
        "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
        "ms" => 1_000_000,
        "s" => SECOND,
        "m" => MINUTE,
        "h" => 60 * MINUTE,
        _ => return None,
    })
}

/// `0.fraction` of a unit, rounded down. Digits beyond the 18th are less than a nanosecond.
fn share(fraction: &str, unit: u64) -> u64 {
    let digits = &fraction[..fraction.len().min(18)];
    let scale = (0..digits.len()).fold(1_u128, |scale, _| scale * 10);
    let numerator: u128 = digits.parse().unwrap_or_default();
    u64::try_from(numerator * u128::from(unit) / scale).unwrap_or_default()
}

impl fmt::Display for Duration {
    /// Go: `Duration.String`, such as `1h30m0s`, `1.5s`, `250ms` or `0s`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let nanoseconds = self.0.unsigned_abs();
        let in_unit = |unit| decimal(nanoseconds, unit);
        match nanoseconds {
            0 => out.write_str("0s"),
            1..1_000 => write!(out, "{sign}{nanoseconds}ns"),
            1_000..1_000_000 => write!(out, "{sign}{}\u{b5}s", in_unit(1_000)),
            1_000_000..1_000_000_000 => write!(out, "{sign}{}ms", in_unit(1_000_000)),
            _ => {
                let (minutes, rest) = (nanoseconds / MINUTE, nanoseconds % MINUTE);
                let seconds = decimal(rest, SECOND);
                match (minutes / 60, minutes % 60) {
                    (0, 0) => write!(out, "{sign}{seconds}s"),
                    (0, minutes) => write!(out, "{sign}{minutes}m{seconds}s"),
                    (hours, minutes) => write!(out, "{sign}{hours}h{minutes}m{seconds}s"),
                }
            }
        }
    }
}

/// `amount / unit` as a decimal without trailing zeros; `unit` is a power of ten.
fn decimal(amount: u64, unit: u64) -> String {
    let digits = unit.ilog10() as usize;
    let text = format!("{}.{:0digits$}", amount / unit, amount % unit);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
