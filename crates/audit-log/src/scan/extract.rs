//! Picks the fields of an event out of the brackets, commas and colons of its two upper levels.

use super::key::{EventKey, Rank};
use crate::event::{Hint, LoggedEvent};
use crate::text::{JsonText, Raw};

/// How far a scan of a line goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanDepth {
    /// Up to the bodies: who, what, where and the answer. Not past the head if that is in the
    /// server's order; else the whole line.
    Head,
    /// To the last byte.
    Whole,
}

/// The state of reading one event.
pub(super) struct Extract<'a> {
    pub(super) event: LoggedEvent<'a>,
    reach: ScanDepth,
    depth: u32,
    /// The key of the open member of the event, and of the open member of an object in it.
    outer: EventKey,
    inner: EventKey,
    /// Where the text of the next key or value begins.
    outer_from: usize,
    inner_from: usize,
    /// How far the keys have come in the server's order.
    rank: Rank,
    in_order: bool,
    pub(super) wrong_type: bool,
}

impl<'a> Extract<'a> {
    pub(super) fn new(reach: ScanDepth) -> Self {
        Self {
            event: LoggedEvent::default(),
            reach,
            depth: 0,
            outer: EventKey::Unknown,
            inner: EventKey::Unknown,
            outer_from: 0,
            inner_from: 0,
            rank: Rank::FIRST,
            in_order: true,
            wrong_type: false,
        }
    }

    /// Whether the keys came in the order in which the API server writes them, up to here.
    pub(super) fn in_order(&self) -> bool {
        self.in_order
    }

    /// Takes the bracket, comma or colon at `at`. Returns whether the scan has to go on.
    #[inline]
    pub(super) fn token(&mut self, line: &'a [u8], at: usize) -> bool {
        match (line[at], self.depth) {
            (b':', 1) => return self.outer_key(line, at),
            (b':', _) if self.outer.has_inner() => {
                self.inner = EventKey::inner(self.outer, trimmed(line, self.inner_from, at));
                self.inner_from = at + 1;
            }
            (b',', 1) => {
                self.outer_value(line, at);
                self.outer_from = at + 1;
            }
            (b',', _) => {
                self.inner_value(line, at);
                self.inner_from = at + 1;
            }
            (b':', _) => {}
            (b'{' | b'[', 0) => {
                self.depth = 1;
                self.outer_from = at + 1;
            }
            (b'{' | b'[', _) => {
                self.depth = 2;
                self.inner = EventKey::Unknown;
                self.inner_from = at + 1;
            }
            (_, 2) => {
                self.inner_value(line, at);
                self.depth = 1;
            }
            _ => {
                self.outer_value(line, at);
                self.depth = 0;
            }
        }
        true
    }

    #[inline]
    fn outer_key(&mut self, line: &'a [u8], at: usize) -> bool {
        let (key, rank) = EventKey::outer(trimmed(line, self.outer_from, at));
        self.outer = key;
        self.outer_from = at + 1;
        self.in_order &= rank > self.rank;
        self.rank = rank;
        if key == EventKey::Wrapper {
            self.event.hint = Hint::Wrapper;
        }
        !(self.reach == ScanDepth::Head && self.in_order && rank >= Rank::BODY)
    }

    #[inline]
    fn outer_value(&mut self, line: &'a [u8], at: usize) {
        let value = trimmed(line, self.outer_from, at);
        match self.outer {
            EventKey::Unknown | EventKey::Wrapper => {}
            EventKey::ImpersonatedUser => self.event.impersonated |= value != b"null",
            EventKey::ObjectRef => self.event.has_object |= value != b"null",
            EventKey::ResponseStatus => self.event.has_status |= value != b"null",
            EventKey::User => self.wrong_type |= !is(value, b'{'),
            EventKey::SourceIps => self.event.source_ips = self.raw(value, b'['),
            EventKey::RequestObject => self.event.request_object = Raw(value),
            EventKey::ResponseObject => self.event.response_object = Raw(value),
            EventKey::Annotations => self.event.annotations = self.raw(value, b'{'),
            key => {
                let text = self.text(value);
                let event = &mut self.event;
                let field = match key {
                    EventKey::Kind => &mut event.kind,
                    EventKey::ApiVersion => &mut event.api_version,
                    EventKey::Level => &mut event.level,
                    EventKey::AuditId => &mut event.audit_id,
                    EventKey::Stage => &mut event.stage,
                    EventKey::RequestUri => &mut event.request_uri,
                    EventKey::Verb => &mut event.verb,
                    EventKey::UserAgent => &mut event.user_agent,
                    EventKey::Received => &mut event.received,
                    EventKey::StageTime => &mut event.stage_time,
                    _ => &mut event.timestamp,
                };
                *field = text;
            }
        }
        self.outer = EventKey::Unknown;
    }

    #[inline]
    fn inner_value(&mut self, line: &'a [u8], at: usize) {
        if self.inner == EventKey::Unknown {
            return;
        }
        let value = trimmed(line, self.inner_from, at);
        if self.inner == EventKey::Code {
            self.event.code = str::from_utf8(value).ok().and_then(|code| code.parse().ok());
            self.wrong_type |= self.event.code.is_none() && value != b"null";
            self.inner = EventKey::Unknown;
            return;
        }
        if matches!(self.inner, EventKey::Groups) {
            let groups = self.raw(value, b'[');
            self.event.person(self.outer == EventKey::ImpersonatedUser).groups = groups;
            self.inner = EventKey::Unknown;
            return;
        }
        if self.inner == EventKey::Extra {
            self.event.person(self.outer == EventKey::ImpersonatedUser).extra = Raw(value);
            self.inner = EventKey::Unknown;
            return;
        }
        let text = self.text(value);
        let event = &mut self.event;
        let impersonated = self.outer == EventKey::ImpersonatedUser;
        let field = match self.inner {
            EventKey::Username => &mut event.person(impersonated).name,
            EventKey::Uid if self.outer == EventKey::ObjectRef => &mut event.object.uid,
            EventKey::Uid => &mut event.person(impersonated).uid,
            EventKey::Resource => &mut event.object.resource,
            EventKey::Namespace => &mut event.object.namespace,
            EventKey::Name => &mut event.object.name,
            EventKey::ApiGroup => &mut event.object.group,
            EventKey::ApiVersion => &mut event.object.version,
            EventKey::ResourceVersion => &mut event.object.resource_version,
            EventKey::Subresource => &mut event.object.subresource,
            EventKey::Status => &mut event.status,
            EventKey::Message => &mut event.message,
            _ => &mut event.reason,
        };
        *field = text;
        self.inner = EventKey::Unknown;
    }

    #[inline]
    fn text(&mut self, value: &'a [u8]) -> JsonText<'a> {
        match value {
            [b'"', inner @ .., b'"'] => JsonText(inner),
            b"null" => JsonText::default(),
            _ => {
                self.wrong_type = true;
                JsonText::default()
            }
        }
    }

    #[inline]
    fn raw(&mut self, value: &'a [u8], first: u8) -> Raw<'a> {
        self.wrong_type |= !is(value, first);
        if value == b"null" { Raw::default() } else { Raw(value) }
    }
}

#[inline]
fn is(value: &[u8], first: u8) -> bool {
    value.first() == Some(&first) || value == b"null"
}

/// The bytes between two tokens, without the white space around them.
#[inline]
fn trimmed(line: &[u8], from: usize, to: usize) -> &[u8] {
    let text = &line[from..to];
    match text {
        [first, .., last] if *first > b' ' && *last > b' ' => text,
        _ => text.trim_ascii(),
    }
}
