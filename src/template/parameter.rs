//! What can be set in a template, and which values that takes.

use super::TemplateError;

/// The value that stands for the namespaces of the system that a cluster has.
pub const CLUSTER: &str = "@cluster";

/// Something about a template that can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// The key in `--set key=value`.
    pub name: &'static str,
    /// What values there are.
    pub takes: ParameterType,
    /// What it is for, in one sentence without a full stop.
    pub help: &'static str,
}

/// What values a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterType {
    /// Namespaces, separated by commas; at least one.
    Namespaces,
    /// Names of objects, separated by commas; at least one.
    Names,
    /// One of these words. The first is the default.
    OneOf(&'static [&'static str]),
}

impl Parameter {
    /// Returns the names or the word that a value means.
    ///
    /// # Errors
    /// Refuses a value that the parameter does not take.
    pub fn read(&self, value: &str) -> Result<Vec<String>, TemplateError> {
        let parameter = self.name;
        if let ParameterType::OneOf(words) = self.takes {
            if words.contains(&value) {
                return Ok(vec![value.to_owned()]);
            }
            return Err(TemplateError::InvalidWord { parameter, value: value.to_owned(), words });
        }
        if value == CLUSTER && self.takes == ParameterType::Namespaces {
            return Err(TemplateError::NotLookedUp { parameter });
        }
        let names: Vec<&str> =
            value.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        if names.is_empty() {
            return Err(TemplateError::Empty { parameter });
        }
        match names.iter().find(|name| !self.takes.allows(name)) {
            Some(wrong) => {
                Err(TemplateError::InvalidName { parameter, value: (*wrong).to_owned() })
            }
            None => Ok(names.into_iter().map(str::to_owned).collect()),
        }
    }
}

impl ParameterType {
    /// Whether an object can have that name (RFC 1123 label or subdomain).
    fn allows(self, name: &str) -> bool {
        let label = |label: &str| {
            label.bytes().all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'-'))
                && !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        match self {
            Self::Namespaces => label(name) && name.len() <= 63,
            Self::Names => name.split('.').all(label) && name.len() <= 253,
            Self::OneOf(words) => words.contains(&name),
        }
    }
}

pub(super) const DECKHOUSE: &[Parameter] = &[
    Parameter {
        name: "system-namespaces",
        takes: ParameterType::Namespaces,
        help: "Namespaces of the system: their changes, and what their service accounts do, are \
               recorded",
    },
    Parameter {
        name: "leader-election",
        takes: ParameterType::Names,
        help: "ConfigMaps that serve as locks, whose use is left out",
    },
    Parameter {
        name: "leader-election-namespaces",
        takes: ParameterType::Namespaces,
        help: "Namespaces in which these locks are left out",
    },
    Parameter {
        name: "drop-probes",
        takes: ParameterType::OneOf(&["false", "true"]),
        help: "Whether health checks without a user are left out",
    },
    Parameter {
        name: "system-sa-verbs",
        takes: ParameterType::OneOf(&["all", "writes"]),
        help: "Whether reads of service accounts of the system are recorded too, or changes only",
    },
];
