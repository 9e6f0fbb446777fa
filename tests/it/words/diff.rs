//! `diff`: what a log shows differently, and nothing else.

use audit_policy::analysis::{
    Bound, ClusterFacts, DecisionChange, DecisionEquality, Difference, difference,
};
use audit_policy::api::Version;
use audit_policy::policy::{StageOutcome, StageRecord, explain};
use audit_policy::request::Request;

use super::accepted;

fn compare(old: &str, new: &str) -> Vec<DecisionChange> {
    let policies = [accepted(old), accepted(new)];
    let found = difference(
        [policies[0].policy(), policies[1].policy()],
        Version::NEWEST,
        ClusterFacts::of_every_cluster(),
        DecisionEquality::Observed,
        Bound::default(),
    );
    assert!(!matches!(found, Difference::NotDecided(_)));
    found.changes().to_vec()
}

/// The stages with their bodies that are recorded of a request.
fn recorded(rules: &str, request: &Request<'_>) -> Vec<StageRecord> {
    let policy = accepted(rules);
    let why = explain(policy.policy(), request, Version::NEWEST);
    why.stages.into_iter().filter(|it| matches!(it.outcome, StageOutcome::Recorded(_))).collect()
}

#[test]
fn policies_of_which_the_logs_are_the_same_do_not_differ() {
    for (old, new) in [
        (
            "- level: None\n  verbs: [watch]\n- level: Metadata\n",
            "- level: None\n  verbs: [watch]\n  omitStages: [RequestReceived]\n- level: Metadata\n",
        ),
        ("- level: Metadata\n", "- level: Metadata\n  omitManagedFields: true\n"),
        (
            "- level: Request\n  verbs: [get]\n",
            "- level: Request\n  verbs: [get]\n  omitManagedFields: true\n",
        ),
        (
            "- level: Metadata\n  nonResourceURLs: ['/healthz']\n  userGroups: ['system:authenticated']\n",
            "- level: Metadata\n  nonResourceURLs: ['/healthz']\n  userGroups: ['system:authenticated']\n  omitStages: [ResponseStarted]\n",
        ),
        (
            "- level: RequestResponse\n  verbs: [watch]\n",
            "- level: RequestResponse\n  verbs: [watch]\n  omitManagedFields: true\n",
        ),
    ] {
        assert_eq!(compare(old, new), [], "{old}---\n{new}");
    }
}

#[test]
fn a_stage_that_only_some_requests_have_differs_for_those_only() {
    let old = "- level: Metadata\n  omitStages: [RequestReceived]\n";
    let new = "- level: Metadata\n  omitStages: [RequestReceived, ResponseStarted]\n";
    let changes = compare(old, new);
    assert!(!changes.is_empty());
    for change in &changes {
        let [was, is] = [old, new].map(|rules| recorded(rules, &change.example));
        assert_ne!(was, is, "{}", change.example);
    }
    let takes = |request: &str| {
        let request: Request<'_> = serde_json::from_str(request).unwrap();
        changes.iter().any(|change| change.requests.contains(&request))
    };
    let user = r#""user":"a","groups":["system:authenticated"]"#;
    for (takes_it, rest) in [
        (true, r#""verb":"watch","resource":"pods","isResource":true"#),
        (
            true,
            r#""verb":"get","resource":"pods","name":"x","subresource":"log","namespace":"n","isResource":true"#,
        ),
        (
            true,
            r#""verb":"create","resource":"pods","name":"x","subresource":"exec","namespace":"n","isResource":true"#,
        ),
        (false, r#""verb":"get","resource":"pods","name":"x","namespace":"n","isResource":true"#),
        (false, r#""verb":"get","path":"/healthz""#),
        (
            false,
            r#""verb":"get","resource":"pods","name":"x","subresource":"status","namespace":"n","isResource":true"#,
        ),
    ] {
        assert_eq!(takes(&format!("{{{user},{rest}}}")), takes_it, "{rest}");
    }
    assert!(takes(r#"{"noUser":true,"verb":"list","resource":"pods","isResource":true}"#));
}

#[test]
fn managed_fields_differ_where_there_are_bodies() {
    let old = "- level: Request\n";
    let new = "- level: Request\n  omitManagedFields: true\n";
    for change in compare(old, new) {
        assert!(matches!(&*change.example.verb, "create" | "update"), "{}", change.example);
    }
    assert!(!compare(old, new).is_empty());
}
