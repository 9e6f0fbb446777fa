//! OpenShift: the nearest of its four profiles.

use audit_policy::analysis::{Bound, ClusterFacts, DecisionEquality, difference};
use audit_policy::api::{Level, Policy, Version};
use audit_policy::policy::judge;
use serde_json::json;

use crate::export::{
    Choices, Export, ExportError, ExportTarget, FlagSet, Holds, LogPlace, PolicyPart, Setup, Write,
};
use crate::flags::name;
use crate::yaml;

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "openshift",
    about: "the nearest profile of the APIServer",
    forms: &[],
    holds: Holds {
        policy: PolicyPart::Profile,
        flags: FlagSet::Only(&[]),
        log: LogPlace::Fixed { path: "/var/log/kube-apiserver/audit.log", output: false },
        webhook: false,
        fixed: &[(name::LOG_MAXBACKUP, "10"), (name::LOG_MAXSIZE, "200")],
    },
    write: Write::Settings(write),
};

/// The verbs that read.
const READS: [&str; 3] = ["get", "list", "watch"];

/// A profile: its name, and its last rules, in words of our own. Sources: openshift/library-go,
/// pkg/operator/apiserver/audit/manifests (Apache-2.0).
struct OpenShiftProfile {
    name: &'static str,
    rules: &'static [&'static str],
}

/// Requests whose bodies no profile records.
const SENSITIVE: &str = "- level: Metadata
  resources:
  - {group: route.openshift.io, resources: [routes, routes/status]}
  - resources: [secrets, serviceaccounts/token]
  - {group: authentication.k8s.io, resources: [tokenreviews, tokenrequests]}
  - {group: oauth.openshift.io, resources: [oauthclients, tokenreviews]}
  - {group: machineconfiguration.openshift.io}
";
const NONE: OpenShiftProfile = OpenShiftProfile { name: "None", rules: &["- level: None\n"] };
const DEFAULT: OpenShiftProfile = OpenShiftProfile {
    name: "Default",
    rules: &["- level: RequestResponse
  verbs: [create, update, patch, delete]
  resources:
  - {group: user.openshift.io, resources: [identities]}
  - {group: oauth.openshift.io, resources: [oauthaccesstokens, oauthauthorizetokens]}
- level: Metadata
"],
};
const WRITES: OpenShiftProfile = OpenShiftProfile {
    name: "WriteRequestBodies",
    rules: &[
        SENSITIVE,
        "- level: RequestResponse
  verbs: [update, patch, create, delete, deletecollection]
- level: Metadata
",
    ],
};
const ALL: OpenShiftProfile = OpenShiftProfile {
    name: "AllRequestBodies",
    rules: &[SENSITIVE, "- level: RequestResponse\n"],
};

/// What precedes the rules of every profile.
const BASE: &str = "apiVersion: audit.k8s.io/v1
kind: Policy
omitManagedFields: true
omitStages: [RequestReceived]
rules:
- level: None
  userGroups: [system:authenticated, system:unauthenticated]
  nonResourceURLs: [/api*, /version, /healthz, /readyz, /livez]
- level: None
  users: [system:apiserver]
  namespaces: [\"\"]
  resources:
  - {group: apiserver.openshift.io, resources: [apirequestcounts, apirequestcounts/*]}
";

impl OpenShiftProfile {
    /// The policy that it stands for.
    fn policy(&self) -> String {
        format!("{BASE}{}", self.rules.concat())
    }

    /// Returns the least profile that records what the policy records.
    fn nearest(policy: &Policy) -> Self {
        let bodies = |level: Level| matches!(level, Level::Request | Level::RequestResponse);
        let reads = |verbs: &[String]| {
            verbs.is_empty()
                || verbs.iter().any(|verb| READS.contains(&verb.as_str()) || verb == "*")
        };
        match &policy.rules {
            rules if rules.iter().all(|rule| rule.level == Level::None) => NONE,
            rules if !rules.iter().any(|rule| bodies(rule.level)) => DEFAULT,
            rules if rules.iter().any(|rule| bodies(rule.level) && reads(&rule.verbs)) => ALL,
            _ => WRITES,
        }
    }
}

fn write(setup: &Setup, _: &Choices<'_>) -> Result<Export, ExportError> {
    let policy = setup.policy.policy();
    let profile = OpenShiftProfile::nearest(policy);
    let document = json!({
        "apiVersion": "config.openshift.io/v1",
        "kind": "APIServer",
        "metadata": {"name": "cluster"},
        "spec": {"audit": {"profile": profile.name}},
    });
    let text = profile.policy();
    Ok(Export::default()
        .file("apiserver-audit.yaml", "into the APIServer `cluster`", yaml::write(&document))
        .file("audit-policy.yaml", "nowhere: it is the policy that was asked for, for the comparison below", setup.policy_text())
        .file("profile-policy.yaml", "nowhere: it is what the profile records, for the comparison below", &text)
        .steps([
            "oc apply -f apiserver-audit.yaml",
            "oc get kubeapiserver cluster -o jsonpath='{.status.conditions[?(@.type==\"NodeInstallerProgressing\")].reason}'",
            "# AllNodesAtLatestRevision: every control-plane node has it. What the profile records otherwise:",
            "kubectl audit diff audit-policy.yaml profile-policy.yaml",
        ])
        .notes(compared(policy, &text, profile.name)))
}

/// Says in how many ways the profile decides otherwise.
fn compared(policy: &Policy, profile: &str, name: &str) -> Vec<String> {
    let judged = judge(profile.as_bytes(), Version::NEWEST);
    let Some(accepted) = judged.accepted() else { return vec![] };
    let world = ClusterFacts::of_every_cluster();
    let policies = [policy, accepted.policy()];
    let difference =
        difference(policies, Version::NEWEST, world, DecisionEquality::Observed, Bound::default());
    let more = difference
        .changes()
        .iter()
        .filter(|change| change.after.level > change.before.level)
        .count();
    let less = difference
        .changes()
        .iter()
        .filter(|change| change.after.level < change.before.level)
        .count();
    vec![format!(
        "OpenShift takes no policy, only profiles. {name} is the least that has every body that is asked for; it records \
         more for {more} kinds of requests, and less for {less}: the last command shows them"
    )]
}
