//! `no-catch-all`: what no rule matches is not recorded.

use super::catalog::NO_CATCH_ALL;
use super::probe::{SampleRequest, ordinary, path};
use super::subject::{Subject, listed};
use crate::finding::Finding;
use crate::policy::decide;
use crate::request::Request;

/// A custom resource of a group that no policy names.
const CUSTOM: SampleRequest =
    SampleRequest { group: "example.com", ..SampleRequest::core("widgets", "") };

/// Asks about requests that a policy without a rule for all the rest forgets.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let nobody = Request { user: None, ..ordinary(SampleRequest::core("pods", ""), "list") };
    let asked = [
        ("custom resources", ordinary(CUSTOM, "create")),
        ("changes of roles", ordinary(ROLES, "create")),
        ("paths that are no resources", path("/somewhere/else")),
        ("requests that fail authentication", nobody),
    ];
    let is_lost =
        |request: &Request<'_>| decide(subject.policy, request, subject.version).rule.is_none();
    let lost: Vec<String> = asked
        .iter()
        .filter(|(_, request)| is_lost(request))
        .map(|(what, _)| (*what).to_owned())
        .collect();
    if lost.is_empty() {
        return vec![];
    }
    let message = format!(
        "no rule is for all the rest, and what no rule matches is not recorded: {} among it",
        listed(&lost)
    );
    let help = "end the policy with `- level: Metadata`, or with `- level: None` if that is meant";
    vec![NO_CATCH_ALL.found(subject.last_rule(), message).help(help)]
}

const ROLES: SampleRequest = SampleRequest {
    group: "rbac.authorization.k8s.io",
    namespaced: false,
    ..SampleRequest::core("clusterroles", "")
};
