//! Arguments that several commands take: a version, and which findings make the exit code 1.

use clap::ValueEnum;

use audit_policy::api::Version;
use audit_policy::finding::Severity;

/// Reads a version whose rules are known.
pub(super) fn version(text: &str) -> Result<Version, String> {
    let known = || format!("the rules of 1.24 to {} are known", Version::NEWEST);
    let version = Version::parse(text).ok_or_else(known)?;
    if version == version.nearest_supported() { Ok(version) } else { Err(known()) }
}

/// What makes the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum FailOn {
    /// Errors
    #[default]
    Error,
    /// Warnings and errors
    Warning,
    /// Anything
    Info,
    /// Nothing
    Never,
}

impl FailOn {
    /// Whether findings of which the worst is this bad make the exit code 1.
    pub(super) fn includes(self, worst: Option<Severity>) -> bool {
        let least = match self {
            Self::Never => return false,
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Info => Severity::Info,
        };
        worst.is_some_and(|worst| worst >= least)
    }
}
