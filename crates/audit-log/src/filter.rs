//! Which events are meant.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use crate::head::HeadTest;
pub use crate::pattern::{Codes, FilterError, Network, Pattern, Patterns};
use crate::preset::Preset;
use crate::reader::LocatedEvent;
use crate::text::JsonText;
use crate::time::micros;

/// A condition that a filter does not know by itself.
#[derive(Clone)]
pub struct OtherCondition(pub Arc<dyn Fn(&LocatedEvent<'_>) -> bool + Send + Sync>);

impl fmt::Debug for OtherCondition {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Rest")
    }
}

/// All that an event has to be.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// `user` or whom they impersonate.
    pub user: Patterns,
    /// Whom they impersonate.
    pub as_user: Patterns,
    /// One of the user's groups.
    pub groups: Patterns,
    /// The verb.
    pub verb: Patterns,
    /// `resource`, `resource.group`, `resource/subresource` or `resource.group/subresource`.
    pub resource: Vec<String>,
    /// The namespace.
    pub namespace: Patterns,
    /// The name.
    pub name: Patterns,
    /// The HTTP status.
    pub codes: Vec<Codes>,
    /// The level.
    pub level: Patterns,
    /// The stage.
    pub stage: Patterns,
    /// One of the source addresses.
    pub ip: Vec<Network>,
    /// The user agent.
    pub user_agent: Patterns,
    /// The audit ID.
    pub id: Patterns,
    /// The request URI.
    pub uri: Patterns,
    /// Not before this.
    pub since: Option<i64>,
    /// Before this.
    pub until: Option<i64>,
    /// Questions that have a name.
    pub presets: Vec<Preset>,
    /// Comparisons of single fields.
    pub tests: Vec<HeadTest>,
    /// What is asked last, of events that are meant by all the others.
    pub rest: Option<OtherCondition>,
}

impl Filter {
    /// Says whether every event is meant.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts().iter().all(|patterns| patterns.is_empty())
            && self.resource.is_empty()
            && self.codes.is_empty()
            && self.ip.is_empty()
            && self.presets.is_empty()
            && self.tests.is_empty()
            && self.rest.is_none()
            && self.since.is_none()
            && self.until.is_none()
    }

    fn texts(&self) -> [&Patterns; 11] {
        [
            &self.user,
            &self.as_user,
            &self.groups,
            &self.verb,
            &self.namespace,
            &self.name,
            &self.level,
            &self.stage,
            &self.user_agent,
            &self.id,
            &self.uri,
        ]
    }

    /// Says whether an event is meant that is read up to its bodies: for what comes after them,
    /// [`Self::takes`] has to be asked, unless this is false.
    #[must_use]
    #[inline]
    pub fn takes_head(&self, found: &LocatedEvent<'_>) -> bool {
        let event = &found.event;
        (self.verb.is_empty() || self.verb.take(&[event.verb]))
            && (self.user.is_empty() || self.user.take(&[event.user.name, event.as_user.name]))
            && (self.resource.is_empty() || self.takes_resource(found))
            && (self.namespace.is_empty() || self.namespace.take(&[event.object.namespace]))
            && (self.name.is_empty() || self.name.take(&[event.object.name]))
            && (self.codes.is_empty() || self.takes_code(event.code))
            && (self.stage.is_empty() || self.stage.take(&[event.stage]))
            && (self.level.is_empty() || self.level.take(&[event.level]))
            && (self.as_user.is_empty() || self.as_user.take(&[event.as_user.name]))
            && (self.user_agent.is_empty() || self.user_agent.take(&[event.user_agent]))
            && (self.id.is_empty() || self.id.take(&[event.audit_id]))
            && (self.uri.is_empty() || self.uri.take(&[event.request_uri]))
            && (self.groups.is_empty() || self.takes_group(found))
            && (self.ip.is_empty() || self.takes_ip(found))
            && self.tests.iter().all(|test| test.takes(event))
    }

    /// Says whether an event is meant.
    #[must_use]
    #[inline]
    pub fn takes(&self, found: &LocatedEvent<'_>) -> bool {
        self.takes_head(found)
            && self.takes_time(found)
            && self.presets.iter().all(|preset| preset.takes(found))
            && self.rest.as_ref().is_none_or(|rest| (rest.0)(found))
    }

    fn takes_code(&self, code: Option<i32>) -> bool {
        let within =
            |codes: &&Codes| code.is_some_and(|code| (codes.from..=codes.to).contains(&code));
        let mut wanted = self.codes.iter().filter(|codes| !codes.not).peekable();
        (wanted.peek().is_none() || wanted.any(|codes| within(&codes)))
            && !self.codes.iter().filter(|codes| codes.not).any(|codes| within(&codes))
    }

    fn takes_resource(&self, found: &LocatedEvent<'_>) -> bool {
        let object = &found.event.object;
        let is = |wanted: &str| {
            let (kind, subresource) =
                wanted.split_once('/').map_or((wanted, None), |(a, b)| (a, Some(b)));
            let (resource, group) =
                kind.split_once('.').map_or((kind, None), |(a, b)| (a, Some(b)));
            (resource == "*" || object.resource.is(resource))
                && group.is_none_or(|group| object.group.is(group))
                && subresource.is_none_or(|part| part == "*" || object.subresource.is(part))
        };
        let mut wanted = self.resource.iter().filter(|text| !text.starts_with('!')).peekable();
        let mut others = self.resource.iter().filter_map(|text| text.strip_prefix('!'));
        (wanted.peek().is_none() || wanted.any(|text| is(text))) && !others.any(is)
    }

    fn takes_group(&self, found: &LocatedEvent<'_>) -> bool {
        let groups: Vec<JsonText<'_>> =
            found.event.user.groups.elements().filter_map(|group| group.text()).collect();
        self.groups.take(&groups)
    }

    fn takes_ip(&self, found: &LocatedEvent<'_>) -> bool {
        let address = |text: JsonText<'_>| text.decode().parse::<IpAddr>().ok();
        let mut addresses =
            found.event.source_ips.elements().filter_map(|one| address(one.text()?));
        addresses.any(|address| self.ip.iter().any(|network| network.contains(address)))
    }

    fn takes_time(&self, found: &LocatedEvent<'_>) -> bool {
        if self.since.is_none() && self.until.is_none() {
            return true;
        }
        let Some(time) = micros(found.event.time().0) else { return false };
        self.since.is_none_or(|since| time >= since) && self.until.is_none_or(|until| time < until)
    }

    /// Returns a text that every line of a meant event holds, if one is known: long enough to pass
    /// over most lines, and of characters that no producer escapes.
    #[must_use]
    pub fn needle(&self) -> Option<&str> {
        let exact = [&self.id, &self.user, &self.as_user, &self.name, &self.namespace, &self.verb];
        let texts = exact.iter().filter_map(|patterns| patterns.exact());
        let resource = match &self.resource[..] {
            [one] if !one.starts_with('!') => {
                one.split(['.', '/']).next().filter(|word| *word != "*")
            }
            _ => None,
        };
        let tests = self.tests.iter().filter_map(HeadTest::needle);
        let runs = texts.chain(resource).chain(tests).filter_map(plain_run);
        runs.max_by_key(|run| run.len())
    }

    /// Says whether the head of an event is enough to tell that it is not meant.
    #[must_use]
    pub fn asks_head(&self) -> bool {
        self.texts().iter().any(|patterns| !patterns.is_empty())
            || !self.resource.is_empty()
            || !self.codes.is_empty()
            || !self.ip.is_empty()
            || !self.tests.is_empty()
    }
}

