//! How long an event would be in the log if it were recorded in another way.

use audit_log::reader::LocatedEvent;
use audit_log::text::Raw;
use audit_policy::api::Level;
use audit_policy::policy::Decision;
use audit_policy::request::{Request, is_long_running};
use memchr::memmem;

/// The length of an event under another policy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// The bytes of its line with the line end, as far as the log tells.
    pub bytes: u64,
    /// How many of them level `Metadata` would leave out.
    pub above_metadata: u64,
    /// How many of them are managed fields.
    pub managed_bytes: u64,
    /// Bodies would be recorded that the log does not hold.
    pub lacks_bodies: bool,
    /// Bodies would keep managed fields, and the log's own policy seems to have left them out.
    pub lacks_managed_fields: bool,
    /// The line is cut, or does not say its level.
    pub is_unsure: bool,
}

/// Annotations that are written from level `Request` on
/// (Go: `mutationAnnotator.addPatchAnnotation`).
const PATCH_ANNOTATION: &str = "patch.webhook.admission.k8s.io/";
const MANAGED_FIELDS: &str = "managedFields";

/// Returns the length of an event that was recorded at `recorded` and would be as decided.
///
/// The server encodes the same event either way; a lower level leaves out whole members, and the
/// level itself is a word of another length.
pub(super) fn size(
    found: &LocatedEvent<'_>,
    request: &Request<'_>,
    recorded: Option<Level>,
    decision: &Decision,
) -> Size {
    let line = found.line.len() as u64 + 1;
    let Some(recorded) = recorded else {
        return Size { bytes: line, is_unsure: true, ..Size::default() };
    };
    let event = &found.event;
    let level = decision.level;
    let sent = RecordedBody::new("requestObject", event.request_object, level >= Level::Request);
    let answer =
        RecordedBody::new("responseObject", event.response_object, level >= Level::RequestResponse);
    // A patch is recorded as it came; only objects lose their managed fields.
    let objects = [(sent, !event.verb.is("patch")), (answer, true)];
    let mut out = sent.left_out() + answer.left_out();
    let mut managed_bytes = 0;
    let mut lacks_managed_fields = false;
    for (body, _) in objects.iter().filter(|(body, is_object)| *is_object && body.kept) {
        managed_bytes += managed_fields(body.value);
        lacks_managed_fields |= is_stored_without_managed_fields(body.value);
    }
    if decision.omit_managed_fields {
        out += managed_bytes;
        (managed_bytes, lacks_managed_fields) = (0, false);
    }
    let patches = patch_annotations(event.annotations);
    if level < Level::Request {
        out += patches;
    }
    let length = |level: Level, out: u64| {
        let name = |level: Level| level.name().len() as u64;
        (line + name(level)).saturating_sub(name(recorded) + out)
    };
    let bytes = length(level, out);
    let metadata = length(Level::Metadata, sent.whole() + answer.whole() + patches);
    Size {
        bytes,
        above_metadata: bytes.saturating_sub(metadata),
        managed_bytes,
        lacks_bodies: lacks_bodies(found, request, recorded, level),
        lacks_managed_fields,
        is_unsure: found.fault.is_some(),
    }
}

/// Says whether an event would have bodies that were not recorded. Only resource requests have
/// any, and those that end; reads have none in the request.
fn lacks_bodies(
    found: &LocatedEvent<'_>,
    request: &Request<'_>,
    recorded: Level,
    level: Level,
) -> bool {
    let answered = !found.event.stage.is("RequestReceived");
    let sends = !matches!(&*request.verb, "get" | "list");
    let lacks = |needed: Level| recorded < needed && needed <= level;
    answered
        && request.resource.is_some()
        && !is_long_running(request)
        && (lacks(Level::Request) && sends || lacks(Level::RequestResponse))
}

/// A body of an event.
#[derive(Clone, Copy)]
struct RecordedBody<'a> {
    name: &'static str,
    value: Raw<'a>,
    kept: bool,
}

impl<'a> RecordedBody<'a> {
    fn new(name: &'static str, value: Raw<'a>, kept: bool) -> Self {
        Self { name, value, kept: kept && !value.is_empty() }
    }

    fn whole(&self) -> u64 {
        if self.value.is_empty() { 0 } else { member(self.name, self.value, false) }
    }

    fn left_out(&self) -> u64 {
        if self.kept { 0 } else { self.whole() }
    }
}

/// The bytes of a member, with the comma that parts it from others unless it is `alone`.
fn member(name: &str, value: Raw<'_>, alone: bool) -> u64 {
    (name.len() + "\"\":".len() + value.0.len() + usize::from(!alone)) as u64
}

/// The managed fields in a body: those of an object, of the items of a list, or of the objects in
/// the rows of a table (Go: `copyWithoutManagedFields`).
fn managed_fields(body: Raw<'_>) -> u64 {
    if memmem::find(body.0, b"\"managedFields\":").is_none() {
        return 0;
    }
    let of = |object: Raw<'_>| {
        let metadata = object.get("metadata").unwrap_or_default();
        let alone = metadata.members().nth(1).is_none();
        metadata.get(MANAGED_FIELDS).map_or(0, |value| member(MANAGED_FIELDS, value, alone))
    };
    let items = body.get("items").unwrap_or_default();
    let rows = body.get("rows").unwrap_or_default();
    of(body)
        + items.elements().map(of).sum::<u64>()
        + rows.elements().filter_map(|row| row.get("object")).map(of).sum::<u64>()
}

