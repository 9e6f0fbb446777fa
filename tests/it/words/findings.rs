//! Findings that name the right next edit, and silence where nothing is wrong.

use audit_policy::api::Version;
use audit_policy::finding::Severity;
use audit_policy::lint::{LintOptions, Profile, lint};

use super::{HEAD, findings, lint_text, only};

#[test]
fn a_field_in_the_wrong_place_is_moved_and_not_removed() {
    for (rules, words) in [
        ("- level: None\n  resources: [{group: a, verbs: [get]}]\n", "out of `resources`: `verbs`"),
        (
            "- level: None\n  resources: [{group: a, namespaces: [b]}]\n",
            "`namespaces` is a field of the rule",
        ),
        (
            "- level: None\n  resources: [{group: a, users: [b]}]\n",
            "`users` is a field of the rule",
        ),
        ("- level: None\n  resources: [{group: a, user: b}]\n", "`users` is a field of the rule"),
        ("- level: None\n  group: apps\n", "into an item of `resources`"),
        ("- level: None\n  resourceNames: [a]\n", "into an item of `resources`"),
        ("- level: None\n  rules: []\n", "a field of the policy itself"),
    ] {
        let help = only("unknown-field", &findings(rules)).help.unwrap();
        assert!(help.contains(words) && !help.contains("remove it"), "{rules}{help}");
    }
    for text in ["spec:\n  rules:\n  - level: Metadata\n", "policy:\n  rules:\n  - level: None\n"] {
        let help = only("unknown-field", &lint_text(&format!("{HEAD}{text}"))).help.unwrap();
        assert!(help.contains("move what is below it to the left"), "{help}");
    }
    let help =
        only("unknown-field", &lint_text(&format!("{HEAD}verbs: [get]\nrules:\n- level: None\n")));
    assert!(help.help.unwrap().contains("into a rule"));
}

#[test]
fn what_a_rule_takes_without_the_field_is_said() {
    let message = |rules: &str| only("unknown-field", &findings(rules)).message;
    let verbs = message("- level: None\n  resources: [{group: a, verbs: [get]}]\n");
    assert!(verbs.ends_with("this rule matches every verb"), "{verbs}");
    let group = message("- level: None\n  resources: [{group: a, apiVersion: v1}]\n");
    assert!(!group.contains("core group"), "{group}");
    let without = message("- level: None\n  resources: [{apiGroup: apps}]\n");
    assert!(without.contains("means the core group"), "{without}");
    let stages = message("- level: Metadata\n  omitstages: [RequestReceived]\n");
    assert!(stages.ends_with("records every stage"), "{stages}");
}

#[test]
fn without_an_api_version_no_field_is_called_unknown() {
    assert_eq!(lint_text("kind: Policy\nrules:\n- level: Metadata\n"), []);
}

#[test]
fn a_policy_or_rule_of_which_no_event_comes_is_found() {
    for (text, severity) in [
        ("rules:\n- level: None\n", Severity::Warning),
        ("rules:\n- level: None\n  users: [a]\n- level: None\n", Severity::Warning),
        (
            "omitStages: [RequestReceived, ResponseStarted, ResponseComplete]\nrules:\n- level: Metadata\n",
            Severity::Error,
        ),
        (
            "omitStages: [RequestReceived, ResponseStarted, ResponseComplete, Panic]\nrules:\n- level: Request\n",
            Severity::Error,
        ),
        (
            "omitStages: [ResponseComplete]\nrules:\n- level: Metadata\n  omitStages: [RequestReceived, \
             ResponseStarted]\n",
            Severity::Error,
        ),
    ] {
        let text = format!("{HEAD}{text}");
        let finding = only("records-nothing", &lint_text(&text));
        assert_eq!(finding.severity, severity, "{text}");
        for profile in Profile::ALL {
            let options = LintOptions { profiles: vec![profile], ..LintOptions::default() };
            let found = lint(text.as_bytes(), Version::NEWEST, &options).findings;
            assert!(
                found.iter().any(|it| it.message == "this policy records nothing"),
                "{profile}"
            );
        }
    }
    let one = "- level: Request\n  verbs: [get]\n  omitStages: [RequestReceived, ResponseStarted, \
               ResponseComplete]\n";
    assert!(only("records-nothing", &findings(one)).message.starts_with("rule 1"));
    let ids = |rules: &str| -> Vec<&str> { findings(rules).iter().map(|it| it.id).collect() };
    assert!(!ids(one).contains(&"hides-401"));
}

#[test]
fn a_rule_without_the_stage_of_the_result_is_found() {
    let rule = "- level: Request\n  verbs: [delete]\n  omitStages: [ResponseComplete]\n";
    let finding = only("no-outcome", &findings(rule));
    assert!(finding.message.contains("bodies"), "{}", finding.message);
    let rule = rule.replace("[ResponseComplete]", "[RequestReceived, ResponseComplete]");
    let finding = only("no-outcome", &findings(&rule));
    assert!(finding.message.contains("only watches"), "{}", finding.message);
}

