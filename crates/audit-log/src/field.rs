//! The fields of an event by name: the columns of tables and of the wide schema.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

use crate::reader::LocatedEvent;
use crate::text::Raw;
use crate::time::micros;

/// A field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "a field is described by `Field::about`")]
pub enum Field {
    Time,
    Received,
    Stage,
    Level,
    Verb,
    User,
    Groups,
    As,
    Ip,
    Forwarded,
    UserAgent,
    Group,
    Version,
    Resource,
    Subresource,
    Namespace,
    Name,
    Uid,
    Code,
    Reason,
    Decision,
    DecisionReason,
    Deprecated,
    RemovedRelease,
    LatencyUs,
    RequestBytes,
    ResponseBytes,
    LineBytes,
    AuditId,
    Uri,
    File,
    Offset,
    Kind,
    Status,
    Message,
    Target,
    Object,
    Who,
    Day,
    Hour,
    Cut,
}

/// The version of the wide schema: it grows at its end only; anything else is a new version.
pub const SCHEMA: &str = "kubectl-audit/v1";

/// The name, the other names, and what it says.
type FieldRow = (Field, &'static str, &'static [&'static str], &'static str);

/// All fields; those of the wide schema first, in its order.
const FIELDS: [FieldRow; 41] = [
    (Field::Time, "time", &["stageTimestamp"], "when the stage was reached"),
    (Field::Received, "received", &["requestReceivedTimestamp"], "when the request came"),
    (Field::Stage, "stage", &[], "RequestReceived, ResponseStarted, ResponseComplete or Panic"),
    (Field::Level, "level", &[], "Metadata, Request or RequestResponse"),
    (Field::Verb, "verb", &[], "the verb; of a path the HTTP method"),
    (Field::User, "user", &["username"], "who authenticated"),
    (Field::Groups, "groups", &[], "their groups, with commas"),
    (Field::As, "as", &["impersonated"], "whom they impersonate"),
    (Field::Ip, "ip", &["sourceIP_0", "source"], "the first source address"),
    (Field::Forwarded, "forwarded", &[], "the other source addresses, with commas"),
    (Field::UserAgent, "user_agent", &["userAgent"], "the client program"),
    (Field::Group, "group", &["apiGroup"], "the API group; empty is the core group"),
    (Field::Version, "version", &["apiVersion"], "the API version"),
    (Field::Resource, "resource", &[], "the resource, such as pods"),
    (Field::Subresource, "subresource", &[], "the subresource, such as exec"),
    (Field::Namespace, "namespace", &[], "the namespace"),
    (Field::Name, "name", &["node"], "the name of the object"),
    (Field::Uid, "uid", &[], "the UID of the object"),
    (Field::Code, "code", &["responseCode"], "the HTTP status"),
    (Field::Reason, "reason", &[], "the reason of a failure"),
    (Field::Decision, "decision", &[], "allow or forbid"),
    (Field::DecisionReason, "decision_reason", &[], "what allowed it"),
    (Field::Deprecated, "deprecated", &[], "true for a deprecated API"),
    (Field::RemovedRelease, "removed_release", &[], "the release that removes it"),
    (Field::LatencyUs, "latency_us", &[], "microseconds from the request to the stage"),
    (Field::RequestBytes, "request_bytes", &[], "the size of the recorded request body"),
    (Field::ResponseBytes, "response_bytes", &[], "the size of the recorded response body"),
    (Field::LineBytes, "line_bytes", &[], "the size of the event"),
    (Field::AuditId, "audit_id", &["auditID", "id"], "the ID that all events of a request share"),
    (Field::Uri, "uri", &["requestURI"], "the request URI"),
    (Field::File, "file", &[], "the file it was read from"),
    (Field::Offset, "offset", &[], "where its line begins in the uncompressed file"),
    (Field::Kind, "kind", &[], "Event"),
    (Field::Status, "status", &[], "OK for 2xx, 3xx and 101, FAIL for others and Panic"),
    (Field::Message, "message", &[], "the message of a failure"),
    (Field::Target, "target", &[], "resource.group/subresource, or the path"),
    (Field::Object, "object", &[], "namespace/name"),
    (Field::Who, "who", &[], "the user, and whom they impersonate"),
    (Field::Day, "day", &[], "the day, in UTC"),
    (Field::Hour, "hour", &[], "the day and hour, in UTC"),
    (Field::Cut, "cut", &[], "true if the line is damaged after this"),
];

/// How many of them are in the wide schema.
const WIDE: usize = 32;

/// A name that no field has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoField(pub String);

impl fmt::Display for NoField {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = FIELDS.iter().map(|(_, name, ..)| *name).collect();
        write!(out, "`{}` is no field; there are {}", self.0, names.join(", "))
    }
}

impl std::error::Error for NoField {}

impl Field {
    /// The wide schema, `--fields all`: fixed, in this order.
    pub fn wide() -> impl Iterator<Item = Self> {
        FIELDS[..WIDE].iter().map(|(field, ..)| *field)
    }

    /// Returns all fields with what they say.
    pub fn all() -> impl Iterator<Item = (Self, &'static str)> {
        FIELDS.iter().map(|(field, _, _, about)| (*field, *about))
    }

