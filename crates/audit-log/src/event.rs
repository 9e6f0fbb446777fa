//! An audit event as it is in its line: every field a slice, nothing copied.

use crate::text::{Raw, Text};

/// Who asked, or who is impersonated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Person<'a> {
    /// `username`.
    pub name: Text<'a>,
    /// `uid`.
    pub uid: Text<'a>,
    /// `groups`, an array of strings.
    pub groups: Raw<'a>,
    /// `extra`, lists of strings by name.
    pub extra: Raw<'a>,
}

/// `objectRef`: what a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Object<'a> {
    /// `resource`, such as `pods`.
    pub resource: Text<'a>,
    /// `namespace`.
    pub namespace: Text<'a>,
    /// `name`.
    pub name: Text<'a>,
    /// `uid`.
    pub uid: Text<'a>,
    /// `apiGroup`.
    pub group: Text<'a>,
    /// `apiVersion`.
    pub version: Text<'a>,
    /// `resourceVersion`.
    pub resource_version: Text<'a>,
    /// `subresource`.
    pub subresource: Text<'a>,
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
pub struct Event<'a> {
    /// `kind`.
    pub kind: Text<'a>,
    /// `apiVersion`.
    pub api_version: Text<'a>,
    /// `level`.
    pub level: Text<'a>,
    /// `auditID`.
    pub audit_id: Text<'a>,
    /// `stage`.
    pub stage: Text<'a>,
    /// `requestURI`.
    pub request_uri: Text<'a>,
    /// `verb`.
    pub verb: Text<'a>,
    /// `user`: who authenticated.
    pub user: Person<'a>,
    /// `impersonatedUser`: for whom the request was made, if [`Self::impersonated`].
    pub as_user: Person<'a>,
    /// Whether there is an `impersonatedUser`.
    pub impersonated: bool,
    /// `sourceIPs`, an array of strings; the first is the client as far as proxies tell.
    pub source_ips: Raw<'a>,
    /// `userAgent`.
    pub user_agent: Text<'a>,
    /// `objectRef`, if [`Self::has_object`].
    pub object: Object<'a>,
    /// Whether there is an `objectRef`.
    pub has_object: bool,
    /// Whether there is a `responseStatus`.
    pub has_status: bool,
    /// `responseStatus.code`.
    pub code: Option<i32>,
    /// `responseStatus.status`.
    pub status: Text<'a>,
    /// `responseStatus.message`.
    pub message: Text<'a>,
    /// `responseStatus.reason`.
    pub reason: Text<'a>,
    /// `requestObject`.
    pub request_object: Raw<'a>,
    /// `responseObject`.
    pub response_object: Raw<'a>,
    /// `requestReceivedTimestamp`.
    pub received: Text<'a>,
    /// `stageTimestamp`.
    pub stage_time: Text<'a>,
    /// `timestamp` of the beta versions.
    pub timestamp: Text<'a>,
    /// `annotations`, strings by name.
    pub annotations: Raw<'a>,
    /// What the line may be besides.
    pub hint: Hint,
}

impl<'a> Event<'a> {
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
    pub fn time(&self) -> Text<'a> {
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