/// Says whether a body is an object of the storage, which servers keep managed fields of, without
/// any.
fn is_stored_without_managed_fields(body: Raw<'_>) -> bool {
    memmem::find(body.0, b"\"managedFields\":").is_none()
        && memmem::find(body.0, b"\"creationTimestamp\":\"").is_some()
}

fn patch_annotations(annotations: Raw<'_>) -> u64 {
    if memmem::find(annotations.0, PATCH_ANNOTATION.as_bytes()).is_none() {
        return 0;
    }
    let is_patch = |name: &str| name.starts_with(PATCH_ANNOTATION);
    let members = annotations.members().filter_map(|(name, value)| {
        let name = name.decode();
        is_patch(&name).then(|| member(&name, value, false))
    });
    members.sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use audit_log::scan::{ScanDepth, scan};
    use audit_policy::request::request_info;

    fn measured(line: &str, level: Level, omit_managed_fields: bool) -> Size {
        let event = scan(line.as_bytes(), ScanDepth::Whole).event;
        let found = LocatedEvent { event, line: line.as_bytes(), offset: 0, fault: None };
        let recorded = Level::from_name(&event.level.decode());
        let decision = Decision { level, omit_stages: vec![], omit_managed_fields, rule: Some(0) };
        let mut request = request_info("GET", "/api/v1/pods").unwrap().request;
        request.verb = event.verb.decode();
        size(&found, &request, recorded, &decision)
    }

    fn line(level: &str, verb: &str, bodies: &str, annotations: &str) -> String {
        format!(
            r#"{{"level":"{level}","stage":"ResponseComplete","requestURI":"/api/v1/pods","verb":"{verb}","user":{{}}{bodies},"annotations":{{"a":"b"{annotations}}}}}"#
        )
    }

    #[test]
    fn a_lower_level_is_the_line_that_the_server_would_write() {
        let bodies = r#","requestObject":{"a":1},"responseObject":{"b":[2]}"#;
        let patch = r#","patch.webhook.admission.k8s.io/round_0_index_0":"{}""#;
        let whole = line("RequestResponse", "create", bodies, patch);
        for (level, expected) in [
            (Level::RequestResponse, whole.clone()),
            (Level::Request, line("Request", "create", r#","requestObject":{"a":1}"#, patch)),
            (Level::Metadata, line("Metadata", "create", "", "")),
        ] {
            let size = measured(&whole, level, false);
            let metadata = line("Metadata", "create", "", "").len();
            assert_eq!((size.bytes, size.is_unsure), (expected.len() as u64 + 1, false));
            assert_eq!(size.above_metadata as usize, expected.len() - metadata);
        }
    }

    #[test]
    fn managed_fields_are_left_out_of_objects_and_not_of_patches() {
        let body = |fields: &str| {
            format!(
                r#","requestObject":{{"metadata":{{"name":"a"{fields}}}}},"responseObject":{{"items":[{{"metadata":{{"name":"a"{fields}}}}}]}}"#
            )
        };
        let fields = r#","managedFields":[{"manager":"x"}]"#;
        let bare = |verb: &str| line("RequestResponse", verb, &body(""), "").len() as u64 + 1;
        let with = |verb: &str| line("RequestResponse", verb, &body(fields), "");
        let size = |verb: &str| measured(&with(verb), Level::RequestResponse, true).bytes;
        assert_eq!(size("update"), bare("update"));
        assert_eq!(size("patch"), bare("patch") + fields.len() as u64);
        let alone = r#","requestObject":{"metadata":{"managedFields":[]}}"#;
        let empty = r#","requestObject":{"metadata":{}}"#;
        let of = |body: &str| line("Request", "create", body, "");
        let size = measured(&of(alone), Level::Request, true);
        assert_eq!(size.bytes, of(empty).len() as u64 + 1);
    }

    #[test]
    fn what_the_log_does_not_hold_is_said() {
        let lacks = |verb: &str, level| {
            measured(&line("Metadata", verb, "", ""), level, false).lacks_bodies
        };
        assert!(lacks("create", Level::Request) && lacks("get", Level::RequestResponse));
        assert!(!lacks("get", Level::Request) && !lacks("watch", Level::RequestResponse));
        let stored =
            r#","responseObject":{"metadata":{"creationTimestamp":"2026-11-01T00:00:00Z"}}"#;
        let line = line("RequestResponse", "get", stored, "");
        assert!(measured(&line, Level::RequestResponse, false).lacks_managed_fields);
        assert!(!measured(&line, Level::RequestResponse, true).lacks_managed_fields);
        assert!(measured("{\"verb\":\"get\"}", Level::Metadata, false).is_unsure);
    }
}