    /// Returns its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        FIELDS.iter().find(|(field, ..)| *field == self).map_or("", |(_, name, ..)| name)
    }

    /// Returns the field of this name, or of the name that it has in an event.
    ///
    /// # Errors
    ///
    /// Fails for other names.
    pub fn from_name(name: &str) -> Result<Self, NoField> {
        let found =
            FIELDS.iter().find(|(_, own, others, _)| *own == name || others.contains(&name));
        found.map(|(field, ..)| *field).ok_or_else(|| NoField(name.to_owned()))
    }

    /// Says whether its values are numbers.
    #[must_use]
    pub fn is_number(self) -> bool {
        matches!(
            self,
            Self::Code
                | Self::LatencyUs
                | Self::RequestBytes
                | Self::ResponseBytes
                | Self::LineBytes
                | Self::Offset
        )
    }

    /// Returns what an event says; empty if it says nothing. `file` is where it was read.
    #[must_use]
    pub fn of<'a>(self, found: &LocatedEvent<'a>, file: &'a str) -> Cow<'a, str> {
        let event = &found.event;
        match self {
            Self::Time => event.time().decode(),
            Self::Received => event.received.decode(),
            Self::Stage => event.stage.decode(),
            Self::Level => event.level.decode(),
            Self::Verb => event.verb.decode(),
            Self::User => event.user.name.decode(),
            Self::Groups => list(event.user.groups, 0),
            Self::As => event.as_user.name.decode(),
            Self::Ip => event.source_ips.elements().next().map_or("".into(), string),
            Self::Forwarded => list(event.source_ips, 1),
            Self::UserAgent => event.user_agent.decode(),
            Self::Group => event.object.group.decode(),
            Self::Version => event.object.version.decode(),
            Self::Resource => event.object.resource.decode(),
            Self::Subresource => event.object.subresource.decode(),
            Self::Namespace => event.object.namespace.decode(),
            Self::Name => event.object.name.decode(),
            Self::Uid => event.object.uid.decode(),
            Self::Code => event.code.map_or("".into(), |code| code.to_string().into()),
            Self::Reason => event.reason.decode(),
            Self::Message => event.message.decode(),
            Self::Uri => event.request_uri.decode(),
            Self::AuditId => event.audit_id.decode(),
            Self::Kind => event.kind.decode(),
            Self::File => file.into(),
            _ => self.derived(found),
        }
    }

    /// What is not simply in the event.
    fn derived<'a>(self, found: &LocatedEvent<'a>) -> Cow<'a, str> {
        let event = &found.event;
        let annotation = |name: &str| event.annotation(name).unwrap_or_default();
        match self {
            Self::Decision => annotation("authorization.k8s.io/decision"),
            Self::DecisionReason => annotation("authorization.k8s.io/reason"),
            Self::Deprecated => annotation("k8s.io/deprecated"),
            Self::RemovedRelease => annotation("k8s.io/removed-release"),
            Self::LatencyUs => latency(found).map_or("".into(), |time| time.to_string().into()),
            Self::RequestBytes => event.request_object.0.len().to_string().into(),
            Self::ResponseBytes => event.response_object.0.len().to_string().into(),
            Self::LineBytes => found.line.len().to_string().into(),
            Self::Offset => found.offset.to_string().into(),
            Self::Status => status(found).into(),
            Self::Target => target(found),
            Self::Object => object(found),
            Self::Who if event.impersonated => {
                format!("{}→{}", event.user.name.decode(), event.as_user.name.decode()).into()
            }
            Self::Who => event.user.name.decode(),
            Self::Day => prefix(event.time().decode(), 10),
            Self::Hour => prefix(event.time().decode(), 13),
            Self::Cut if found.fault.is_some() => "true".into(),
            _ => "".into(),
        }
    }
}

fn string(value: Raw<'_>) -> Cow<'_, str> {
    value.text().unwrap_or_default().decode()
}

fn list(values: Raw<'_>, from: usize) -> Cow<'_, str> {
    let values: Vec<_> = values.elements().skip(from).map(string).collect();
    values.join(",").into()
}

fn prefix(text: Cow<'_, str>, length: usize) -> Cow<'_, str> {
    text.get(..length).unwrap_or(&text).to_owned().into()
}

/// Returns the microseconds from the request to the stage.
#[must_use]
pub fn latency(found: &LocatedEvent<'_>) -> Option<u64> {
    let (from, to) = (micros(found.event.received.0)?, micros(found.event.stage_time.0)?);
    Some(u64::try_from(to - from).unwrap_or(0))
}

fn status(found: &LocatedEvent<'_>) -> &'static str {
    match found.event.code {
        _ if found.event.stage.is("Panic") => "FAIL",
        None => "",
        Some(101 | 200..400) => "OK",
        Some(_) => "FAIL",
    }
}

fn target<'a>(found: &LocatedEvent<'a>) -> Cow<'a, str> {
    let event = &found.event;
    let object = &event.object;
    if object.resource.is_empty() {
        let uri = event.request_uri.decode();
        return match uri.split_once('?') {
            Some((path, _)) => path.to_owned().into(),
            None => uri,
        };
    }
    let mut text = object.resource.decode().into_owned();
    for (before, part) in [('.', object.group), ('/', object.subresource)] {
        if !part.is_empty() {
            text.push(before);
            text.push_str(&part.decode());
        }
    }
    text.into()
}

fn object<'a>(found: &LocatedEvent<'a>) -> Cow<'a, str> {
    let object = &found.event.object;
    if object.namespace.is_empty() {
        return object.name.decode();
    }
    if object.name.is_empty() {
        return format!("{}/", object.namespace.decode()).into();
    }
    format!("{}/{}", object.namespace.decode(), object.name.decode()).into()
}
