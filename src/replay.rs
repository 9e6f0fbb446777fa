//! A policy applied to a recorded log: what it would record, and what the log cannot tell.

use audit_log::reader::Found;
use audit_log::text::Text;
use audit_policy::api::{Level, Policy, Version};
use audit_policy::policy::Compiled;
use audit_policy::request::recorded;
use serde_json::{Value, json};

/// What a rule would record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recording {
    /// Events of the log that the rule decides.
    pub decided: u64,
    /// Those that would be recorded.
    pub events: u64,
    /// Their bytes, as far as the log tells.
    pub bytes: u64,
    /// Events that would have bodies that the log does not hold: `bytes` is a lower bound.
    pub unknown_bodies: u64,
}

impl Recording {
    fn add(&mut self, other: &Self) {
        self.decided += other.decided;
        self.events += other.events;
        self.bytes += other.bytes;
        self.unknown_bodies += other.unknown_bodies;
    }
}

/// A policy, and what it records of a log.
#[derive(Debug, Clone)]
pub struct Replay {
    policy: Compiled,
    /// By rule; the last one is for requests that no rule decides.
    pub rules: Vec<Recording>,
    /// Events that do not tell the request: no request URI, or one that is none.
    pub untold: u64,
    /// All events, and their bytes.
    pub logged: (u64, u64),
}

impl Replay {
    /// Makes a policy ready for a log of a server of this version.
    #[must_use]
    pub fn new(policy: &Policy, version: Version) -> Self {
        let rules = vec![Recording::default(); policy.rules.len() + 1];
        Self { policy: Compiled::new(policy, version), rules, untold: 0, logged: (0, 0) }
    }

    /// Decides about a recorded event. As the server does, this looks at who authenticated, and not
    /// at whom they impersonate.
    pub fn take(&mut self, found: &Found<'_>) {
        let bytes = found.line.len() as u64 + 1;
        self.logged.0 += 1;
        self.logged.1 += bytes;
        let Ok(recorded) = recorded(&asked(found)) else {
            self.untold += 1;
            return;
        };
        let decision = self.policy.decide(&recorded.request);
        let last = self.rules.len() - 1;
        let place = decision.rule.unwrap_or(last).min(last);
        let rule = &mut self.rules[place];
        rule.decided += 1;
        let stage = found.event.stage;
        let omitted = decision.omit_stages.iter().any(|omitted| stage.is(omitted.name()));
        if decision.level == Level::None || omitted {
            return;
        }
        rule.events += 1;
        rule.bytes += bytes.saturating_sub(left_out(found, decision.level));
        let answered = !stage.is("RequestReceived");
        let more = recorded.level.is_none_or(|level| decision.level > level);
        rule.unknown_bodies += u64::from(more && answered && decision.level > Level::Metadata);
    }

    /// Adds what another part of the log gave.
    pub fn add(&mut self, other: &Self) {
        for (mine, others) in self.rules.iter_mut().zip(&other.rules) {
            mine.add(others);
        }
        self.untold += other.untold;
        self.logged.0 += other.logged.0;
        self.logged.1 += other.logged.1;
    }

    /// Returns the sum over all rules.
    #[must_use]
    pub fn total(&self) -> Recording {
        let mut total = Recording::default();
        self.rules.iter().for_each(|rule| total.add(rule));
        total
    }
}

/// The parts of an event that tell what the policy saw.
fn asked(found: &Found<'_>) -> Value {
    let event = &found.event;
    let text = |text: Text<'_>| text.decode().into_owned();
    let groups: Vec<String> =
        event.user.groups.elements().filter_map(|group| group.text()).map(text).collect();
    json!({
        "level": text(event.level), "verb": text(event.verb), "requestURI": text(event.request_uri),
        "user": { "username": text(event.user.name), "groups": groups },
    })
}

/// The bytes of the bodies that a level does not record.
fn left_out(found: &Found<'_>, level: Level) -> u64 {
    let member = |name: &str, body: &[u8]| {
        if body.is_empty() { 0 } else { (name.len() + "\"\":,".len() + body.len()) as u64 }
    };
    let request = member("requestObject", found.event.request_object.0);
    let response = member("responseObject", found.event.response_object.0);
    match level {
        Level::RequestResponse => 0,
        Level::Request => response,
        _ => request + response,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use audit_log::scan::{Reach, scan};
    use audit_policy::policy::judge;

    #[test]
    fn a_lower_level_is_exact_and_a_higher_one_is_a_lower_bound() {
        let text = b"apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n\
            - {level: None, verbs: [get]}\n- {level: Metadata, verbs: [create]}\n- {level: RequestResponse}\n";
        let accepted = judge(text, Version::NEWEST).accepted.unwrap();
        let mut replay = Replay::new(accepted.policy(), Version::NEWEST);
        let line = |verb: &str, stage: &str, uri: &str, body: &str| {
            format!(
                "{{\"level\":\"Request\",\"stage\":\"{stage}\",\"requestURI\":\"{uri}\",\"verb\":\"{verb}\",\
                 \"user\":{{\"username\":\"a\"}}{body}}}"
            )
        };
        let uri = "/api/v1/namespaces/n/pods";
        let body = ",\"requestObject\":{\"kind\":\"Pod\"}";
        for line in [
            line("get", "ResponseComplete", uri, ""),
            line("create", "ResponseComplete", uri, body),
            line("create", "RequestReceived", uri, ""),
            line("update", "ResponseComplete", uri, body),
            line("update", "ResponseComplete", "", ""),
        ] {
            let event = scan(line.as_bytes(), Reach::Whole).event;
            replay.take(&Found { event, line: line.as_bytes(), offset: 0, fault: None });
        }
        let bare = line("create", "ResponseComplete", uri, "").len() as u64 + 1;
        assert_eq!(replay.rules[0], Recording { decided: 1, ..Recording::default() });
        assert_eq!(
            replay.rules[1],
            Recording { decided: 2, events: 1, bytes: bare, unknown_bodies: 0 }
        );
        let whole = bare + body.len() as u64;
        assert_eq!(
            replay.rules[2],
            Recording { decided: 1, events: 1, bytes: whole, unknown_bodies: 1 }
        );
        assert_eq!((replay.untold, replay.logged.0), (1, 5));
    }
}
