//! Tests of `starter`.

use super::*;
use crate::expectations::Expectations;
use crate::policy::judge;

#[test]
fn requests_of_a_log_come_first() {
    let text = b"apiVersion: audit.k8s.io/v1\nrules:\n- {level: None, verbs: [get]}\n- {level: Metadata}\n";
    let accepted = judge(text, Version::NEWEST).outcome.unwrap();
    let mut seen =
        crate::request::request_info("GET", "/apis/apps/v1/namespaces/shop/deployments/web")
            .unwrap()
            .request;
    seen.user = Some(crate::request::user("jane", &["ops".to_owned()]));
    let text = starter(&accepted, "policy.yaml", Version::NEWEST, &[&seen]);
    assert!(
        text.contains("  resource: deployments.apps/web\n  namespace: shop\n  user: jane\n"),
        "{text}"
    );
    for case in Expectations::read(&text).unwrap().cases {
        assert!(case.check(&accepted, Version::NEWEST).differences.is_empty(), "{case:?}");
    }
}

#[test]
fn a_rule_that_is_hard_to_reach_has_a_request_and_one_that_is_not_reached_a_comment() {
    let text = b"apiVersion: audit.k8s.io/v1\nrules:\n\
        - {level: None, verbs: [get, list, watch, create, update, patch, delete, deletecollection]}\n\
        - level: Metadata\n\
        - {level: Request, resources: [{group: ''}]}\n\
        - {level: Request, verbs: ['*']}\n";
    let accepted = judge(text, Version::NEWEST).outcome.unwrap();
    let text = starter(&accepted, "policy.yaml", Version::NEWEST, &[]);
    assert!(text.contains("expect: { level: Metadata, rule: 2 }"), "{text}");
    assert!(text.contains("# rule 3: never reached: rule 2 takes everything"), "{text}");
    assert!(text.contains("# rule 4: no request that can happen"), "{text}");
    for case in Expectations::read(&text).unwrap().cases {
        let checked = case.check(&accepted, Version::NEWEST);
        assert!(checked.differences.is_empty(), "{case:?}");
    }
}
