//! `missing-subresource`: `pods` is not `pods/ephemeralcontainers`.

use super::catalog::MISSING_SUBRESOURCE;
use super::probe::{SampleRequest, ordinary};
use super::subject::{LocatedRule, Subject, list};
use crate::api::Level;
use crate::finding::{Finding, Place};
use crate::policy::decide;

/// Subresources through which an object is changed or entered, by another way than its own
/// resource, and a verb they are used with. `status` is not among them: it is left out on purpose
/// nearly everywhere.
const WAYS: &[(SampleRequest, &str)] = &[
    (SampleRequest::core("pods", "ephemeralcontainers"), "patch"),
    (SampleRequest::core("pods", "resize"), "patch"),
    (SampleRequest::core("pods", "eviction"), "create"),
    (SampleRequest::core("pods", "exec"), "get"),
    (SampleRequest::core("pods", "attach"), "get"),
    (SampleRequest::core("pods", "portforward"), "get"),
    (SampleRequest::core("pods", "proxy"), "get"),
    (SampleRequest::core("services", "proxy"), "get"),
    (SampleRequest { namespaced: false, ..SampleRequest::core("nodes", "proxy") }, "get"),
    (SampleRequest::core("serviceaccounts", "token"), "create"),
    (SampleRequest { group: "apps", ..SampleRequest::core("deployments", "scale") }, "patch"),
    (SampleRequest { group: "apps", ..SampleRequest::core("statefulsets", "scale") }, "patch"),
    (SampleRequest { group: "apps", ..SampleRequest::core("replicasets", "scale") }, "patch"),
    (
        SampleRequest {
            group: "certificates.k8s.io",
            namespaced: false,
            ..SampleRequest::core("certificatesigningrequests", "approval")
        },
        "update",
    ),
];

/// Looks at every rule that names a resource and records it. A subresource that some rule names is
/// nobody's oversight.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let recorded = subject.rules().filter(|placed| placed.rule.level > Level::None);
    recorded.flat_map(|placed| of_rule(subject, placed)).collect()
}

fn of_rule(subject: &Subject<'_>, placed: LocatedRule<'_>) -> Vec<Finding> {
    let mut found = vec![];
    for (group, places) in placed.rule.resources.iter().zip(&placed.places.resources) {
        for (word, place) in group.resources.iter().zip(&places.resources) {
            found.extend(of_resource(subject, placed, (&group.group, word), *place));
        }
    }
    found
}

fn of_resource(
    subject: &Subject<'_>,
    placed: LocatedRule<'_>,
    (group, resource): (&str, &str),
    place: Place,
) -> Option<Finding> {
    let ways = WAYS.iter().filter(|(way, verb)| {
        let verbs = &placed.rule.verbs;
        (way.group, way.resource) == (group, resource)
            && (verbs.is_empty() || verbs.iter().any(|listed| listed == verb))
            && !is_named(subject, *way)
    });
    let lost: Vec<String> = ways
        .filter(|(way, verb)| {
            let decision = decide(subject.policy, &ordinary(*way, verb), subject.version);
            decision.level == Level::None
        })
        .map(|(way, _)| way.name())
        .collect();
    if lost.is_empty() {
        return None;
    }
    let message = format!(
        "`{resource}` does not stand for its subresources: {} by ordinary users {} not recorded at \
         all",
        list(&lost),
        if lost.len() == 1 { "is" } else { "are" },
    );
    let help = "name them as well, or end the policy with a rule for all the rest";
    Some(MISSING_SUBRESOURCE.found(place, message).help(help))
}

fn is_named(subject: &Subject<'_>, way: SampleRequest) -> bool {
    let full = way.name();
    let any = format!("*/{}", way.subresource);
    let all = format!("{}/*", way.resource);
    let groups = subject.policy.rules.iter().flat_map(|rule| &rule.resources);
    groups
        .filter(|group| group.group == way.group)
        .flat_map(|group| &group.resources)
        .any(|word| *word == full || *word == any || *word == all)
}