/// Texts shorter than this are in most lines.
const SHORTEST: usize = 4;

/// The longest part of a text that is the same in every JSON writing of it.
fn plain_run(text: &str) -> Option<&str> {
    let odd = |character: char| !(character.is_ascii_alphanumeric() || "_.:@-".contains(character));
    text.split(odd).max_by_key(|run| run.len()).filter(|run| run.len() >= SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::{ScanDepth, scan};

    fn takes(filter: &Filter) -> bool {
        let line = br#"{"verb":"get","stage":"ResponseComplete","user":{"username":"CORP\\svc","groups":["a","b"]},"impersonatedUser":{"username":"eve"},"sourceIPs":["10.1.2.3"],"objectRef":{"resource":"deployments","apiGroup":"apps","subresource":"scale","namespace":"n"},"responseStatus":{"code":404},"stageTimestamp":"2026-11-01T00:00:00Z"}"#;
        let event = scan(line, ScanDepth::Whole).event;
        filter.takes(&LocatedEvent { event, line, offset: 0, fault: None })
    }

    #[test]
    fn every_condition_has_to_hold() {
        let texts = |text: &str| Patterns::new([text]);
        for (yes, filter) in [
            (true, Filter::default()),
            (true, Filter { user: texts("CORP\\svc"), ..Filter::default() }),
            (true, Filter { user: texts("x,eve"), ..Filter::default() }),
            (true, Filter { user: texts("*RP*vc"), verb: texts("!list"), ..Filter::default() }),
            (false, Filter { user: texts("*RP*vc"), verb: texts("!get"), ..Filter::default() }),
            (false, Filter { as_user: texts("CORP*"), ..Filter::default() }),
            (
                true,
                Filter {
                    groups: texts("b"),
                    codes: vec!["4xx".parse().unwrap()],
                    ..Filter::default()
                },
            ),
            (false, Filter { codes: vec!["!404".parse().unwrap()], ..Filter::default() }),
            (true, Filter { ip: vec!["10.0.0.0/8".parse().unwrap()], ..Filter::default() }),
            (false, Filter { ip: vec!["10.1.2.4".parse().unwrap()], ..Filter::default() }),
            (true, Filter { resource: vec!["deployments.apps/scale".into()], ..Filter::default() }),
            (true, Filter { resource: vec!["deployments".into()], ..Filter::default() }),
            (false, Filter { resource: vec!["!deployments".into()], ..Filter::default() }),
            (
                false,
                Filter { resource: vec!["deployments.extensions".into()], ..Filter::default() },
            ),
            (false, Filter { since: micros(b"2026-11-01T00:00:01Z"), ..Filter::default() }),
            (false, Filter { until: micros(b"2026-11-01T00:00:00Z"), ..Filter::default() }),
        ] {
            assert_eq!(takes(&filter), yes, "{filter:?}");
        }
        for wrong in ["40", "4x4", "abc", "4xxx"] {
            assert!(wrong.parse::<Codes>().is_err(), "{wrong}");
        }
        assert!("10.0.0.0/33".parse::<Network>().is_err());
    }

    #[test]
    fn needles_are_texts_that_no_writing_changes() {
        let filter = |user: &str| Filter {
            user: Patterns::new([user]),
            verb: Patterns::new(["get"]),
            ..Filter::default()
        };
        assert_eq!(filter("jane@corp.example").needle(), Some("jane@corp.example"));
        assert_eq!(filter("CORP\\svc-deploy").needle(), Some("svc-deploy"));
        assert_eq!(filter("анна").needle(), None);
        assert_eq!(filter("jane*").needle(), None);
    }
}
