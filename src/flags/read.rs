//! Reading values as the server reads its command line (Go: `pflag`).

use audit_policy::api::Version;
use goyaml::go::{self, Duration};

use super::table::FlagTarget;
use super::{AuditOptions, Flag, number};

/// The server cannot read a flag and ends before it does anything.
///
/// The message is the server's own, which it prints after `Error: `.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlagError {
    /// There is no such flag. [`Flag::nearest`] may know which one is meant.
    #[error("unknown flag: --{name}")]
    Unknown {
        /// The name as it was given, without leading dashes.
        name: String,
    },
    /// The flag is alone but needs a value.
    #[error("flag needs an argument: --{name}")]
    NeedsArgument {
        /// The name as it was given, without leading dashes.
        name: String,
    },
    /// The value is not of the kind the flag takes.
    #[error("invalid argument {} for \"--{name}\" flag: {cause}", go::quote(value))]
    Invalid {
        /// The name of the flag.
        name: &'static str,
        /// The value as it was given.
        value: String,
        /// Go's message, such as `strconv.ParseInt: parsing "7d": invalid syntax`.
        cause: String,
    },
}

impl AuditOptions {
    /// Reads flags in the order in which they are given; the last of several with the same name
    /// counts. A name is given without leading dashes, a flag that is alone without a value.
    ///
    /// Flags that do not begin with `audit` are another part of the server's business and passed
    /// over, but for those that are an audit flag without that word.
    ///
    /// # Errors
    /// Returns the first error, as the server does.
    pub fn read<'a>(
        version: Version,
        flags: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
    ) -> Result<Self, FlagError> {
        let mut options = Self::defaults(version);
        for (name, value) in flags {
            if name.starts_with("audit-") || name.starts_with("audit_") {
                options.set(name, value)?;
            } else if Flag::find(&format!("audit-{name}")).is_some() {
                // The API server has no flag with the rest of one of these names alone.
                return Err(FlagError::Unknown { name: name.to_owned() });
            }
        }
        Ok(options)
    }

    /// Sets one flag, given without leading dashes; `None` if it is alone.
    ///
    /// # Errors
    /// Returns the server's error for an unknown flag and for a value it cannot read; all values
    /// are then as before.
    pub fn set(&mut self, name: &str, value: Option<&str>) -> Result<(), FlagError> {
        let flag = Flag::find(name).ok_or_else(|| FlagError::Unknown { name: name.to_owned() })?;
        let value = value
            .or(flag.is_switch().then_some("true"))
            .ok_or_else(|| FlagError::NeedsArgument { name: name.to_owned() })?;
        self.assign(flag.field, value).map_err(|cause| FlagError::Invalid {
            name: flag.name,
            value: value.to_owned(),
            cause,
        })
    }

    fn assign(&mut self, field: FlagTarget, value: &str) -> Result<(), String> {
        match field {
            FlagTarget::String(field) => value.clone_into(field(self)),
            FlagTarget::Bool(field) => *field(self) = number::bool(value)?,
            FlagTarget::Int(field) | FlagTarget::Int64(field) => *field(self) = number::int(value)?,
            FlagTarget::Float32(field) => *field(self) = number::float32(value)?,
            FlagTarget::Duration(field) => *field(self) = Duration::parse(value)?,
        }
        Ok(())
    }
}
