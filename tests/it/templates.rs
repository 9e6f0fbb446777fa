//! Every template is taken by every server, and decides as the real evaluator decides with it.
//!
//! The requests in `tests/data/templates`, each with the rule that decides it (from 1, 0 for none),
//! the level and the stages left out, were answered by `k8s.io/apiserver` v0.37.2.

use audit_policy::api::Level;
use audit_policy::api::Policy;
use audit_policy::api::Rule;
use audit_policy::api::Version;
use audit_policy::policy::decide;
use audit_policy::policy::judge;
use audit_policy::request::Request;
use kubectl_audit::template::ParameterType;
use kubectl_audit::template::Template;
use serde_json::Value;

const REQUESTS: &[(&str, &str)] = &[
    ("cis", include_str!("../data/templates/cis.jsonl")),
    ("cks", include_str!("../data/templates/cks.jsonl")),
    ("deckhouse", include_str!("../data/templates/deckhouse.jsonl")),
    ("docs", include_str!("../data/templates/docs.jsonl")),
    ("gce", include_str!("../data/templates/gce.jsonl")),
    ("minimal", include_str!("../data/templates/minimal.jsonl")),
    ("sealos", include_str!("../data/templates/sealos.jsonl")),
];

/// The policy, after it was judged for every version.
fn accepted(text: &str, what: &str) -> Policy {
    for version in Version::supported() {
        let verdict = judge(text.as_bytes(), version);
        assert_eq!((verdict.refusal(), &verdict.warning), (None, &None), "{what} on {version}");
    }
    judge(text.as_bytes(), Version::OLDEST).outcome.unwrap().policy().clone()
}

/// Every way to set the parameters of a template, each of them also not at all: to each word, or to
/// a single name, one that YAML would take for a truth value.
fn settings(template: &Template) -> Vec<Vec<String>> {
    let mut all = vec![vec![]];
    for parameter in template.parameters {
        let values = match parameter.takes {
            ParameterType::OneOf(words) => words.to_vec(),
            ParameterType::Namespaces | ParameterType::Names => vec!["on"],
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
            let wanted: Value = serde_json::from_str(line).unwrap();
            assert_eq!(answer(&policy, &request), wanted["want"], "{}: {line}", template.name);
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

/// The answer in the words of the data: the rule from 1, the level, the stages left out.
fn answer(policy: &Policy, request: &Request<'_>) -> String {
    let decision = decide(policy, request, Version::NEWEST);
    let mut answer = format!("{} {}", decision.rule.map_or(0, |rule| rule + 1), decision.level);
    if decision.level != Level::None {
        answer.extend(decision.omit_stages.iter().map(|stage| format!(" -{stage}")));
    }
    answer
}
