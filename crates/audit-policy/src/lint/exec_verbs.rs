//! `exec-verbs`: the same command, asked for with one of two verbs.

use super::catalog::EXEC_VERBS;
use super::probe::{SampleRequest, ordinary};
use super::subject::{LocatedRule, Subject};
use crate::api::Level;
use crate::finding::{Finding, Place};
use crate::policy::decide;
use crate::request::Request;

const STREAMS: [SampleRequest; 3] = [
    SampleRequest::core("pods", "exec"),
    SampleRequest::core("pods", "attach"),
    SampleRequest::core("pods", "portforward"),
];

/// Looks at every rule that names such a subresource.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    subject.rules().filter_map(|placed| of_rule(subject, placed)).collect()
}

fn of_rule(subject: &Subject<'_>, placed: LocatedRule<'_>) -> Option<Finding> {
    let LocatedRule { rule, places, index } = placed;
    let has = |verb: &str| rule.verbs.iter().any(|listed| listed == verb);
    let (there, missing) = match (has("create"), has("get")) {
        (true, false) => ("create", "get"),
        (false, true) => ("get", "create"),
        _ => return None,
    };
    if rule.level == Level::None {
        return None;
    }
    let (asked, place) =
        STREAMS.iter().find_map(|asked| Some((*asked, named_at(placed, *asked)?)))?;
    let other: Request<'_> = ordinary(asked, missing);
    let decision = decide(subject.policy, &other, subject.version);
    if decision.level >= rule.level || decision.rule == Some(index) {
        return None;
    }
    let who = if missing == "get" {
        "kubectl since 1.31 asks with `get` (WebSocket)"
    } else {
        "kubectl before 1.31 and many libraries ask with `create` (SPDY)"
    };
    let message = format!(
        "`{}` comes with two verbs, and this rule takes only `{there}`: {who}, which is recorded at \
         {} here",
        asked.name(),
        decision.level
    );
    let place = places.verbs.first().copied().unwrap_or(place);
    Some(EXEC_VERBS.found(place, message).help(format!("add `{missing}` to `verbs`")))
}

fn named_at(placed: LocatedRule<'_>, asked: SampleRequest) -> Option<Place> {
    let full = asked.name();
    let any = format!("*/{}", asked.subresource);
    let groups = placed.rule.resources.iter().zip(&placed.places.resources);
    groups
        .filter(|(group, _)| group.group == asked.group)
        .flat_map(|(group, places)| group.resources.iter().zip(&places.resources))
        .find(|(word, _)| **word == full || **word == any || **word == "pods/*")
        .map(|(_, place)| *place)
}
