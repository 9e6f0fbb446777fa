//! CIS Kubernetes Benchmark 3.2.2, by what the policy decides and not by what it says.

use super::super::catalog::CIS;
use super::super::omitted_stages::is_recorded;
use super::super::probe::{SampleRequest, ordinary, path};
use super::super::questions::Questions;
use super::super::secret_bodies::{SECRETS, Secret};
use super::super::silent_users::{ORDINARY, by_everybody};
use super::super::subject::{Subject, list};
use crate::finding::{Finding, Place};
use crate::policy::decide;
use crate::request::Request;

const CHANGES: &[&str] = &["create", "update", "patch", "delete"];
const USES: &[&str] = &["get", "create"];
const READS: &[&str] = &["get", "list", "create"];

/// What must be recorded, with these verbs.
const RECORDED: [(SampleRequest, &[&str]); 11] = [
    (SampleRequest::core("secrets", ""), READS),
    (SampleRequest::core("configmaps", ""), READS),
    (
        SampleRequest {
            group: "authentication.k8s.io",
            namespaced: false,
            ..SampleRequest::core("tokenreviews", "")
        },
        &["create"],
    ),
    (SampleRequest::core("pods", ""), CHANGES),
    (SampleRequest { group: "apps", ..SampleRequest::core("deployments", "") }, CHANGES),
    (SampleRequest::core("pods", "exec"), USES),
    (SampleRequest::core("pods", "portforward"), USES),
    (SampleRequest::core("pods", "proxy"), USES),
    (SampleRequest::core("services", "proxy"), USES),
    (SampleRequest::core("services", ""), CHANGES),
    (SampleRequest { group: "example.com", ..SampleRequest::core("widgets", "") }, CHANGES),
];

/// Returns what CIS 3.2.2 would not accept.
pub(super) fn check(subject: &Subject<'_>, questions: &mut Questions<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> =
        SECRETS.iter().filter_map(|secret| body(subject, questions, secret)).collect();
    let mut by_others: Vec<(Place, &str, Vec<String>)> = vec![];
    for (asked, verbs) in RECORDED {
        let requests = verbs.iter().flat_map(|verb| by_everybody(ordinary(asked, verb)));
        let lost = { requests }.find_map(|(who, request)| Some((who, lost(subject, &request)?)));
        let Some((who, place)) = lost else { continue };
        let name = asked.name();
        let what = if asked.group == "example.com" { "custom resources" } else { &name };
        if who == ORDINARY {
            let message = format!(
                "CIS 3.2.2 wants {} of `{what}` recorded at Metadata or above; by {who} not all of it \
                 is",
                if verbs == CHANGES { "changes" } else { "use" }
            );
            found.push(CIS.found(place, message));
            continue;
        }
        match by_others.iter_mut().find(|(at, by, _)| (*at, *by) == (place, who)) {
            Some((_, _, names)) => names.push(what.to_owned()),
            None => by_others.push((place, who, vec![what.to_owned()])),
        }
    }
    found.extend(by_others.iter().map(|(place, who, names)| {
        let message = format!(
            "CIS 3.2.2 wants the use and changes of {} recorded at Metadata or above; by {who} not \
             all of it is",
            list(names)
        );
        CIS.found(*place, message)
    }));
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
    let decision = decide(subject.policy, request, subject.version);
    let start = |rule: usize| subject.places.starts.get(rule).copied();
    let place = || decision.rule.and_then(start).unwrap_or_else(|| subject.last_rule());
    (!is_recorded(&decision, request)).then(place)
}
