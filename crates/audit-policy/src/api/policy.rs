//! `Policy` of `audit.k8s.io/v1`.

use serde::Serialize;

use super::{Level, Stage};

/// An audit policy: the first rule that matches a request decides.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    /// The rules, in the order in which they are tried.
    pub rules: Vec<Rule>,
    /// Stages for which no event is written, whatever the rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub omit_stages: Vec<Stage>,
    /// Whether managed fields are left out of bodies where a rule does not say.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub omit_managed_fields: bool,
}

/// One rule of a policy (Go: `PolicyRule`). An empty list restricts nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// How much is recorded of a request that this rule matches.
    pub level: Level,
    /// Names of authenticated users, compared exactly.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<String>,
    /// Names of groups, compared exactly; one match is enough.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub user_groups: Vec<String>,
    /// Verbs, compared exactly.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub verbs: Vec<String>,
    /// Resources; a rule that names any matches resource requests only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<GroupResources>,
    /// Namespaces, compared exactly; `""` is cluster-scoped and all-namespace requests.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<String>,
    /// Paths of non-resource requests; `*` as the last character stands for any rest.
    #[serde(rename = "nonResourceURLs", skip_serializing_if = "Vec::is_empty")]
    pub non_resource_urls: Vec<String>,
    /// Stages for which no event is written, in addition to the policy's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub omit_stages: Vec<Stage>,
    /// Overrides the policy's choice when it is given, also when it is `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub omit_managed_fields: Option<bool>,
}

/// Resources of one API group.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupResources {
    /// The API group; `""` is the core group, `"*"` every group on servers from 1.36.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// `pods`, `pods/log`, `pods/*`, `*/status`, `*`; empty means all of the group.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// Names of objects; empty means all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_names: Vec<String>,
}
