//! Noise goes, what matters stays, and the saving is what a replay finds.

use audit_log::reader::LocatedEvent;
use audit_log::scan::{ScanDepth, scan};
use audit_policy::api::{Level, Version};
use audit_policy::lint::Profile;
use audit_policy::policy::{AcceptedPolicy, judge};

use super::*;
use crate::replay::Replay;

const POLICY: &str = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n\
    - level: Metadata\n  resources:\n  - {group: \"\", resources: [secrets, configmaps, serviceaccounts/token]}\n  \
    - {group: authentication.k8s.io, resources: [tokenreviews]}\n\
    - level: RequestResponse\n";

fn line(user: &str, verb: &str, uri: &str, stage: &str, body: &str) -> String {
    let groups = if user.starts_with("system:node:") { r#""system:nodes""# } else { r#""a""# };
    let (level, body) = match (stage, body) {
        ("RequestReceived", _) | (_, "") => ("RequestResponse", String::new()),
        (_, body) => ("RequestResponse", format!(",\"responseObject\":{body}")),
    };
    format!(
        "{{\"level\":\"{level}\",\"auditID\":\"x\",\"stage\":\"{stage}\",\"requestURI\":\"{uri}\",\"verb\":\"{verb}\",\
         \"user\":{{\"username\":\"{user}\",\"groups\":[{groups}]}},\"responseStatus\":{{\"code\":200}}{body}}}"
    )
}

fn lines() -> Vec<String> {
    let body =
        r#"{"metadata":{"name":"a","managedFields":[{"manager":"x","fieldsV1":{}}]},"spec":{}}"#;
    let mut lines = vec![];
    let mut both = |user: &str, verb: &str, uri: &str, body: &str| {
        lines.push(line(user, verb, uri, "RequestReceived", ""));
        lines.push(line(user, verb, uri, "ResponseComplete", body));
    };
    for _ in 0..20 {
        both("system:kube-scheduler", "list", "/api/v1/pods", body);
        both(
            "system:node:n1",
            "update",
            "/apis/coordination.k8s.io/v1/namespaces/n/leases/n1",
            body,
        );
        both("system:node:n1", "get", "/api/v1/namespaces/n/secrets/s", "");
        both("system:node:n1", "get", "/api/v1/namespaces/n/configmaps/s", "");
        both("system:anonymous", "get", "/livez?x", "");
        both("jane", "get", "/api/v1/namespaces/n/pods/web", body);
        both("jane", "delete", "/api/v1/namespaces/n/pods/web", body);
        both(
            "system:serviceaccount:n:ci",
            "update",
            "/apis/apps/v1/namespaces/n/deployments/web",
            body,
        );
        both("system:serviceaccount:n:ci", "create", "/api/v1/namespaces/n/pods/web/exec", "");
    }
    lines
}

fn found(line: &str) -> LocatedEvent<'_> {
    LocatedEvent {
        event: scan(line.as_bytes(), ScanDepth::Whole).event,
        line: line.as_bytes(),
        offset: 0,
        fault: None,
    }
}

fn traffic() -> (Traffic, AcceptedPolicy) {
    traffic_under(POLICY)
}

fn traffic_under(policy: &str) -> (Traffic, AcceptedPolicy) {
    let accepted = judge(policy.as_bytes(), Version::NEWEST).outcome.unwrap();
    let mut traffic = Traffic::new(accepted.policy(), Version::NEWEST);
    lines().iter().for_each(|line| traffic.take(&found(line)));
    (traffic, accepted)
}

#[test]
fn the_saving_is_what_a_replay_of_the_new_policy_finds() {
    let stages = "- level: RequestResponse\n  omitStages: [RequestReceived]\n";
    for policy in [POLICY.to_owned(), POLICY.replace("- level: RequestResponse\n", stages)] {
        let (traffic, accepted) = traffic_under(&policy);
        let proposals = propose(&traffic, accepted.policy(), &Bounds { share: 0.001, most: 20 });
        let improved = improve(&policy, &proposals.all, Version::NEWEST).unwrap();
        assert_eq!(improved.skipped, []);
        let mut replay = Replay::new(improved.accepted.policy(), Version::NEWEST);
        for line in lines() {
            replay.take(&found(&line));
        }
        let saved: u64 = proposals.all.iter().map(|proposal| proposal.saves.bytes).sum();
        assert_eq!(proposals.now.bytes, traffic.replay.total().bytes);
        assert_eq!(replay.total().bytes, proposals.now.bytes - saved, "{}", improved.text);
        assert!(saved * 2 > proposals.now.bytes, "{saved} of {}", proposals.now.bytes);
    }
}

#[test]
fn what_the_cis_profile_wants_is_recorded_as_before() {
    let (traffic, accepted) = traffic();
    assert!(Profile::Cis.passes(&accepted, Version::NEWEST));
    let proposals = propose(&traffic, accepted.policy(), &Bounds { share: 0.001, most: 20 });
    let improved = improve(POLICY, &proposals.all, Version::NEWEST).unwrap();
    assert!(Profile::Cis.passes(&improved.accepted, Version::NEWEST));
    let mut replay = Replay::new(improved.accepted.policy(), Version::NEWEST);
    for line in lines() {
        let event = found(&line);
        let silent = replay.take(&event).unwrap().level == Level::None;
        let uri = event.event.request_uri.decode();
        let may = uri == "/api/v1/pods" || uri.contains("/leases/") || uri.starts_with("/livez");
        assert_eq!(silent, may, "{line}");
    }
}

#[test]
fn a_small_saving_is_no_proposal() {
    let (traffic, accepted) = traffic();
    let none = propose(&traffic, accepted.policy(), &Bounds { share: 0.9, most: 20 });
    assert_eq!(none.all, []);
    let one = propose(&traffic, accepted.policy(), &Bounds { share: 0.001, most: 1 });
    assert_eq!(one.all.len(), 1);
}

#[test]
fn parts_of_a_log_add_up() {
    let (whole, accepted) = traffic();
    let lines = lines();
    let (first, second) = lines.split_at(lines.len() / 3);
    let part = |lines: &[String]| {
        let mut traffic = Traffic::new(accepted.policy(), Version::NEWEST);
        lines.iter().for_each(|line| traffic.take(&found(line)));
        traffic
    };
    let mut sum = part(first);
    sum.add(part(second));
    let bounds = Bounds { share: 0.01, most: 20 };
    let of = |traffic: &Traffic| propose(traffic, accepted.policy(), &bounds);
    assert_eq!(of(&sum), of(&whole));
}
