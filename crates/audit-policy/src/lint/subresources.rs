//! `missing-subresource`: `pods` is not `pods/ephemeralcontainers`.

use super::catalog::MISSING_SUBRESOURCE;
use super::probe::{Asked, ordinary};
use super::subject::{Placed, Subject, list};
use crate::api::Level;
use crate::finding::{Finding, Place};
use crate::policy::decide;

/// Subresources through which an object is changed or entered, by another way than its own
/// resource, and a verb they are used with. `status` is not among them: it is left out on purpose
/// nearly everywhere.
const WAYS: &[(Asked, &str)] = &[
    (Asked::core("pods", "ephemeralcontainers"), "patch"),
    (Asked::core("pods", "resize"), "patch"),
    (Asked::core("pods", "eviction"), "create"),
    (Asked::core("pods", "exec"), "get"),
    (Asked::core("pods", "attach"), "get"),
    (Asked::core("pods", "portforward"), "get"),
    (Asked::core("pods", "proxy"), "get"),
    (Asked::core("services", "proxy"), "get"),
    (Asked { namespaced: false, ..Asked::core("nodes", "proxy") }, "get"),
    (Asked::core("serviceaccounts", "token"), "create"),
    (Asked { group: "apps", ..Asked::core("deployments", "scale") }, "patch"),
    (Asked { group: "apps", ..Asked::core("statefulsets", "scale") }, "patch"),
    (Asked { group: "apps", ..Asked::core("replicasets", "scale") }, "patch"),
    (
        Asked {
            group: "certificates.k8s.io",
            namespaced: false,
            ..Asked::core("certificatesigningrequests", "approval")
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

fn of_rule(subject: &Subject<'_>, placed: Placed<'_>) -> Vec<Finding> {
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
    placed: Placed<'_>,
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

fn is_named(subject: &Subject<'_>, way: Asked) -> bool {
    let full = way.name();
    let any = format!("*/{}", way.subresource);
    let all = format!("{}/*", way.resource);
    let groups = subject.policy.rules.iter().flat_map(|rule| &rule.resources);
    groups
        .filter(|group| group.group == way.group)
        .flat_map(|group| &group.resources)
        .any(|word| *word == full || *word == any || *word == all)
}
