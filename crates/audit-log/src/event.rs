//! An audit event as it is in its line: every field a slice, nothing copied.

use crate::text::{JsonText, Raw};

/// Who asked, or who is impersonated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Person<'a> {
    /// `username`.
    pub name: JsonText<'a>,
    /// `uid`.
    pub uid: JsonText<'a>,
    /// `groups`, an array of strings.
    pub groups: Raw<'a>,
    /// `extra`, lists of strings by name.
    pub extra: Raw<'a>,
}

/// `objectRef`: what a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Object<'a> {
    /// `resource`, such as `pods`.
    pub resource: JsonText<'a>,
    /// `namespace`.
    pub namespace: JsonText<'a>,
    /// `name`.
    pub name: JsonText<'a>,
    /// `uid`.
    pub uid: JsonText<'a>,
    /// `apiGroup`.
    pub group: JsonText<'a>,
    /// `apiVersion`.
    pub version: JsonText<'a>,
    /// `resourceVersion`.
    pub resource_version: JsonText<'a>,
    /// `subresource`.
    pub subresource: JsonText<'a>,
}

/// What a line that is no event may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hint {
    /// Nothing else.
    #[default]
    Event,
    /// It has a key that log services put around events.
    Wrapper,
}

/// An event of `audit.k8s.io/v1`, or of its beta versions. What a line does not have is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LoggedEvent<'a> {
    /// `kind`.
    pub kind: JsonText<'a>,
    /// `apiVersion`.
    pub api_version: JsonText<'a>,
    /// `level`.
    pub level: JsonText<'a>,
    /// `auditID`.
    pub audit_id: JsonText<'a>,
    /// `stage`.
    pub stage: JsonText<'a>,
    /// `requestURI`.
    pub request_uri: JsonText<'a>,
    /// `verb`.
    pub verb: JsonText<'a>,
    /// `user`: who authenticated.
    pub user: Person<'a>,
    /// `impersonatedUser`: for whom the request was made, if [`Self::impersonated`].
    pub as_user: Person<'a>,
    /// Whether there is an `impersonatedUser`.
    pub impersonated: bool,
    /// `sourceIPs`, an array of strings; the first is the client as far as proxies tell.
    pub source_ips: Raw<'a>,
    /// `userAgent`.
    pub user_agent: JsonText<'a>,
    /// `objectRef`, if [`Self::has_object`].
    pub object: Object<'a>,
    /// Whether there is an `objectRef`.
    pub has_object: bool,
    /// Whether there is a `responseStatus`.
    pub has_status: bool,
    /// `responseStatus.code`.
    pub code: Option<i32>,
    /// `responseStatus.status`.
    pub status: JsonText<'a>,
    /// `responseStatus.message`.
    pub message: JsonText<'a>,
    /// `responseStatus.reason`.
    pub reason: JsonText<'a>,
    /// `requestObject`.
    pub request_object: Raw<'a>,
    /// `responseObject`.
    pub response_object: Raw<'a>,
    /// `requestReceivedTimestamp`.
    pub received: JsonText<'a>,
    /// `stageTimestamp`.
    pub stage_time: JsonText<'a>,
    /// `timestamp` of the beta versions.
    pub timestamp: JsonText<'a>,
    /// `annotations`, strings by name.
    pub annotations: Raw<'a>,
    /// What the line may be besides.
    pub hint: Hint,
}

impl<'a> LoggedEvent<'a> {
    /// Says whether enough is there to call it an event: its verb, and a stage, level or user.
    #[must_use]
    #[inline]
    pub fn is_event(&self) -> bool {
        let others = [self.stage, self.level, self.audit_id, self.user.name];
        !self.verb.is_empty() && others.iter().any(|text| !text.is_empty())
    }

    pub(crate) fn person(&mut self, impersonated: bool) -> &mut Person<'a> {
        if impersonated { &mut self.as_user } else { &mut self.user }
    }

    /// Returns when the stage was reached; of the beta versions when the event was made.
    #[must_use]
    #[inline]
    pub fn time(&self) -> JsonText<'a> {
        if !self.stage_time.is_empty() {
            self.stage_time
        } else if !self.timestamp.is_empty() {
            self.timestamp
        } else {
            self.received
        }
    }

    /// Returns an annotation, without escapes.
    #[must_use]
    pub fn annotation(&self, name: &str) -> Option<std::borrow::Cow<'a, str>> {
        self.annotations.get(name).and_then(|value| value.text()).map(|text| text.decode())
    }
}
