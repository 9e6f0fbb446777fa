//! Every check of lint: its id, how bad what it finds is, and what it looks for.

use crate::finding::{Finding, Place, Severity};

/// One thing that lint looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// The id that findings carry and that silences them.
    pub id: &'static str,
    /// How bad it usually is. Some findings are less bad than this, none is worse.
    pub severity: Severity,
    /// What it looks for, in one line.
    pub about: &'static str,
}

const fn check(id: &'static str, severity: Severity, about: &'static str) -> Check {
    Check { id, severity, about }
}

pub(super) const UNKNOWN_FIELD: Check = check(
    "unknown-field",
    Severity::Error,
    "a field that the server does not know and leaves out, so that a rule matches more than it says",
);
pub(super) const DUPLICATE_KEY: Check = check(
    "duplicate-key",
    Severity::Error,
    "a key that is written twice; only the last one counts",
);
pub(super) const REMOVED_API_VERSION: Check = check(
    "removed-api-version",
    Severity::Error,
    "an apiVersion that servers since 1.24 do not know",
);
pub(super) const UNREACHABLE_RULE: Check = check(
    "unreachable-rule",
    Severity::Error,
    "a rule that decides nothing, because earlier rules take all it matches",
);
pub(super) const PARTLY_UNREACHABLE: Check = check(
    "partly-unreachable",
    Severity::Info,
    "a word of a rule for which earlier rules always decide",
);
pub(super) const SHADOWED_BY_LESS: Check = check(
    "shadowed-by-less",
    Severity::Warning,
    "an earlier rule that takes a part of what a rule matches, and records less of it",
);
pub(super) const DEAD_SELECTOR: Check = check(
    "dead-selector",
    Severity::Error,
    "a word that no request can match, such as a wildcard where there are none",
);
pub(super) const WRONG_GROUP: Check =
    check("wrong-group", Severity::Error, "a resource that is served in another API group");
pub(super) const UNKNOWN_RESOURCE: Check = check(
    "unknown-resource",
    Severity::Warning,
    "a resource that a group of Kubernetes itself does not have",
);
pub(super) const MISSING_SUBRESOURCE: Check = check(
    "missing-subresource",
    Severity::Warning,
    "a resource whose subresources change it or lead into it, and are recorded less",
);
pub(super) const SECRET_BODIES: Check = check(
    "secret-bodies",
    Severity::Warning,
    "bodies of secrets, configmaps, serviceaccounts/token or tokenreviews in the log",
);
pub(super) const NO_CATCH_ALL: Check =
    check("no-catch-all", Severity::Warning, "requests that no rule matches and nothing records");
pub(super) const HIDES_401: Check = check(
    "hides-401",
    Severity::Warning,
    "omitStages with ResponseStarted, the only stage of a failed authentication",
);
pub(super) const UNBOUNDED_BODIES: Check =
    check("unbounded-bodies", Severity::Warning, "whole lists of objects in the log");
pub(super) const EXEC_VERBS: Check = check(
    "exec-verbs",
    Severity::Warning,
    "exec, attach or portforward with only one of the verbs create and get",
);
pub(super) const FAIL_OPEN: Check = check(
    "fail-open",
    Severity::Error,
    "blocking-strict without the stage RequestReceived, which then blocks nothing",
);
pub(super) const RECORDS_NOTHING: Check = check(
    "records-nothing",
    Severity::Error,
    "a policy or rule of which no event comes, because of `level: None` or of stages left out",
);
pub(super) const NO_OUTCOME: Check = check(
    "no-outcome",
    Severity::Warning,
    "omitStages with ResponseComplete, the only stage with the result of a request",
);
pub(super) const SILENT_USERS: Check = check(
    "silent-users",
    Severity::Warning,
    "administrators or all service accounts of whose requests nothing is recorded",
);
pub(super) const ONE_EVENT_GROUP: Check = check(
    "one-event-group",
    Severity::Info,
    "a rule that leaves out Events of one of the two API groups that serve them",
);
pub(super) const ANY_GROUP: Check = check(
    "any-group",
    Severity::Error,
    "`group: \"*\"`, which API servers before 1.36 refuse (without --for)",
);
pub(super) const SECOND_DOCUMENT: Check = check(
    "second-document",
    Severity::Warning,
    "a second YAML document in the file, which the server does not read",
);
pub(super) const CIS: Check = check(
    "cis-3.2.2",
    Severity::Warning,
    "what CIS Kubernetes Benchmark 3.2.2 wants recorded (--profile cis)",
);
pub(super) const STIG: Check = check(
    "stig-v-242403",
    Severity::Warning,
    "RequestResponse for every request, as DISA STIG V-242403 wants it (--profile stig)",
);
pub(super) const KUBESCAPE: Check = check(
    "kubescape-c-0161",
    Severity::Warning,
    "the literal names that kubescape C-0161 looks for (--profile kubescape)",
);
pub(super) const UNUSED_IGNORE: Check =
    check("unused-ignore", Severity::Info, "an ignore comment without a reason or without effect");

/// Every check, in the order in which the documentation names them.
pub const CHECKS: &[Check] = &[
    UNKNOWN_FIELD,
    DUPLICATE_KEY,
    REMOVED_API_VERSION,
    UNREACHABLE_RULE,
    PARTLY_UNREACHABLE,
    SHADOWED_BY_LESS,
    DEAD_SELECTOR,
    WRONG_GROUP,
    UNKNOWN_RESOURCE,
    MISSING_SUBRESOURCE,
    SECRET_BODIES,
    NO_CATCH_ALL,
    HIDES_401,
    UNBOUNDED_BODIES,
    EXEC_VERBS,
    FAIL_OPEN,
    RECORDS_NOTHING,
    NO_OUTCOME,
    SILENT_USERS,
    ONE_EVENT_GROUP,
    ANY_GROUP,
    SECOND_DOCUMENT,
    CIS,
    STIG,
    KUBESCAPE,
    UNUSED_IGNORE,
];

impl Check {
    /// Returns a finding of this check.
    pub(super) fn found(self, place: Place, message: impl Into<String>) -> Finding {
        let Self { id, severity, .. } = self;
        Finding { id, severity, place: Some(place), message: message.into(), help: None }
    }
}

impl Finding {
    /// Adds what to do.
    #[must_use]
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets how bad it is.
    #[must_use]
    pub(super) fn rated(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}
