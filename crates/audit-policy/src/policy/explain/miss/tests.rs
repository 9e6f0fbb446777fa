//! Tests of `miss`.

use super::*;
use crate::policy::judge;

fn reason(rule: &str, request: &str) -> String {
    let text = format!("apiVersion: audit.k8s.io/v1\nrules:\n- {{level: None, {rule}}}\n");
    let accepted = judge(text.as_bytes(), Version::NEWEST).outcome.unwrap();
    let request: Request = serde_json::from_str(request).unwrap();
    let rule = &accepted.policy().rules[0];
    let miss = miss(rule, &request, Version::NEWEST);
    miss.map_or_else(|| "matches".to_owned(), |miss| miss.reason)
}

const EXEC: &str = r#"{"user":"alice","groups":["ops"],"verb":"get","resource":"pods",
    "subresource":"exec","name":"web-0","namespace":"prod","isResource":true}"#;

#[test]
fn the_selector_that_does_not_match_is_named_with_what_it_wants() {
    for (rule, wanted) in [
        ("users: [bob, eve]", "`users` names bob and eve, not alice"),
        ("userGroups: [dev]", "`userGroups` names dev, not ops"),
        ("verbs: ['*']", "`verbs` names *, not get; it knows no wildcards"),
        ("namespaces: [a, b, c, d, e]", "`namespaces` names a, b, c and 2 more, not prod"),
        (
            "resources: [{group: core}]",
            "`group` names core, not \"\" (the core group); the core group is written \"\"",
        ),
        ("resources: [{resources: [nodes]}]", "`resources` names nodes, not pods/exec"),
        (
            "resources: [{group: apps}, {resources: [nodes, pods]}]",
            "`resources` names pods, not pods/exec",
        ),
        (
            "resources: [{resources: ['pods/*'], resourceNames: [db-0]}]",
            "`resourceNames` names db-0, not web-0",
        ),
        (
            "nonResourceURLs: ['*']",
            "`nonResourceURLs` makes it a rule for paths, and this is a resource",
        ),
        ("resources: [{group: apps}, {group: ''}]", "matches"),
    ] {
        assert_eq!(reason(rule, EXEC), wanted, "{rule}");
    }
}

#[test]
fn paths_and_requests_without_a_user_have_words_of_their_own() {
    let path = r#"{"noUser":true,"verb":"get","path":"/readyz"}"#;
    for (rule, wanted) in [
        ("users: [bob]", "`users` wants a user, and failed authentication leaves none"),
        ("nonResourceURLs: [/healthz*]", "`nonResourceURLs` names /healthz*, not /readyz"),
        ("namespaces: ['']", "`namespaces` makes it a rule for resources, and this is a path"),
        ("verbs: [get]", "matches"),
    ] {
        assert_eq!(reason(rule, path), wanted, "{rule}");
    }
}
