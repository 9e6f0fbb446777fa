//! What conditions mean.

use super::*;
use audit_log::head::HeadField;
use audit_log::scan::{ScanDepth, scan};

const LINE: &str = r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"a-1","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/n/pods/p/exec?command=sh\u0026command=-c\u0026x=%2Fa","verb":"create","user":{"username":"CORP\\svc","groups":["a","b"],"extra":{"k":["v"]}},"sourceIPs":["10.1.2.3","::ffff:1.2.3.4"],"userAgent":"kubectl/v1","objectRef":{"resource":"pods","namespace":"n","name":"p"},"responseStatus":{"code":403},"requestObject":{"spec":{"replicas":3,"containers":[{"image":"a:1"},{"image":"b@sha256:0"}]}},"requestReceivedTimestamp":"2026-11-01T00:00:00.000000Z","stageTimestamp":"2026-11-01T00:00:01.500000Z","annotations":{"authorization.k8s.io/decision":"forbid"}}"#;

fn asked(text: &str) -> (bool, Option<String>) {
    let condition = Condition::parse(text).unwrap();
    let event = scan(LINE.as_bytes(), ScanDepth::Whole).event;
    let found = LocatedEvent { event, line: LINE.as_bytes(), offset: 0, fault: None };
    let meant = condition.tests.iter().all(|test| test.takes(&event)) && condition.takes(&found);
    (meant, condition.undecided().map(|(_, why)| why))
}

#[test]
fn fields_are_those_of_an_event() {
    for text in [
        r#"verb == "create" && user.username == 'CORP\\svc'"#,
        r#"user["username"].startsWith("CORP") && "b" in user.groups && user.extra["k"][0] == "v""#,
        r#"objectRef.resource in ["pods", "secrets"] || verb == "x""#,
        r#"responseStatus.code >= 400 && responseStatus.code < 500"#,
        r#"annotations["authorization.k8s.io/decision"] == "forbid""#,
        r#"requestObject.spec.replicas == 3 && size(requestObject.spec.containers) == 2"#,
        r#"requestObject.spec.containers.exists(c, !c.image.contains("@sha256:"))"#,
        r#"latency_ms > 1000.0 && latency_ms < 2000.0"#,
        r#"param("command") == "sh -c" && param("x") == "/a" && param("y") == """#,
        r#"cidr("10.0.0.0/8").contains(sourceIPs[0]) && ip(sourceIPs[1]) == ip("1.2.3.4")"#,
        r#"userAgent.matches("^kubectl/v[0-9]+$") && matches(verb, "cre.te")"#,
    ] {
        assert_eq!(asked(text), (true, None), "{text}");
    }
}

#[test]
fn what_is_absent_is_empty_and_no_error() {
    for (meant, text) in [
        (true, r#"annotations["x"] == """#),
        (true, r#"annotations["x"] != "y" && impersonatedUser.username == """#),
        (true, r#"objectRef.subresource == "" && responseObject.spec.x.y != 1"#),
        (false, r#"responseObject.spec.hostNetwork == true"#),
        (false, r#"sourceIPs[7] == "a""#),
        (false, r#""x" in annotations || has(requestObject.spec.x)"#),
        (true, r#"has(requestObject.spec.replicas) && !has(requestObject.metadata)"#),
        (true, r#"requestObject.?metadata.?name.orValue("none") == "none""#),
    ] {
        assert_eq!(asked(text), (meant, None), "{text}");
    }
}

#[test]
fn comparisons_of_the_head_are_left_to_the_native_filter() {
    let text =
        r#"verb == "delete" && "jane" == user.username && latency_ms > 1.0 && stage != "Panic""#;
    let condition = Condition::parse(text).unwrap();
    let fields: Vec<HeadField> = condition.tests.iter().map(|test| test.field).collect();
    assert_eq!(fields, [HeadField::Verb, HeadField::User, HeadField::Stage]);
    assert!(condition.asks_cel());
    assert!(!Condition::parse(r#"verb in ["a", "b"]"#).unwrap().asks_cel());
    let either = Condition::parse(r#"verb == "a" || verb == "b""#).unwrap();
    assert!(either.tests.is_empty());
}

#[test]
fn what_is_no_condition_is_refused_and_what_has_no_answer_is_counted() {
    assert!(matches!(Condition::parse("verb ="), Err(ConditionError::Syntax(_))));
    let error = Condition::parse("colour == 'x'").unwrap_err();
    assert_eq!(error, ConditionError::Unknown("colour".to_owned()));
    for text in ["verb", "user.username > 3", "ip(verb) == 'x'", "verb.matches('(')"] {
        let (meant, why) = asked(text);
        assert!(!meant && why.is_some(), "{text}");
    }
}
