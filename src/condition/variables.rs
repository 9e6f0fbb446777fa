//! The fields of an event as variables of CEL, made when they are asked for.

use std::borrow::Cow;

use audit_log::event::Person;
use audit_log::field::latency;
use audit_log::head::HeadField;
use audit_log::reader::LocatedEvent;
use audit_log::text::{JsonText, Raw};
use cel::common::types::{CelDouble, CelInt, CelList, CelString};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;

use super::values::{Members, MissingKey, value};

/// The variables there are: the fields of `audit.k8s.io/v1` `Event`, and `latency_ms`.
pub(super) const NAMES: [&str; 20] = [
    "kind",
    "apiVersion",
    "level",
    "auditID",
    "stage",
    "requestURI",
    "verb",
    "user",
    "impersonatedUser",
    "authenticationMetadata",
    "sourceIPs",
    "userAgent",
    "objectRef",
    "responseStatus",
    "requestObject",
    "responseObject",
    "requestReceivedTimestamp",
    "stageTimestamp",
    "annotations",
    "latency_ms",
];

/// The fields of an event.
pub(super) struct Variables<'f> {
    found: &'f LocatedEvent<'f>,
    /// What bodies say of fields that they do not have.
    absent: MissingKey,
}

impl<'f> Variables<'f> {
    /// `presence` is whether the expression asks which fields of bodies are there.
    pub(super) fn new(found: &'f LocatedEvent<'f>, presence: bool) -> Self {
        let absent = if presence { MissingKey::Absent } else { MissingKey::Map };
        Self { found, absent }
    }

    fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        let event = &self.found.event;
        if let Some(field) = HeadField::from_path(name) {
            return Some(field.of(event).decode());
        }
        let text = match name {
            "kind" => event.kind,
            "apiVersion" => event.api_version,
            "requestReceivedTimestamp" => event.received,
            "stageTimestamp" => event.time(),
            "user.uid" => event.user.uid,
            "impersonatedUser.uid" => event.as_user.uid,
            "objectRef.uid" => event.object.uid,
            "objectRef.resourceVersion" => event.object.resource_version,
            "responseStatus.status" => event.status,
            "responseStatus.message" => event.message,
            _ => return None,
        };
        Some(text.decode())
    }

    fn other(&self, name: &str) -> Option<Box<dyn Val>> {
        let event = &self.found.event;
        Some(match name {
            "responseStatus.code" => Box::new(CelInt::from(i64::from(event.code.unwrap_or(0)))),
            "sourceIPs" => list(event.source_ips),
            "user.groups" => list(event.user.groups),
            "impersonatedUser.groups" => list(event.as_user.groups),
            "annotations" => texts(event.annotations),
            "user" => person(&event.user),
            "impersonatedUser" => person(&event.as_user),
            "objectRef" => self.group("objectRef.", &OBJECT),
            "responseStatus" => {
                let code = ("code".to_owned(), self.other("responseStatus.code")?);
                let texts = STATUS.iter().filter_map(|name| self.member("responseStatus.", name));
                Box::new(Members::new(texts.chain([code]), MissingKey::Text))
            }
            "authenticationMetadata" => {
                Box::new(Members::new(std::iter::empty(), MissingKey::Text))
            }
            "requestObject" => self.body(event.request_object),
            "responseObject" => self.body(event.response_object),
            "latency_ms" => {
                let micros = latency(self.found).unwrap_or(0);
                Box::new(CelDouble::from(micros as f64 / 1e3))
            }
            _ => return None,
        })
    }

    fn body(&self, body: Raw<'_>) -> Box<dyn Val> {
        match serde_json::from_slice(body.0) {
            Ok(json) => value(json, self.absent),
            Err(_) => Box::new(Members::new(std::iter::empty(), self.absent)),
        }
    }

    fn group(&self, prefix: &str, names: &[&str]) -> Box<dyn Val> {
        let members = names.iter().filter_map(|name| self.member(prefix, name));
        Box::new(Members::new(members, MissingKey::Text))
    }

    fn member(&self, prefix: &str, name: &str) -> Option<(String, Box<dyn Val>)> {
        let text = self.text(&format!("{prefix}{name}"))?.into_owned();
        Some((name.to_owned(), Box::new(CelString::from(text)) as Box<dyn Val>))
    }
}

const OBJECT: [&str; 8] = [
    "resource",
    "namespace",
    "name",
    "uid",
    "apiGroup",
    "apiVersion",
    "resourceVersion",
    "subresource",
];
const STATUS: [&str; 3] = ["status", "message", "reason"];

impl VariableResolver for Variables<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        if let Some(text) = self.text(variable) {
            return Some(CowVal::owned(CelString::from(text)));
        }
        self.other(variable).map(CowVal::Owned)
    }
}

fn boxed(text: JsonText<'_>) -> Box<dyn Val> {
    Box::new(CelString::from(text.decode().into_owned()))
}

fn list(values: Raw<'_>) -> Box<dyn Val> {
    let texts = values.elements().filter_map(|value| value.text()).map(boxed);
    Box::new(CelList::from(texts.collect::<Vec<_>>()))
}

fn texts(members: Raw<'_>) -> Box<dyn Val> {
    let texts = members
        .members()
        .filter_map(|(name, value)| Some((name.decode().into_owned(), boxed(value.text()?))));
    Box::new(Members::new(texts, MissingKey::Text))
}

fn person(person: &Person<'_>) -> Box<dyn Val> {
    let extra =
        person.extra.members().map(|(name, values)| (name.decode().into_owned(), list(values)));
    let extra: Box<dyn Val> = Box::new(Members::new(extra, MissingKey::Map));
    let members = [
        ("username", boxed(person.name)),
        ("uid", boxed(person.uid)),
        ("groups", list(person.groups)),
        ("extra", extra),
    ];
    let members = members.into_iter().map(|(name, value)| (name.to_owned(), value));
    Box::new(Members::new(members, MissingKey::Text))
}
