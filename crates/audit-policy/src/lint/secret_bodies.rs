//! `secret-bodies`: what should never be in a log.

use super::catalog::SECRET_BODIES;
use super::probe::{SampleRequest, example};
use super::questions::{Interest, Questions};
use super::subject::{LocatedRule, Subject, list};
use crate::api::Level;
use crate::finding::Finding;

/// Verbs with the secret in what is sent.
const SENT: &[&str] = &["create", "update", "patch"];
/// Verbs with the secret in what is sent or in the answer.
const BOTH: &[&str] = &["get", "list", "create", "update", "patch"];
const CREATE: &[&str] = &["create"];

/// Something whose body is a secret.
pub(super) struct Secret {
    /// What it is.
    pub(super) asked: SampleRequest,
    /// The verbs for which the level `Request` records it.
    pub(super) sent: &'static [&'static str],
    /// The verbs for which the level `RequestResponse` does.
    pub(super) both: &'static [&'static str],
}

/// What CIS 3.2.2 names, and the tokens of service accounts, which are younger than its text.
pub(super) const SECRETS: [Secret; 4] = [
    Secret { asked: SampleRequest::core("secrets", ""), sent: SENT, both: BOTH },
    Secret { asked: SampleRequest::core("configmaps", ""), sent: SENT, both: BOTH },
    Secret { asked: SampleRequest::core("serviceaccounts", "token"), sent: CREATE, both: CREATE },
    Secret {
        asked: SampleRequest {
            group: "authentication.k8s.io",
            namespaced: false,
            ..SampleRequest::core("tokenreviews", "")
        },
        sent: CREATE,
        both: CREATE,
    },
];

/// Returns what is asked about rules of this level.
pub(super) fn interests(level: Level) -> impl Iterator<Item = Interest> {
    SECRETS.iter().filter_map(move |secret| Some((secret.asked, secret.verbs(level)?)))
}

/// Looks at what every rule above Metadata really decides.
pub(super) fn check(subject: &Subject<'_>, questions: &mut Questions<'_>) -> Vec<Finding> {
    subject.rules().filter_map(|placed| of_rule(questions, placed)).collect()
}

fn of_rule(questions: &mut Questions<'_>, placed: LocatedRule<'_>) -> Option<Finding> {
    let level = placed.rule.level;
    let recorded: Vec<(SampleRequest, String)> = interests(level)
        .filter_map(|interest| Some((interest.0, questions.decided(placed.index, interest)?)))
        .map(|(asked, request)| (asked, example(&request)))
        .collect();
    let names: Vec<String> = recorded.iter().map(|(asked, _)| asked.name()).collect();
    let (_, example) = recorded.first()?;
    let bodies = match level {
        Level::RequestResponse => "what is sent and what is answered",
        _ => "what is sent",
    };
    let message = format!(
        "{level} records {bodies} for {} (for example {example}): anyone who reads the log or its \
         backups reads them too",
        list(&names)
    );
    let help = format!("put a rule with `level: Metadata` for {} before this one", list(&names));
    Some(SECRET_BODIES.found(placed.places.level, message).help(help))
}

impl Secret {
    /// Returns the verbs for which this level records the secret.
    pub(super) fn verbs(&self, level: Level) -> Option<&'static [&'static str]> {
        match level {
            Level::None | Level::Metadata => None,
            Level::Request => Some(self.sent),
            Level::RequestResponse => Some(self.both),
        }
    }
}
