//! Events out of what log services and tools put around them.

mod document;
mod gke;
mod json;
mod legacy;
mod prefix;
mod shape;

pub(crate) use document::{DocumentPart, ListDocument};
pub(crate) use json::unwrap;
pub(crate) use legacy::legacy;
pub(crate) use prefix::{Prefix, prefix};
pub use shape::FormRefusal;
pub(crate) use shape::{LogShape, shape};

/// A form in which events come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Form {
    /// A line of the API server's log backend.
    Line,
    /// The log format `legacy` of old servers.
    Legacy,
    /// Something before the event, such as the name of a host.
    Prefixed,
    /// The log of a container, as the container runtime writes it.
    Container,
    /// `docker logs` in its json-file form.
    Docker,
    /// `EventList`, as webhooks get it, or a JSON array.
    List,
    /// Amazon CloudWatch.
    CloudWatch,
    /// Azure Monitor.
    Azure,
    /// Google Cloud Logging: translated.
    GoogleCloud,
}

impl Form {
    /// All forms.
    pub const ALL: [Self; 9] = [
        Self::Line,
        Self::Legacy,
        Self::Prefixed,
        Self::Container,
        Self::Docker,
        Self::List,
        Self::CloudWatch,
        Self::Azure,
        Self::GoogleCloud,
    ];

    /// Returns its name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Line => "lines of the API server",
            Self::Legacy => "the log format legacy",
            Self::Prefixed => "lines with a prefix",
            Self::Container => "a container log",
            Self::Docker => "a docker log",
            Self::List => "lists of events",
            Self::CloudWatch => "CloudWatch",
            Self::Azure => "Azure Monitor",
            Self::GoogleCloud => "Google Cloud Logging",
        }
    }
}
