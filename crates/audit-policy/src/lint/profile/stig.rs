//! DISA STIG V-242403: everything at RequestResponse.

use super::super::catalog::STIG;
use super::super::probe::{SampleRequest, ordinary, path};
use super::super::subject::{START, Subject};
use crate::api::Level;
use crate::finding::Finding;
use crate::policy::decide;

/// Returns the first rule that records less, or that there is no rule for all the rest.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let wants = "STIG V-242403 wants RequestResponse for every request";
    let less = subject.rules().find(|placed| placed.rule.level < Level::RequestResponse);
    if let Some(placed) = less {
        let message = format!("{wants}; this rule records {}", placed.rule.level);
        let help = "a policy passes if it has this one rule: `- level: RequestResponse`. It puts every \
                    Secret into the log, which CIS 3.2.2 forbids";
        return vec![STIG.found(placed.places.level, message).help(help)];
    }
    let asked = [
        ordinary(SampleRequest::core("pods", ""), "get"),
        ordinary(
            SampleRequest { group: "example.com", ..SampleRequest::core("widgets", "") },
            "create",
        ),
        path("/somewhere/else"),
    ];
    let is_lost = |request| decide(subject.policy, request, subject.version).rule.is_none();
    let message = format!("{wants}; some are matched by no rule");
    let lost = asked.iter().any(is_lost).then(|| STIG.found(START, message));
    lost.into_iter().collect()
}
