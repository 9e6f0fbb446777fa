//! Every template is taken by every server, and decides as the real evaluator decides with it.
//!
//! The requests in `tests/data/templates`, each with the rule that decides it (from 1, 0 for none),
//! the level and the stages left out, were answered by `k8s.io/apiserver` v0.37.2.
#![expect(clippy::unwrap_used, reason = "a test reads its own data")]

use kubectl_audit::api::{GroupResources, Policy, Rule, Version};
use kubectl_audit::policy::judge;
use kubectl_audit::policy::template::{Takes, Template};
use serde::Deserialize;

const REQUESTS: &[(&str, &str)] = &[
    ("cis", include_str!("data/templates/cis.jsonl")),
    ("cks", include_str!("data/templates/cks.jsonl")),
    ("deckhouse", include_str!("data/templates/deckhouse.jsonl")),
    ("docs", include_str!("data/templates/docs.jsonl")),
    ("gce", include_str!("data/templates/gce.jsonl")),
    ("minimal", include_str!("data/templates/minimal.jsonl")),
    ("sealos", include_str!("data/templates/sealos.jsonl")),
];

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Request {
    user: String,
    groups: Vec<String>,
    no_user: bool,
    verb: String,
    api_group: String,
    resource: String,
    subresource: String,
    name: String,
    namespace: String,
    path: String,
    is_resource: bool,
    want: String,
}

/// The policy, after it was judged for every version.
fn accepted(text: &str, what: &str) -> Policy {
    for version in Version::supported() {
        let verdict = judge(text.as_bytes(), version);
        assert_eq!((verdict.error, verdict.warning), (None, None), "{what} on {version}");
    }
    judge(text.as_bytes(), Version::OLDEST).accepted.unwrap().policy().clone()
}

/// Every way to set the parameters of a template, each of them also not at all: to each word, or to
/// a single name, one that YAML would take for a truth value.
fn settings(template: &Template) -> Vec<Vec<String>> {
    let mut all = vec![vec![]];
    for parameter in template.parameters {
        let values = match parameter.takes {
            Takes::OneOf(words) => words.to_vec(),
            Takes::Namespaces | Takes::Names => vec!["on"],
        };
        let set = values.iter().map(|value| Some(format!("{}={value}", parameter.name)));
        let choices: Vec<_> = set.chain([None]).collect();
        all = all
            .iter()
            .flat_map(|before| {
                choices.iter().map(|more| before.iter().cloned().chain(more.clone()).collect())
            })
            .collect();
    }
    all
}

#[test]
fn every_template_is_taken_without_a_warning_by_every_server_however_it_is_set() {
    let mut policies = 0;
    for template in Template::ALL {
        for settings in settings(template) {
            let text = template.render(&settings).unwrap();
            accepted(&text, &format!("{} {settings:?}", template.name));
            policies += 1;
        }
    }
    assert_eq!(policies, 6 + 2 * 2 * 2 * 3 * 3, "six plain templates, and deckhouse in every way");
}

#[test]
fn every_template_decides_as_the_servers_own_evaluator_does() {
    for template in Template::ALL {
        let policy = accepted(template.text, template.name);
        let (_, requests) = REQUESTS.iter().find(|(name, _)| *name == template.name).unwrap();
        for line in requests.lines() {
            let request: Request = serde_json::from_str(line).unwrap();
            assert_eq!(decide(&policy, &request), request.want, "{}: {line}", template.name);
        }
    }
}

#[test]
fn every_rule_of_every_template_decides_something() {
    for (name, requests) in REQUESTS {
        let policy = accepted(Template::find(name).unwrap().text, name);
        for rule in 1..=policy.rules.len() {
            let decides = format!("\"want\":\"{rule} ");
            assert!(requests.contains(&decides), "no request shows rule {rule} of {name}");
        }
    }
}

#[test]
fn cis_names_what_scanners_look_for_and_keeps_secrets_without_bodies() {
    let policy = accepted(Template::find("cis").unwrap().text, "cis");
    let levels = |name: &str| -> Vec<&str> {
        let names = |rule: &&Rule| {
            rule.resources.iter().any(|group| group.resources.iter().any(|one| one == name))
        };
        policy.rules.iter().filter(names).map(|rule| rule.level.name()).collect()
    };
    for name in ["secrets", "configmaps", "tokenreviews", "serviceaccounts/token"] {
        assert_eq!(levels(name), ["Metadata"], "{name}");
    }
    for name in
        ["pods", "deployments", "pods/exec", "pods/portforward", "pods/proxy", "services/proxy"]
    {
        assert!(!levels(name).is_empty() && !levels(name).contains(&"None"), "{name}");
    }
}

/// Go's `EvaluatePolicyRule`, for what the templates use.
fn decide(policy: &Policy, request: &Request) -> String {
    let Some(index) = policy.rules.iter().position(|rule| matches(rule, request)) else {
        return "0 None".to_owned();
    };
    let rule = &policy.rules[index];
    let mut answer = format!("{} {}", index + 1, rule.level);
    let mut stages: Vec<_> = policy.omit_stages.iter().chain(&rule.omit_stages).collect();
    stages.dedup();
    if rule.level.name() != "None" {
        answer.extend(stages.iter().map(|stage| format!(" -{stage}")));
    }
    answer
}

fn matches(rule: &Rule, request: &Request) -> bool {
    let among = |list: &[String], value: &String| list.is_empty() || list.contains(value);
    let known = !request.no_user;
    (rule.users.is_empty() || known && rule.users.contains(&request.user))
        && (rule.user_groups.is_empty()
            || known && rule.user_groups.iter().any(|group| request.groups.contains(group)))
        && among(&rule.verbs, &request.verb)
        && match (rule.namespaces.is_empty() && rule.resources.is_empty(), request.is_resource) {
            (false, false) => false,
            (false, true) => {
                among(&rule.namespaces, &request.namespace)
                    && (rule.resources.is_empty()
                        || rule.resources.iter().any(|group| names(group, request)))
            }
            (true, is_resource) => {
                rule.non_resource_urls.is_empty()
                    || !is_resource && rule.non_resource_urls.iter().any(|url| is_at(url, request))
            }
        }
}

fn names(group: &GroupResources, request: &Request) -> bool {
    let mut full = request.resource.clone();
    if !request.subresource.is_empty() {
        full = format!("{full}/{}", request.subresource);
    }
    group.group == request.api_group
        && (group.resources.is_empty()
            || group.resources.contains(&full)
                && (group.resource_names.is_empty()
                    || group.resource_names.contains(&request.name)))
}

fn is_at(url: &str, request: &Request) -> bool {
    match url.strip_suffix('*') {
        Some(beginning) => request.path.starts_with(beginning),
        None => request.path == url,
    }
}