#[test]
fn exceptions_in_front_of_broad_rules_are_no_finding() {
    let broad = "- level: RequestResponse\n  resources: [{group: apps}, {group: batch}]\n";
    for exception in [
        "- level: Request\n  users: [\"system:serviceaccount:kube-system:namespace-controller\"]\n  \
         verbs: [deletecollection]\n",
        "- level: Metadata\n  users: [alice]\n",
        "- level: None\n  userGroups: [\"system:nodes\"]\n  verbs: [get]\n",
    ] {
        let found = findings(&format!("{exception}{broad}"));
        assert!(found.iter().all(|it| it.id != "shadowed-by-less"), "{exception}{found:#?}");
    }
    let verbs = "- level: Metadata\n  verbs: [get, list]\n";
    only("shadowed-by-less", &findings(&format!("{verbs}{broad}")));
}

#[test]
fn a_wildcard_for_groups_is_an_error_unless_the_version_is_said() {
    let text =
        format!("{HEAD}rules:\n- level: None\n  resources: [{{group: '*'}}]\n- level: Metadata\n");
    let of = |for_older| {
        let options = LintOptions { for_older, ..LintOptions::default() };
        lint(text.as_bytes(), Version::NEWEST, &options).findings
    };
    let finding = only("any-group", &of(true));
    assert_eq!(finding.severity, Severity::Error);
    assert!(finding.message.contains("1.36"), "{}", finding.message);
    assert!(of(false).is_empty());
}

#[test]
fn kinds_become_the_plural_that_is_served() {
    for (group, word, plural) in [
        ("apps", "Deployment", "deployments"),
        ("", "Pod", "pods"),
        ("", "ConfigMap", "configmaps"),
        ("", "Pods/Log", "pods/log"),
        ("", "Endpoints", "endpoints"),
        ("networking.k8s.io", "NetworkPolicy", "networkpolicies"),
        ("networking.k8s.io", "Ingress", "ingresses"),
        ("example.com", "Widget", "widgets"),
        ("example.com", "Policy", "policies"),
    ] {
        let rule =
            format!("- level: None\n  resources: [{{group: '{group}', resources: [{word}]}}]\n");
        let help = only("dead-selector", &findings(&rule)).help;
        assert_eq!(help, Some(format!("write `{plural}`")), "{word}");
    }
}

#[test]
fn events_in_one_of_their_two_groups_are_an_info() {
    for (group, other) in [("events.k8s.io", "\"\""), ("''", "events.k8s.io")] {
        let rule =
            format!("- level: None\n  resources: [{{group: {group}, resources: [events]}}]\n");
        let finding = only("one-event-group", &findings(&rule));
        assert_eq!(finding.severity, Severity::Info);
        assert!(finding.help.unwrap().contains(&format!("`group: {other}`")), "{group}");
    }
    let both =
        "- level: None\n  resources: [{group: '', resources: [events]}, {group: events.k8s.io}]\n";
    assert!(findings(both).is_empty());
}

#[test]
fn users_of_whom_nobody_wants_to_miss_anything_are_not_silenced_without_a_word() {
    for people in [
        "userGroups: [\"system:masters\"]",
        "userGroups: [\"system:authenticated\"]",
        "userGroups: [\"kubeadm:cluster-admins\"]",
        "users: [kubernetes-admin]",
        "userGroups: [\"system:serviceaccounts\"]",
    ] {
        let text = format!("{HEAD}rules:\n- level: None\n  {people}\n- level: Metadata\n");
        only("silent-users", &lint_text(&text));
        let options = LintOptions { profiles: vec![Profile::Cis], ..LintOptions::default() };
        let found = lint(text.as_bytes(), Version::NEWEST, &options).findings;
        assert!(found.iter().any(|it| it.id == "cis-3.2.2"), "{people}");
    }
    for people in
        ["users: [\"system:kube-proxy\"]", "userGroups: [\"system:masters\"]\n  verbs: [get]"]
    {
        let found = findings(&format!("- level: None\n  {people}\n"));
        assert!(found.iter().all(|it| it.id != "silent-users"), "{people}");
    }
}

#[test]
fn what_is_left_of_a_rule_is_not_what_no_server_has() {
    let text = "- level: Metadata\n  resources: [{group: '', resources: [pods]}]\n- level: Request\n  \
                resources: [{group: '', resources: [pods, deployments]}]\n";
    let found = findings(text);
    only("unreachable-rule", &found);
    assert!(found.iter().all(|it| it.id != "partly-unreachable"), "{found:#?}");
}

#[test]
fn resources_without_a_namespace_never_go_with_one() {
    let rule = "- level: None\n  namespaces: [prod]\n  resources: [{group: '', resources: [pods, nodes, \
                persistentvolumes, namespaces]}]\n";
    let dead = findings(rule);
    let dead: Vec<&str> = dead.iter().map(|it| &*it.message).collect();
    assert_eq!(dead.len(), 2, "{dead:#?}");
    assert!(dead[0].starts_with("`nodes` are in no namespace"), "{dead:#?}");
}

#[test]
fn a_second_document_is_said_not_to_count() {
    let text = format!("{HEAD}rules:\n- level: Metadata\n---\n{HEAD}rules:\n- level: None\n");
    let finding = only("second-document", &lint_text(&text));
    assert_eq!(finding.place.unwrap().line, 6);
}
