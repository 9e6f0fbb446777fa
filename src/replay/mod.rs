//! A policy applied to a recorded log: what it would record, and what the log cannot tell.

mod size;

use audit_log::reader::LocatedEvent;
use audit_log::text::JsonText;
use audit_policy::api::{Event, Level, Policy, Stage, UserInfo, Version};
use audit_policy::policy::{Compiled, Decision};
use audit_policy::request::{Request, is_long_running, of_event};
pub use size::Size;
use size::size;

/// What a rule would record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recording {
    /// Events of the log that the rule decides.
    pub decided: u64,
    /// Those that would be recorded.
    pub events: u64,
    /// Their bytes, line ends included, as far as the log tells.
    pub bytes: u64,
    /// Events that would have bodies that the log does not hold.
    pub unknown_bodies: u64,
    /// Events whose bodies would have managed fields that the log does not hold.
    pub unknown_managed_fields: u64,
    /// Events that are cut, or do not say their level: their size would be another one.
    pub unknown_sizes: u64,
    /// Requests that would have an event of stage `RequestReceived`, less the events of that stage.
    received_due: i64,
    /// The same for `ResponseStarted`, which only long-running requests have.
    started_due: i64,
}

/// How far the numbers of a rule can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberTrust {
    /// Events and bytes are those that this policy would have recorded of these requests.
    Exact,
    /// It would have recorded at least this.
    LowerBound,
    /// No request of the log is decided by the rule: either there was none, or it was not recorded.
    Unknown,
}

impl Recording {
    fn add(&mut self, other: &Self) {
        self.decided += other.decided;
        self.events += other.events;
        self.bytes += other.bytes;
        self.unknown_bodies += other.unknown_bodies;
        self.unknown_managed_fields += other.unknown_managed_fields;
        self.unknown_sizes += other.unknown_sizes;
        self.received_due += other.received_due;
        self.started_due += other.started_due;
    }

    /// Returns how many events of stages are missing that the log's own policy omitted. Requests
    /// that were running when the log begins count too.
    #[must_use]
    pub fn unknown_stages(&self) -> u64 {
        let due = |count: i64| u64::try_from(count).unwrap_or(0);
        due(self.received_due) + due(self.started_due)
    }

    /// Returns how far `events` and `bytes` can be trusted for a rule of this level.
    #[must_use]
    pub fn trust(&self, level: Level) -> NumberTrust {
        let unknown = self.unknown_bodies
            + self.unknown_managed_fields
            + self.unknown_sizes
            + self.unknown_stages();
        match (level, self.decided, unknown) {
            (Level::None, ..) => NumberTrust::Exact,
            (_, 0, _) => NumberTrust::Unknown,
            (_, _, 0) => NumberTrust::Exact,
            _ => NumberTrust::LowerBound,
        }
    }
}

