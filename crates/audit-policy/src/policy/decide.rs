//! What a policy says to a request: the first rule that matches decides.

use serde::{Serialize, Serializer};

use super::changes::ANY_GROUP;
use crate::api::{GroupResources, Level, Policy, Rule, Stage, Version};
use crate::request::Request;
use crate::request::Resource;
use crate::request::User;

/// What is recorded of a request (Go: `audit.RequestAuditConfig`), and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// How much.
    pub level: Level,
    /// The stages of which no event is written, in the order of their names.
    pub omit_stages: Vec<Stage>,
    /// Whether managed fields are left out of bodies.
    pub omit_managed_fields: bool,
    /// The rule that decided, from 0; in JSON -1 if none matched.
    #[serde(serialize_with = "rule_or_minus_one")]
    pub rule: Option<usize>,
}

fn rule_or_minus_one<S: Serializer>(rule: &Option<usize>, to: S) -> Result<S::Ok, S::Error> {
    match rule {
        Some(rule) => rule.serialize(to),
        None => to.serialize_i8(-1),
    }
}

/// Returns what a server of this version records of a request (Go:
/// `policyRuleEvaluator.EvaluatePolicyRule`).
///
/// # Examples
///
/// ```
/// use audit_policy::{api::{Level, Version}, policy, request};
///
/// let text = b"apiVersion: audit.k8s.io/v1\nrules:\n- {level: Metadata, verbs: [get]}\n";
/// let verdict = policy::judge(text, Version::NEWEST);
/// let accepted = verdict.outcome.unwrap();
/// let request = request::Request { verb: "get".into(), ..Default::default() };
/// let decision = policy::decide(accepted.policy(), &request, Version::NEWEST);
/// assert_eq!((decision.level, decision.rule), (Level::Metadata, Some(0)));
/// ```
#[must_use]
pub fn decide(policy: &Policy, request: &Request<'_>, version: Version) -> Decision {
    let rule = policy.rules.iter().position(|rule| matches(rule, request, version));
    decision(policy, rule)
}

/// Returns what the policy says where the rule with this index decides; `None` where no rule does.
#[must_use]
pub fn decision(policy: &Policy, rule: Option<usize>) -> Decision {
    let mut omit_stages = policy.omit_stages.clone();
    let decides = rule.and_then(|index| policy.rules.get(index));
    if let Some(decides) = decides {
        omit_stages.extend(&decides.omit_stages);
        omit_stages.sort_unstable_by_key(|stage| stage.name());
        omit_stages.dedup();
    } else {
        omit_stages.sort_unstable_by_key(|stage| stage.name());
    }
    let of_rule = decides.and_then(|rule| rule.omit_managed_fields);
    Decision {
        level: decides.map_or(Level::None, |rule| rule.level),
        omit_stages,
        omit_managed_fields: of_rule.unwrap_or(policy.omit_managed_fields),
        rule,
    }
}

/// Says whether a rule matches a request (Go: `ruleMatches`).
#[must_use]
pub fn matches(rule: &Rule, request: &Request<'_>, version: Version) -> bool {
    matches_user(rule, request.user.as_ref())
        && lists(&rule.verbs, &request.verb)
        && matches_target(rule, request, version)
}

/// A request without a user is not matched by a rule that names users or groups.
fn matches_user(rule: &Rule, user: Option<&User<'_>>) -> bool {
    let in_a_group =
        |user: &User<'_>| user.groups.iter().any(|group| lists(&rule.user_groups, group));
    (rule.users.is_empty() || user.is_some_and(|user| lists(&rule.users, &user.name)))
        && (rule.user_groups.is_empty() || user.is_some_and(in_a_group))
}

/// A rule that names namespaces or resources matches resource requests only, one that names paths
/// the others only, and one that names nothing matches both.
fn matches_target(rule: &Rule, request: &Request<'_>, version: Version) -> bool {
    if !rule.namespaces.is_empty() || !rule.resources.is_empty() {
        return request.resource.as_ref().is_some_and(|asked| {
            lists(&rule.namespaces, &asked.namespace)
                && (rule.resources.is_empty()
                    || rule.resources.iter().any(|group| matches_group(group, asked, version)))
        });
    }
    if rule.non_resource_urls.is_empty() {
        return true;
    }
    let specs = &rule.non_resource_urls;
    request.resource.is_none() && specs.iter().any(|spec| matches_path(spec, &request.path))
}

/// Says whether an entry takes what is asked for.
pub(crate) fn matches_group(
    group: &GroupResources,
    asked: &Resource<'_>,
    version: Version,
) -> bool {
    names_group(group, asked, version)
        && (group.resources.is_empty()
            || (lists(&group.resource_names, &asked.name)
                && group.resources.iter().any(|pattern| matches_resource(pattern, asked))))
}

/// Says whether an entry is about the API group that is asked for.
pub(super) fn names_group(group: &GroupResources, asked: &Resource<'_>, version: Version) -> bool {
    group.group == asked.group || (group.group == "*" && version >= ANY_GROUP)
}

/// `pods/*` matches plain pods too, whatever the documentation says.
pub(super) fn matches_resource(pattern: &str, asked: &Resource<'_>) -> bool {
    let Resource { resource, subresource, .. } = asked;
    pattern == "*"
        || pattern.strip_suffix("/*") == Some(resource)
        || if subresource.is_empty() {
            pattern == resource
        } else {
            pattern.strip_prefix("*/") == Some(subresource)
                || pattern.strip_prefix(&**resource).and_then(|rest| rest.strip_prefix('/'))
                    == Some(subresource)
        }
}

/// Says whether a path is one of those that a specification stands for (Go: `pathMatches`).
pub(crate) fn matches_path(spec: &str, path: &str) -> bool {
    spec == path || (spec.ends_with('*') && path.starts_with(spec.trim_end_matches('*')))
}

/// Says whether a list restricts nothing, or names the value.
pub(super) fn lists(list: &[String], value: &str) -> bool {
    list.is_empty() || list.iter().any(|listed| listed == value)
}
