//! Versions of the API server.

use std::fmt;

/// A minor version of the API server, such as 1.31.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    minor: u16,
}

impl Version {
    /// The oldest version whose rules are known here.
    pub const OLDEST: Self = Self::minor(24);
    /// The newest version whose rules are known here.
    pub const NEWEST: Self = Self::minor(37);

    /// Returns version `1.minor`.
    #[must_use]
    pub const fn minor(minor: u16) -> Self {
        Self { minor }
    }

    /// Returns every version whose rules are known here, oldest first.
    pub fn supported() -> impl DoubleEndedIterator<Item = Self> {
        (Self::OLDEST.minor..=Self::NEWEST.minor).map(Self::minor)
    }

    /// Reads `1.31`, `v1.31`, `1.31.4` or `v1.31.4-rc.0+build`; `None` if it is none of these.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let rest = text.strip_prefix("1.")?;
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (minor, rest) = rest.split_at(end);
        let well_formed = rest.is_empty() || rest.starts_with(['.', '-', '+', '_']);
        well_formed.then(|| minor.parse().ok().map(Self::minor)).flatten()
    }

    /// Returns the nearest version whose rules are known here.
    #[must_use]
    pub fn nearest_supported(self) -> Self {
        self.clamp(Self::OLDEST, Self::NEWEST)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "1.{}", self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn image_tags_are_read_with_and_without_decoration() {
        for text in ["1.31", "v1.31", "v1.31.4", "1.31.4-rc.0", "v1.31.4_vmware.1", "v1.31.0+k3s1"]
        {
            assert_eq!(Version::parse(text), Some(Version::minor(31)), "{text}");
        }
        for text in ["", "latest", "v2.0", "1.", "1.x", "sha256", "1.31x"] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }
}
