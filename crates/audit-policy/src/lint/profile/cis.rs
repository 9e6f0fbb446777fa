//! CIS Kubernetes Benchmark 3.2.2, by what the policy decides and not by what it says.

use super::super::catalog::CIS;
use super::super::probe::{Asked, ordinary, path};
use super::super::questions::Questions;
use super::super::secrets::{SECRETS, Secret};
use super::super::subject::Subject;
use crate::api::Level;
use crate::finding::{Finding, Place};
use crate::policy::Decision;
use crate::policy::decide;
use crate::request::Request;

const CHANGES: &[&str] = &["create", "update", "patch", "delete"];
const USES: &[&str] = &["get", "create"];
const READS: &[&str] = &["get", "list", "create"];

/// What must be recorded, with these verbs.
const RECORDED: [(Asked, &[&str]); 11] = [
    (Asked::core("secrets", ""), READS),
    (Asked::core("configmaps", ""), READS),
    (
        Asked {
            group: "authentication.k8s.io",
            namespaced: false,
            ..Asked::core("tokenreviews", "")
        },
        &["create"],
    ),
    (Asked::core("pods", ""), CHANGES),
    (Asked { group: "apps", ..Asked::core("deployments", "") }, CHANGES),
    (Asked::core("pods", "exec"), USES),
    (Asked::core("pods", "portforward"), USES),
    (Asked::core("pods", "proxy"), USES),
    (Asked::core("services", "proxy"), USES),
    (Asked::core("services", ""), CHANGES),
    (Asked { group: "example.com", ..Asked::core("widgets", "") }, CHANGES),
];

/// Returns what CIS 3.2.2 would not accept.
pub(super) fn check(subject: &Subject<'_>, questions: &mut Questions<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> =
        SECRETS.iter().filter_map(|secret| body(subject, questions, secret)).collect();
    for (asked, verbs) in RECORDED {
        let lost = verbs.iter().find_map(|verb| lost(subject, &ordinary(asked, verb)));
        found.extend(lost.map(|place| {
            let name = asked.name();
            let what = if asked.group == "example.com" { "custom resources" } else { &name };
            let message = format!(
                "CIS 3.2.2 wants {} of `{what}` recorded at Metadata or above; by ordinary users \
                 not all of it is",
                if verbs == CHANGES { "changes" } else { "use" }
            );
            CIS.found(place, message)
        }));
    }
    if let Some(place) = lost(subject, &path("/somewhere/else")) {
        let message = "CIS 3.2.2 wants most requests recorded at Metadata or above; those for paths \
                       that are no resources are not";
        found.push(CIS.found(place, message));
    }
    found
}

/// A secret of which a body is recorded.
fn body(subject: &Subject<'_>, questions: &mut Questions<'_>, secret: &Secret) -> Option<Finding> {
    subject.rules().find_map(|placed| {
        let verbs = secret.verbs(placed.rule.level)?;
        questions.decided(placed.index, (secret.asked, verbs))?;
        let message = format!(
            "CIS 3.2.2 wants `{}` at Metadata only; this rule records bodies",
            secret.asked.name()
        );
        Some(CIS.found(placed.places.level, message))
    })
}

/// Where it is decided that a request is not recorded, if it is not.
fn lost(subject: &Subject<'_>, request: &Request<'_>) -> Option<Place> {
    let Decision { level, rule, .. } = decide(subject.policy, request, subject.version);
    let place = || rule.map_or_else(|| subject.last_rule(), |rule| subject.places.starts[rule]);
    (level == Level::None).then(place)
}
