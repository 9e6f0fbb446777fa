//! What a field of an event is compared with: texts with stars, HTTP statuses, networks.

use std::fmt;
use std::net::IpAddr;

use crate::text::JsonText;

/// A text to compare with: `*` stands for any text, a leading `!` for anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    not: bool,
    wild: bool,
}

impl Pattern {
    /// Returns the pattern that is written like this.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let (not, text) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        Self { text: text.to_owned(), not, wild: text.contains('*') }
    }

    fn takes(&self, value: JsonText<'_>) -> bool {
        if self.wild { wild(&self.text, &value.decode()) } else { value.is(&self.text) }
    }
}

/// Says whether a text is what a pattern with stars stands for.
fn wild(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.len() >= last.len() && rest.ends_with(last)
}

/// Any of some patterns, and none of the negated ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patterns(Vec<Pattern>);

impl Patterns {
    /// Returns the patterns that are written like this; texts with commas are several.
    pub fn new<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let parts = texts.into_iter().flat_map(|text| text.split(','));
        Self(parts.filter(|part| !part.is_empty()).map(Pattern::new).collect())
    }

    /// Says whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Says whether any of these texts is meant.
    #[must_use]
    pub fn take(&self, values: &[JsonText<'_>]) -> bool {
        let any = |pattern: &Pattern| values.iter().any(|value| pattern.takes(*value));
        let mut wanted = self.0.iter().filter(|pattern| !pattern.not).peekable();
        (wanted.peek().is_none() || wanted.any(any))
            && !self.0.iter().filter(|pattern| pattern.not).any(any)
    }

    /// The one text that is meant, if there is one.
    pub(crate) fn exact(&self) -> Option<&str> {
        match &self.0[..] {
            [Pattern { text, not: false, wild: false }] => Some(text),
            _ => None,
        }
    }
}

/// An HTTP status: `403`, `4xx`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Codes {
    pub(crate) from: i32,
    pub(crate) to: i32,
    pub(crate) not: bool,
}

/// Something that a filter cannot be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterError(pub String);

impl fmt::Display for FilterError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for FilterError {}

impl std::str::FromStr for Codes {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        let (not, text) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
        let digits = text.trim_end_matches(['x', 'X']);
        let many = 10_i32.pow(u32::try_from(text.len() - digits.len()).unwrap_or(9).min(9));
        match digits.parse::<i32>() {
            Ok(first) if text.len() == 3 => {
                Ok(Self { from: first * many, to: (first + 1) * many - 1, not })
            }
            _ => Err(FilterError(format!("`{text}` is no HTTP status such as 403 or 4xx"))),
        }
    }
}

/// An address or a network: `10.0.0.1`, `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl std::str::FromStr for Network {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        let wrong = || FilterError(format!("`{text}` is no address or network such as 10.0.0.0/8"));
        let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| wrong())?;
        if bits > most { Err(wrong()) } else { Ok(Self { address, bits }) }
    }
}

impl Network {
    /// Says whether an address is in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(mine), IpAddr::V4(other)) => {
                self.bits == 0 || (mine.to_bits() ^ other.to_bits()) >> (32 - self.bits) == 0
            }
            (IpAddr::V6(mine), IpAddr::V6(other)) => {
                self.bits == 0 || (mine.to_bits() ^ other.to_bits()) >> (128 - self.bits) == 0
            }
            _ => false,
        }
    }
}
