//! What a log holds, summed up by what a rule could name.

use std::collections::HashMap;

use audit_log::reader::LocatedEvent;
use audit_policy::api::{Level, Policy, Version};
use audit_policy::request::Request;

use super::noise::{NoiseSource, NoiseTarget};
use crate::replay::{Replay, ReplayedEvent};

/// More kinds of requests than this are not kept apart: custom resources and service accounts of a
/// large cluster make some thousands.
const MOST_KINDS: usize = 100_000;

/// Requests of one kind: who, how, what, and the rule that decides them now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TrafficKind {
    pub(super) who: NoiseSource,
    pub(super) verb: String,
    pub(super) target: NoiseTarget,
    /// The rule of the policy, from 0; `None` if none decides.
    pub(super) rule: Option<usize>,
    pub(super) level: Level,
    /// One of the requests.
    pub(super) example: Request<'static>,
    pub(super) volume: TrafficVolume,
}

/// How much something is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TrafficVolume {
    /// Events that the policy records.
    pub events: u64,
    /// Their bytes, as far as the log tells.
    pub bytes: u64,
    /// How many of the events are of requests that were refused with 401 or 403.
    pub denied: u64,
    /// How many of the bytes level `Metadata` would leave out: bodies, nearly all.
    pub above_metadata: u64,
    /// How many of the bytes are managed fields in bodies.
    pub managed_bytes: u64,
    /// How many of the events are of stage `RequestReceived`.
    pub received: u64,
    /// How many of the bytes are theirs.
    pub received_bytes: u64,
    /// How many of these level `Metadata` would leave out: its name is shorter.
    pub received_above: u64,
}

impl TrafficVolume {
    /// Adds another one.
    pub fn add(&mut self, other: &Self) {
        self.events += other.events;
        self.bytes += other.bytes;
        self.denied += other.denied;
        self.above_metadata += other.above_metadata;
        self.managed_bytes += other.managed_bytes;
        self.received += other.received;
        self.received_bytes += other.received_bytes;
        self.received_above += other.received_above;
    }

    /// Returns what is left of it at level `Metadata`.
    #[must_use]
    pub fn at_metadata(self) -> Self {
        Self {
            bytes: self.bytes - self.above_metadata,
            above_metadata: 0,
            managed_bytes: 0,
            received_bytes: self.received_bytes - self.received_above,
            received_above: 0,
            ..self
        }
    }
}

/// The traffic of a log, under a policy.
#[derive(Debug, Clone)]
pub struct Traffic {
    /// What the policy records of the log.
    pub replay: Replay,
    places: HashMap<Vec<u8>, usize>,
    pub(super) kinds: Vec<TrafficKind>,
    /// Events of kinds beyond those that are kept apart.
    pub untracked: u64,
    key: Vec<u8>,
}

impl Traffic {
    /// Begins with nothing.
    #[must_use]
    pub fn new(policy: &Policy, version: Version) -> Self {
        Self {
            replay: Replay::new(policy, version),
            places: HashMap::new(),
            kinds: vec![],
            untracked: 0,
            key: vec![],
        }
    }

    /// Takes an event of the log.
    pub fn take(&mut self, found: &LocatedEvent<'_>) {
        let Some(recorded) = self.replay.take(found) else { return };
        let volume = volume(found, &recorded);
        self.key.clear();
        write_key(&mut self.key, &recorded);
        let place = match self.places.get(&self.key) {
            Some(place) => *place,
            None if self.kinds.len() >= MOST_KINDS => {
                self.untracked += 1;
                return;
            }
            None => {
                self.places.insert(self.key.clone(), self.kinds.len());
                self.kinds.push(TrafficKind::of(recorded));
                self.kinds.len() - 1
            }
        };
        self.kinds[place].volume.add(&volume);
    }

    /// Adds what another part of the log gave.
    pub fn add(&mut self, other: Self) {
        self.replay.add(&other.replay);
        self.untracked += other.untracked;
        let mut others: Vec<(Vec<u8>, usize)> = other.places.into_iter().collect();
        // In the order in which they came, so that the same log gives the same examples.
        others.sort_unstable_by_key(|(_, place)| *place);
        for ((key, _), kind) in others.into_iter().zip(other.kinds) {
            match self.places.get(&key) {
                Some(place) => self.kinds[*place].volume.add(&kind.volume),
                None => {
                    self.places.insert(key, self.kinds.len());
                    self.kinds.push(kind);
                }
            }
        }
    }

    /// Returns a request of every kind, the most frequent kind first.
    #[must_use]
    pub fn examples(&self) -> Vec<&Request<'static>> {
        let mut kinds: Vec<&TrafficKind> = self.kinds.iter().collect();
        kinds.sort_by_key(|kind| std::cmp::Reverse(kind.volume.events));
        kinds.into_iter().map(|kind| &kind.example).collect()
    }
}

impl TrafficKind {
    fn of(recorded: ReplayedEvent) -> Self {
        let request = recorded.request;
        Self {
            who: NoiseSource::of(&request),
            verb: request.verb.to_string(),
            target: NoiseTarget::of(&request),
            rule: recorded.rule,
            level: recorded.level,
            example: request,
            volume: TrafficVolume::default(),
        }
    }
}

fn volume(found: &LocatedEvent<'_>, recorded: &ReplayedEvent) -> TrafficVolume {
    let denied = matches!(found.event.code, Some(401 | 403));
    let received = found.event.stage.is("RequestReceived");
    let Some(size) = recorded.size else { return TrafficVolume::default() };
    TrafficVolume {
        events: 1,
        bytes: size.bytes,
        denied: u64::from(denied),
        above_metadata: size.above_metadata,
        managed_bytes: size.managed_bytes,
        received: u64::from(received),
        received_bytes: if received { size.bytes } else { 0 },
        received_above: if received { size.above_metadata } else { 0 },
    }
}

/// Writes what tells one kind from another.
fn write_key(key: &mut Vec<u8>, recorded: &ReplayedEvent) {
    let request = &recorded.request;
    let mut part = |text: &str| {
        key.extend_from_slice(text.as_bytes());
        key.push(0);
    };
    part(NoiseSource::of(request).name());
    part(&request.verb);
    match &request.resource {
        Some(resource) => {
            part(&resource.group);
            part(&resource.resource);
            part(&resource.subresource);
        }
        None => part(NoiseTarget::path(&request.path)),
    }
    part(&recorded.rule.map_or(String::new(), |rule| rule.to_string()));
}
