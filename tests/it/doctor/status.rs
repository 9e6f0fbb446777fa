//! Whether auditing is on and alive.

use kubectl_audit::doctor::{AuditState, EventDestination, Growth, Liveness, NodeStatus};
use kubectl_audit::health::Readiness;
use kubectl_audit::host::Call;

use super::node::{BOOT, FLAGS, LOG, Node, SECOND, UP, without};

fn status(node: &Node) -> NodeStatus {
    NodeStatus::of(&node.facts())
}

fn not_alive(plant: impl FnOnce(&mut Node)) -> String {
    let mut node = Node::good();
    plant(&mut node);
    let status = status(&node);
    assert!(!status.is_good());
    match status.alive {
        Liveness::No(why) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_good_node_is_on_and_alive_and_its_template_is_known() {
    let status = status(&Node::good());
    assert_eq!((status.auditing, &status.alive), (AuditState::On, &Liveness::Yes));
    assert!(status.is_good());
    assert_eq!(status.policy.unwrap().template, Some("minimal"));
    let EventDestination::File(file) = status.log else { panic!("no file") };
    assert_eq!((file.files, file.path.to_str()), (1, Some(LOG)));
    assert_eq!(file.rotation.unwrap().days, Some(30));
}

#[test]
fn a_policy_with_other_comments_is_the_same_template_and_one_with_other_rules_is_not() {
    let node = Node::good();
    let template = |node: &Node| status(node).policy.unwrap().template;
    node.put_policy("# ours\napiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n- level: Metadata\n");
    let own = template(&node);
    let node = Node::good();
    node.put_policy(
        "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n- level: Metadata\n",
    );
    assert_eq!(template(&node), None);
    assert_ne!(own, Some("cis"));
}

#[test]
fn what_is_dead_says_why() {
    assert_eq!(not_alive(Node::end_server), "the API server does not run");
    assert_eq!(
        not_alive(|node| node.readiness = Readiness::NotReady(500)),
        "the API server is not ready: it answers 500"
    );
    assert!(not_alive(|node| node.replace("maxage=30", "maxage=31")).contains("other audit flags"));
    assert_eq!(not_alive(|node| node.fake.with(|it| it.take_away(LOG))), "there is no log");
    assert!(
        not_alive(|node| node.link(&format!("{LOG} (deleted)"))).contains("not the log any more")
    );
}

#[test]
fn half_of_auditing_is_off() {
    let auditing = |flags: &[&str]| {
        let mut node = Node::good();
        node.run_with(flags);
        let status = status(&node);
        assert!(!status.is_good());
        status.auditing
    };
    assert_eq!(auditing(&FLAGS[..1]), AuditState::Off);
    assert_eq!(auditing(&without(&FLAGS, &["--audit-log"])), AuditState::NoLog);
    assert_eq!(auditing(&without(&FLAGS, &["--audit-policy"])), AuditState::NoPolicy);
}

#[test]
fn a_node_that_is_not_probed_is_good_when_auditing_is_on() {
    let node = Node { live: false, ..Node::good() };
    let status = status(&node);
    assert_eq!(status.alive, Liveness::NotLooked);
    assert!(status.is_good());
}

#[test]
fn growth_comes_from_the_files_since_the_oldest_rotation() {
    let node = Node::good();
    // Two days up: 24 hours ago the oldest file was closed, and 24 MB were written since.
    node.fake.with(|machine| {
        let path = |name: &str| format!("/var/log/kubernetes/audit/audit-{name}.log");
        machine.put(path("2026-11-22T14-22-10.000"), vec![0; 5], 0o600);
        machine.put(path("2026-11-23T02-22-10.000"), vec![0; 23 << 20], 0o600);
        machine.edit(LOG, vec![0; 1 << 20]);
        machine.set_modified(LOG, i128::from(BOOT + UP) * SECOND);
    });
    let growth = status(&node).growth.unwrap();
    // 11 files of 100 MB at one an hour are 1100 hours, and 30 days are 720.
    assert_eq!(growth, Growth { hourly: 1 << 20, hours: 720, fills_disk: false });
}

#[test]
fn growth_that_the_disk_does_not_bear_says_when_it_is_full() {
    let node = Node::good();
    node.fake.with(|machine| {
        let line = |at: &str| {
            format!(
                "{{\"stageTimestamp\":\"2026-11-23T{at}Z\",\"x\":\"{}\"}}\n",
                "x".repeat(1 << 20)
            )
        };
        machine.edit(LOG, format!("{}{}", line("10:00:00"), line("11:00:00")));
        machine.set_modified(LOG, i128::from(BOOT + UP) * SECOND);
        machine.set_free(100 << 20);
    });
    let growth = status(&node).growth.unwrap();
    assert!(growth.fills_disk);
    assert_eq!(growth.hours, 99);
}

#[test]
fn a_log_that_may_not_be_looked_at_is_neither_missing_nor_alive() {
    let node = Node::good();
    status(&node);
    let looks = |call: &&Call| call.verb == "look at" && call.path.to_str() == Some(LOG);
    let numbers: Vec<usize> = node
        .fake
        .with(|machine| machine.calls().iter().filter(looks).map(|call| call.number).collect());
    let node = Node::good();
    numbers.into_iter().for_each(|number| node.fake.fail(number, rustix::io::Errno::ACCESS));
    let status = status(&node);
    assert_eq!(status.alive, Liveness::NotLooked);
    let EventDestination::File(file) = status.log else { panic!("no file") };
    assert_eq!((file.is_seen, file.written), (false, None));
}
