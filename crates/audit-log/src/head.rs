//! Comparisons of single fields of an event's head, such as `verb == "delete"`.

use crate::event::LoggedEvent;
use crate::text::JsonText;

/// A text in the head of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the field of `audit.k8s.io/v1` in `HeadField::NAMES`")]
pub enum HeadField {
    Level,
    AuditId,
    Stage,
    RequestUri,
    Verb,
    User,
    AsUser,
    UserAgent,
    Resource,
    Group,
    Version,
    Subresource,
    Namespace,
    Name,
    Reason,
}

impl HeadField {
    /// All of them, by their paths in an event.
    pub const NAMES: [(&'static str, Self); 15] = [
        ("level", Self::Level),
        ("auditID", Self::AuditId),
        ("stage", Self::Stage),
        ("requestURI", Self::RequestUri),
        ("verb", Self::Verb),
        ("user.username", Self::User),
        ("impersonatedUser.username", Self::AsUser),
        ("userAgent", Self::UserAgent),
        ("objectRef.resource", Self::Resource),
        ("objectRef.apiGroup", Self::Group),
        ("objectRef.apiVersion", Self::Version),
        ("objectRef.subresource", Self::Subresource),
        ("objectRef.namespace", Self::Namespace),
        ("objectRef.name", Self::Name),
        ("responseStatus.reason", Self::Reason),
    ];

    /// Returns the field with this path.
    #[must_use]
    pub fn from_path(path: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(name, _)| *name == path).map(|(_, field)| *field)
    }

    /// Returns what an event says; empty if it says nothing.
    #[must_use]
    #[inline]
    pub fn of<'a>(self, event: &LoggedEvent<'a>) -> JsonText<'a> {
        match self {
            Self::Level => event.level,
            Self::AuditId => event.audit_id,
            Self::Stage => event.stage,
            Self::RequestUri => event.request_uri,
            Self::Verb => event.verb,
            Self::User => event.user.name,
            Self::AsUser => event.as_user.name,
            Self::UserAgent => event.user_agent,
            Self::Resource => event.object.resource,
            Self::Group => event.object.group,
            Self::Version => event.object.version,
            Self::Subresource => event.object.subresource,
            Self::Namespace => event.object.namespace,
            Self::Name => event.object.name,
            Self::Reason => event.reason,
        }
    }

    /// Whether few events have one of its values in common.
    fn tells_apart(self) -> bool {
        !matches!(self, Self::Level | Self::Stage | Self::Version | Self::Group)
    }
}

/// What a field of the head is, or is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadTest {
    /// The field.
    pub field: HeadField,
    /// The texts that it is, or is not, one of.
    pub values: Vec<String>,
    /// Whether it must be none of them.
    pub not: bool,
}

impl HeadTest {
    /// Says whether an event passes.
    #[must_use]
    #[inline]
    pub fn takes(&self, event: &LoggedEvent<'_>) -> bool {
        let text = self.field.of(event);
        self.values.iter().any(|value| text.is(value)) != self.not
    }

    /// Returns the text that every line of an event that passes holds, if it is worth looking for.
    pub(crate) fn needle(&self) -> Option<&str> {
        match &self.values[..] {
            [one] if !self.not && self.field.tells_apart() => Some(one),
            _ => None,
        }
    }
}
