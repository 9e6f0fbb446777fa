//! Explanations agree with decisions, on every request of the golden answers.

use audit_policy::api::Version;
use audit_policy::policy::explain;
use audit_policy::policy::judge;
use audit_policy::policy::matches;
use audit_policy::policy::miss;
use audit_policy::request::Request;
use serde::Deserialize as _;
use serde_json::Value;

#[test]
fn a_rule_has_a_selector_that_misses_exactly_if_it_does_not_match() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/vectors.jsonl");
    let mut missed = 0;
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        if line["t"] != "eval" {
            continue;
        }
        let text = line["policy"].as_str().unwrap();
        let accepted = judge(text.as_bytes(), Version::NEWEST).outcome.unwrap();
        let policy = accepted.policy();
        for request in line["requests"].as_array().unwrap() {
            let request: Request = Request::deserialize(request).unwrap();
            for rule in &policy.rules {
                let miss = miss(rule, &request, Version::NEWEST);
                assert_eq!(miss.is_none(), matches(rule, &request, Version::NEWEST), "{line}");
                missed += usize::from(miss.is_some());
            }
            let why = explain(policy, &request, Version::NEWEST);
            assert_eq!(why.passed.len(), why.decision.rule.unwrap_or(policy.rules.len()));
        }
    }
    assert!(missed > 20_000, "{missed}");
}