/// What a policy decides about an event of a log.
#[derive(Debug, Clone)]
pub struct ReplayedEvent {
    /// The request as the policy sees it.
    pub request: Request<'static>,
    /// The rule that decides, from 0; `None` if none does.
    pub rule: Option<usize>,
    /// The level.
    pub level: Level,
    /// The size of the event, if it is recorded.
    pub size: Option<Size>,
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
    /// at whom they impersonate. Returns what was decided; `None` if the event does not tell the
    /// request.
    pub fn take(&mut self, found: &LocatedEvent<'_>) -> Option<ReplayedEvent> {
        self.logged.0 += 1;
        self.logged.1 += found.line.len() as u64 + 1;
        let Some(request) = asked(found) else {
            self.untold += 1;
            return None;
        };
        let decision = self.policy.decide(&request);
        let last = self.rules.len() - 1;
        let rule = &mut self.rules[decision.rule.unwrap_or(last).min(last)];
        rule.decided += 1;
        let (number, level) = (decision.rule, decision.level);
        if level == Level::None {
            return Some(ReplayedEvent { request, rule: number, level, size: None });
        }
        rule.follow_stages(found, &request, decision);
        if omits(decision, found.event.stage) {
            return Some(ReplayedEvent { request, rule: number, level, size: None });
        }
        let recorded = Level::from_name(&found.event.level.decode());
        let size = size(found, &request, recorded, decision);
        rule.events += 1;
        rule.bytes += size.bytes;
        rule.unknown_bodies += u64::from(size.lacks_bodies);
        rule.unknown_managed_fields += u64::from(size.lacks_managed_fields);
        rule.unknown_sizes += u64::from(size.is_unsure);
        Some(ReplayedEvent { request, rule: number, level, size: Some(size) })
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

impl Recording {
    /// Counts which stages a request has and which the log holds.
    fn follow_stages(
        &mut self,
        found: &LocatedEvent<'_>,
        request: &Request<'_>,
        decision: &Decision,
    ) {
        let stage = found.event.stage;
        let records = |stage: Stage| !decision.omit_stages.contains(&stage);
        let ended = stage.is("ResponseComplete") || stage.is("Panic");
        if records(Stage::RequestReceived) {
            self.received_due += i64::from(ended) - i64::from(stage.is("RequestReceived"));
        }
        if records(Stage::ResponseStarted) {
            let ended = stage.is("ResponseComplete") && is_long_running(request);
            self.started_due += i64::from(ended) - i64::from(stage.is("ResponseStarted"));
        }
    }
}

fn omits(decision: &Decision, stage: JsonText<'_>) -> bool {
    decision.omit_stages.iter().any(|omitted| stage.is(omitted.name()))
}

/// Returns the request that the policy saw; `None` if the event does not tell it.
fn asked(found: &LocatedEvent<'_>) -> Option<Request<'static>> {
    let event = &found.event;
    let text = |text: JsonText<'_>| text.decode().into_owned();
    let groups = event.user.groups.elements().filter_map(|group| group.text()).map(text).collect();
    let user = UserInfo { username: text(event.user.name), groups, ..UserInfo::default() };
    let event = Event {
        verb: text(event.verb),
        request_uri: text(event.request_uri),
        user,
        ..Event::default()
    };
    Some(of_event(event).ok()?.request)
}

#[cfg(test)]
mod tests {
    use super::*;
    use audit_log::scan::{ScanDepth, scan};
    use audit_policy::policy::judge;

    fn replayed(policy: &str, lines: &[String]) -> Replay {
        let text = format!("apiVersion: audit.k8s.io/v1\nkind: Policy\n{policy}");
        let accepted = judge(text.as_bytes(), Version::NEWEST).outcome.unwrap();
        let mut replay = Replay::new(accepted.policy(), Version::NEWEST);
        for line in lines {
            let event = scan(line.as_bytes(), ScanDepth::Whole).event;
            replay.take(&LocatedEvent { event, line: line.as_bytes(), offset: 0, fault: None });
        }
        replay
    }

    fn line(level: &str, verb: &str, stage: &str, uri: &str, body: &str) -> String {
        format!(
            "{{\"level\":\"{level}\",\"stage\":\"{stage}\",\"requestURI\":\"{uri}\",\"verb\":\"{verb}\",\
             \"user\":{{\"username\":\"a\"}}{body}}}"
        )
    }

    const URI: &str = "/api/v1/namespaces/n/pods";
    const BODY: &str = ",\"requestObject\":{\"kind\":\"Pod\"}";

    #[test]
    fn a_lower_level_is_exact_and_a_higher_one_is_a_lower_bound() {
        let policy = "omitStages: [RequestReceived]\nrules:\n- {level: None, verbs: [get]}\n\
            - {level: Metadata, verbs: [create]}\n- {level: RequestResponse, verbs: [update]}\n\
            - {level: Metadata, users: [b]}\n";
        let of = |verb: &str, stage: &str, uri: &str, body: &str| {
            line("Request", verb, stage, uri, body)
        };
        let lines = [
            of("get", "ResponseComplete", URI, ""),
            of("create", "ResponseComplete", URI, BODY),
            of("create", "RequestReceived", URI, ""),
            of("update", "ResponseComplete", URI, BODY),
            of("update", "ResponseComplete", "", ""),
        ];
        let replay = replayed(policy, &lines);
        let levels = [Level::None, Level::Metadata, Level::RequestResponse, Level::Metadata];
        let trust: Vec<NumberTrust> =
            replay.rules.iter().zip(levels).map(|(rule, level)| rule.trust(level)).collect();
        assert_eq!(
            trust,
            [NumberTrust::Exact, NumberTrust::Exact, NumberTrust::LowerBound, NumberTrust::Unknown]
        );
        let rule = &replay.rules[1];
        let metadata = line("Metadata", "create", "ResponseComplete", URI, "");
        assert_eq!((rule.decided, rule.events, rule.bytes), (2, 1, metadata.len() as u64 + 1));
        assert_eq!(replay.rules[2].unknown_bodies, 1);
        assert_eq!((replay.untold, replay.logged.0), (1, 5));
    }

    #[test]
    fn stages_that_the_logs_own_policy_omitted_are_missing() {
        let policy = "rules:\n- {level: Metadata}\n";
        let of = |verb: &str, stage: &str| line("Metadata", verb, stage, URI, "");
        let complete = of("get", "ResponseComplete");
        let both = replayed(policy, &[of("get", "RequestReceived"), complete.clone()]);
        assert_eq!(both.rules[0].trust(Level::Metadata), NumberTrust::Exact);
        let one = replayed(policy, &[complete]);
        assert_eq!(one.rules[0].unknown_stages(), 1);
        let watch =
            replayed(policy, &[of("watch", "RequestReceived"), of("watch", "ResponseComplete")]);
        assert_eq!(watch.rules[0].unknown_stages(), 1);
        assert_eq!(watch.rules[0].trust(Level::Metadata), NumberTrust::LowerBound);
    }
}
