//! The server and the kubelet that run, or do not.

use std::path::Path;
use std::time::Duration;

use kubectl_audit::doctor::check;
use kubectl_audit::health::Readiness;
use kubectl_audit::host::{Fake, Host as _, ProgramOutput};

use super::node::{MANIFEST, Node, POD_LOGS, POLICY, planted};

#[test]
fn a_kubelet_that_looks_elsewhere_does_not_run_or_complains_is_found() {
    let elsewhere = planted(|node| {
        node.fake.with(|it| it.put("/var/lib/kubelet/config.yaml", "staticPodPath: /x\n", 0o644));
    });
    assert_eq!(elsewhere, ["not-watched"]);
    let unreadable = planted(|node| {
        node.fake.with(|it| it.put("/var/lib/kubelet/config.yaml", "staticPodPath: [\n", 0o644));
    });
    assert_eq!(unreadable, ["kubelet-config"]);
    let gone = planted(|node| {
        let kubelet =
            node.fake.processes().into_iter().find(|it| it.arguments[0].ends_with("kubelet"));
        node.fake.with(|machine| machine.end_process(kubelet.unwrap().process.pid));
    });
    assert_eq!(gone, ["kubelet-not-running"]);
    let complaint = format!(
        "E1121 01:54:36.600974     812 file.go:187] \"Could not process manifest file\" \
         err=\"{MANIFEST}: couldn't parse as pod(yaml: line 17: did not find expected key), please \
         check config file\"\n"
    );
    let complains = planted(|node| {
        let ran = ProgramOutput { succeeded: true, output: complaint, ..ProgramOutput::default() };
        node.fake.with(|machine| machine.answer("journalctl", ran));
        node.end_server();
    });
    assert_eq!(complains, ["kubelet-complains"]);
}

#[test]
fn a_server_that_does_not_run_is_found_with_its_last_words() {
    let mut node = Node::good();
    node.end_server();
    let words = "2026-11-21T01:54:36.600974Z stderr F E1121 01:54:36.600974       1 run.go:72] \
                 \"command failed\" err=\"loading audit policy file: loaded illegal policy with 0 \
                 rules: from file /p\"\n";
    node.fake.with(|machine| machine.put(format!("{POD_LOGS}/3.log"), words, 0o640));
    let faults = node.faults();
    assert_eq!(faults.iter().map(|it| it.id).collect::<Vec<_>>(), ["server-not-running"]);
    assert!(faults[0].why.contains("loaded illegal policy with 0 rules"), "{}", faults[0].why);
    let silent = planted(Node::end_server);
    assert_eq!(silent, ["server-not-running"]);
}

#[test]
fn a_server_that_is_not_ready_or_runs_with_other_flags_is_found() {
    for readiness in [Readiness::NotReady(500), Readiness::Unreachable("refused".to_owned())] {
        let found = planted(|node| node.readiness = readiness);
        assert_eq!(found, ["server-not-ready"]);
    }
    assert_eq!(planted(|node| node.readiness = Readiness::Alive(401)), Vec::<&str>::new());
    let other = planted(|node| node.replace("maxage=30", "maxage=31"));
    assert_eq!(other, ["flags-not-running"]);
}

#[test]
fn what_could_not_be_looked_at_is_named_and_no_fault() {
    let node = Node::good();
    let calls = |fake: &Fake| fake.with(|machine| machine.calls().to_vec());
    node.faults();
    let read = calls(&node.fake)
        .into_iter()
        .find(|call| call.verb == "read" && call.path == Path::new(POLICY));
    let node = Node::good();
    let number = read.unwrap().number;
    node.fake.fail(number, rustix::io::Errno::ACCESS);
    let facts = node.facts();
    assert_eq!(check(&facts), []);
    assert_eq!(facts.unseen.len(), 1);
    assert!(facts.unseen[0].contains(POLICY), "{:?}", facts.unseen);
}

#[test]
fn time_goes_by_without_a_new_fault_on_a_node_that_is_written_to() {
    let node = Node::good();
    node.fake.pause(Duration::from_secs(30));
    assert_eq!(node.ids(), Vec::<&str>::new());
}

#[test]
fn a_server_that_answers_and_cannot_be_seen_is_not_called_dead() {
    let found = planted(|node| {
        node.end_server();
        node.readiness = Readiness::Ready;
    });
    assert_eq!(found, ["server-unseen"]);
}
