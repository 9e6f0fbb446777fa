//! The keys of an event, and the order in which the API server writes them.

use std::borrow::Cow;

use crate::text::JsonText;

/// A key that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EventKey {
    Unknown,
    /// The key of a log service around events.
    Wrapper,
    Kind,
    ApiVersion,
    Level,
    AuditId,
    Stage,
    RequestUri,
    Verb,
    User,
    ImpersonatedUser,
    SourceIps,
    UserAgent,
    ObjectRef,
    ResponseStatus,
    RequestObject,
    ResponseObject,
    Received,
    StageTime,
    Annotations,
    /// Of v1alpha1 and v1beta1.
    Timestamp,
    Username,
    Uid,
    Groups,
    Extra,
    Resource,
    Namespace,
    Name,
    ApiGroup,
    ResourceVersion,
    Subresource,
    Status,
    Message,
    Reason,
    Code,
}

/// The place of a key in `audit.k8s.io/v1` `Event`, in the order of the Go struct.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank(u8);

impl Rank {
    pub(super) const FIRST: Self = Self(0);
    /// The first key after the head.
    pub(super) const BODY: Self = Self(20);
}

impl EventKey {
    /// Returns which key of an event this is. `quoted` is as it is in the line.
    #[inline]
    pub(super) fn outer(quoted: &[u8]) -> (Self, Rank) {
        let (key, rank) = match quoted {
            br#""kind""# => (Self::Kind, 1),
            br#""apiVersion""# => (Self::ApiVersion, 2),
            br#""level""# => (Self::Level, 3),
            br#""auditID""# => (Self::AuditId, 4),
            br#""stage""# => (Self::Stage, 5),
            br#""requestURI""# => (Self::RequestUri, 6),
            br#""verb""# => (Self::Verb, 7),
            br#""user""# => (Self::User, 8),
            br#""impersonatedUser""# => (Self::ImpersonatedUser, 9),
            br#""authenticationMetadata""# => (Self::Unknown, 10),
            br#""sourceIPs""# => (Self::SourceIps, 11),
            br#""userAgent""# => (Self::UserAgent, 12),
            br#""objectRef""# => (Self::ObjectRef, 13),
            br#""responseStatus""# => (Self::ResponseStatus, 14),
            br#""requestObject""# => (Self::RequestObject, 20),
            br#""responseObject""# => (Self::ResponseObject, 21),
            br#""requestReceivedTimestamp""# => (Self::Received, 22),
            br#""stageTimestamp""# => (Self::StageTime, 23),
            br#""annotations""# => (Self::Annotations, 24),
            br#""timestamp""# => (Self::Timestamp, 0),
            br#""properties""# | br#""records""# | br#""message""# | br#""logEvents""#
            | br#""events""# | br#""log""# | br#""protoPayload""# | br#""items""# => {
                (Self::Wrapper, 0)
            }
            _ => match unescaped(quoted) {
                Some(plain) => return Self::outer(&plain),
                None => (Self::Unknown, 0),
            },
        };
        (key, Rank(rank))
    }

    /// Returns which key of an object in an event this is.
    #[inline]
    pub(super) fn inner(outer: Self, quoted: &[u8]) -> Self {
        match (outer, quoted) {
            (Self::User | Self::ImpersonatedUser, br#""username""#) => Self::Username,
            (Self::User | Self::ImpersonatedUser, br#""groups""#) => Self::Groups,
            (Self::User | Self::ImpersonatedUser, br#""extra""#) => Self::Extra,
            (Self::User | Self::ImpersonatedUser | Self::ObjectRef, br#""uid""#) => Self::Uid,
            (Self::ObjectRef, br#""resource""#) => Self::Resource,
            (Self::ObjectRef, br#""namespace""#) => Self::Namespace,
            (Self::ObjectRef, br#""name""#) => Self::Name,
            (Self::ObjectRef, br#""apiGroup""#) => Self::ApiGroup,
            (Self::ObjectRef, br#""apiVersion""#) => Self::ApiVersion,
            (Self::ObjectRef, br#""resourceVersion""#) => Self::ResourceVersion,
            (Self::ObjectRef, br#""subresource""#) => Self::Subresource,
            (Self::ResponseStatus, br#""status""#) => Self::Status,
            (Self::ResponseStatus, br#""message""#) => Self::Message,
            (Self::ResponseStatus, br#""reason""#) => Self::Reason,
            (Self::ResponseStatus, br#""code""#) => Self::Code,
            _ => match unescaped(quoted) {
                Some(plain) => Self::inner(outer, &plain),
                None => Self::Unknown,
            },
        }
    }

    /// Whether the members of the value of this key are looked at.
    #[inline]
    pub(super) fn has_inner(self) -> bool {
        matches!(self, Self::User | Self::ImpersonatedUser | Self::ObjectRef | Self::ResponseStatus)
    }
}

/// Returns a key without its escapes, if it has any.
fn unescaped(quoted: &[u8]) -> Option<Vec<u8>> {
    let inner = quoted.get(1..quoted.len().checked_sub(1)?)?;
    memchr::memchr(b'\\', inner)?;
    match JsonText(inner).decode() {
        Cow::Owned(plain) if plain.as_bytes() != inner => Some(format!("\"{plain}\"").into_bytes()),
        _ => None,
    }
}
