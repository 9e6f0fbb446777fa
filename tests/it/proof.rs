//! How a restart that does not come up is recognised, on a machine in memory.

use std::path::Path;
use std::time::Duration;

use kubectl_audit::auditing::Endpoint;
use kubectl_audit::health::{
    Baseline, Milestone, Proof, ProofSubject, RestartFailure, WaitTarget, Watcher, prove,
};
use kubectl_audit::host::{Fake, Host, Process, ProgramOutput};
use kubectl_audit::manifest::Manifest;

const PATH: &str = "/etc/kubernetes/manifests/kube-apiserver.yaml";
const PODS: &str = "/var/log/pods";
const FATAL: &str = r#"E1121 01:54:36.600974 1 run.go:72] "command failed" err="loading audit policy file: loaded illegal policy with 0 rules: from file /etc/kubernetes/audit/policy.yaml""#;

/// A manifest whose server would listen where nobody does.
fn manifest(flags: &str) -> Manifest {
    let text = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: kube-apiserver, namespace: kube-system}}\nspec:\n  \
         containers:\n  - name: kube-apiserver\n    image: x:v1.37.0\n    command: [kube-apiserver, \
         --secure-port=1{flags}]\n"
    );
    Manifest::parse(text.as_bytes()).unwrap()
}

/// A node whose API server runs without auditing.
struct Node {
    fake: Fake,
    old: Process,
    before: Baseline,
}

/// Notes what it is told.
#[derive(Default)]
struct Notes {
    milestones: Vec<Milestone>,
    awaited: Vec<WaitTarget>,
    stops_after: Option<usize>,
}

impl Watcher for Notes {
    fn milestone(&mut self, milestone: Milestone, _: Duration) {
        self.milestones.push(milestone);
    }

    fn turn(&mut self, _: &[(Milestone, Duration)], awaited: WaitTarget, _: Duration) {
        self.awaited.push(awaited);
        self.awaited.dedup();
    }

    fn goes_on(&mut self) -> bool {
        match &mut self.stops_after {
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
            None => true,
        }
    }
}

impl Node {
    fn new() -> Self {
        let fake = Fake::new();
        let old = fake.with(|machine| {
            machine.put_directory(format!("{PODS}/kube-system_kube-apiserver-n_old"), 0o755);
            machine.put_process(&["kube-apiserver", "--secure-port=1"])
        });
        let before = Baseline::look(&fake, &manifest(""), None);
        Self { fake, old, before }
    }

    fn old_ends(&self) {
        self.fake.with(|machine| machine.end_process(self.old.pid));
    }

    /// A run of the new container that ended with these words.
    fn ended(&self, run: u32, words: &str) {
        let path = format!("{PODS}/kube-system_kube-apiserver-n_new/kube-apiserver/{run}.log");
        let line = format!("2026-11-21T14:22:1{run}.000000000Z stderr F {words}\n");
        self.fake.with(|machine| machine.put(path, line, 0o640));
    }

    fn prove(&self, notes: &mut Notes) -> Proof {
        let new = manifest(", --audit-policy-file=/etc/kubernetes/audit/policy.yaml");
        let subject = ProofSubject {
            path: Path::new(PATH),
            manifest: &new,
            endpoint: Endpoint::of(&new),
            credentials: &[],
            backend: None,
            request: None,
            audit_id: "kubectl-audit-0a1b2c3d".to_owned(),
            end: self.fake.uptime() + Duration::from_secs(300),
            recheck: Duration::from_secs(20),
            batch: Duration::ZERO,
        };
        prove(&self.fake, &subject, &self.before, notes)
    }

    fn failed(&self) -> RestartFailure {
        match self.prove(&mut Notes::default()) {
            Proof::Failed(failed) => failed,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn two_runs_that_end_with_the_same_words_are_enough() {
    let node = Node::new();
    node.old_ends();
    node.ended(0, FATAL);
    node.ended(1, FATAL);
    let mut notes = Notes::default();
    let Proof::Failed(RestartFailure::Fatal { words }) = node.prove(&mut notes) else { panic!() };
    assert!(words.contains("loaded illegal policy with 0 rules"), "{words}");
    assert_eq!(notes.milestones, [Milestone::Taken, Milestone::OldGone]);
}

#[test]
fn what_was_said_before_the_change_does_not_count() {
    let fake = Fake::new();
    let node = Node { old: fake.process(), fake, before: Baseline::default() };
    node.ended(0, FATAL);
    node.ended(1, FATAL);
    let before = Baseline::look(&node.fake, &manifest(""), None);
    let node = Node { before, ..node };
    assert_eq!(node.failed(), RestartFailure::NothingStarted);
}

#[test]
fn the_logs_of_docker_are_found_behind_their_links() {
    let node = Node::new();
    node.old_ends();
    node.fake.with(|machine| {
        for run in 0..2 {
            let file = format!("/var/lib/docker/containers/{run}/{run}-json.log");
            let line = serde_json::json!({
                "log": format!("{FATAL}\n"), "stream": "stderr", "time": "2026-11-21T14:22:10Z",
            });
            machine.put(&file, format!("{line}\n"), 0o640);
            let directory = format!("{PODS}/kube-system_kube-apiserver-n_new/kube-apiserver");
            machine.put_directory(&directory, 0o755);
            machine.put_symlink(format!("{directory}/{run}.log"), file);
        }
    });
    assert!(matches!(node.failed(), RestartFailure::Fatal { .. }));
}

#[test]
fn a_pod_that_the_kubelet_refuses_is_told_in_its_words() {
    let node = Node::new();
    node.old_ends();
    let output = format!(
        "E1121 01:54:36.600974     812 file.go:187] \"Could not process manifest file\" \
         err=\"{PATH}: couldn't parse as pod(yaml: line 17: did not find expected key), please check \
         config file\" path=\"{PATH}\"\n"
    );
    let ran = ProgramOutput { succeeded: true, output, ..ProgramOutput::default() };
    node.fake.with(|machine| machine.answer("journalctl", ran));
    let RestartFailure::Kubelet { line } = node.failed() else { panic!() };
    assert!(line.contains("did not find expected key"), "{line}");
}

#[test]
fn an_event_of_a_former_pod_that_the_kubelet_repeats_takes_nothing_back() {
    let node = Node::new();
    node.old_ends();
    let output = include_str!("../data/kubelet-journal.txt");
    let repeated: String = output.lines().filter(|it| it.contains("event.go")).collect();
    assert!(repeated.contains("FailedMount"));
    let ran = ProgramOutput { succeeded: true, output: repeated, ..ProgramOutput::default() };
    node.fake.with(|machine| machine.answer("journalctl", ran));
    assert_eq!(node.failed(), RestartFailure::NothingStarted);
}

#[test]
fn an_image_that_cannot_be_fetched_is_told_when_patience_is_over() {
    let node = Node::new();
    node.old_ends();
    let output = "E1128 12:10:00.235406     589 pod_workers.go:1338] \"Error syncing pod, skipping\" \
                  err=\"failed to \\\"StartContainer\\\" for \\\"kube-apiserver\\\" with ImagePullBackOff: \
                  \\\"Back-off pulling image\\\"\" pod=\"kube-system/kube-apiserver-cp1\" podUID=\"1601\"\n";
    let ran =
        ProgramOutput { succeeded: true, output: output.to_owned(), ..ProgramOutput::default() };
    node.fake.with(|machine| {
        machine.answer("journalctl", ran);
        machine.put_directory(format!("{PODS}/kube-system_kube-apiserver-n_1601"), 0o755);
    });
    let RestartFailure::Patience { missing: Milestone::Running, kubelet: Some(line), .. } =
        node.failed()
    else {
        panic!()
    };
    assert!(line.contains("ImagePullBackOff"), "{line}");
}

#[test]
fn what_is_waited_for_is_told() {
    let node = Node::new();
    let mut notes = Notes { stops_after: Some(2), ..Notes::default() };
    node.prove(&mut notes);
    assert_eq!(notes.awaited, [WaitTarget::Kubelet]);
    node.old_ends();
    let mut notes = Notes { stops_after: Some(2), ..Notes::default() };
    node.prove(&mut notes);
    assert_eq!(notes.awaited, [WaitTarget::NewStarts]);
}

#[test]
fn a_kubelet_that_does_not_look_is_waited_for_until_patience_is_over() {
    let node = Node::new();
    let before = node.fake.uptime();
    assert_eq!(
        node.failed(),
        RestartFailure::Patience { missing: Milestone::Taken, words: None, kubelet: None }
    );
    assert!(node.fake.uptime() >= before + Duration::from_secs(300));
}

#[test]
fn a_new_server_that_does_not_answer_is_not_ready() {
    let node = Node::new();
    node.old_ends();
    node.fake.with(|machine| {
        machine.put_process(&[
            "kube-apiserver",
            "--secure-port=1",
            "--audit-policy-file=/etc/kubernetes/audit/policy.yaml",
        ])
    });
    assert_eq!(
        node.failed(),
        RestartFailure::Patience { missing: Milestone::Ready(1), words: None, kubelet: None }
    );
}

#[test]
fn a_new_server_with_other_flags_comes_from_another_manifest() {
    let node = Node::new();
    node.old_ends();
    node.fake.with(|machine| machine.put_process(&["kube-apiserver", "--secure-port=1"]));
    assert_eq!(node.failed(), RestartFailure::AnotherManifest);
}

#[test]
fn it_stops_when_the_change_is_no_longer_ours_or_the_user_asks_to() {
    let node = Node::new();
    let mut notes = Notes { stops_after: Some(3), ..Notes::default() };
    assert_eq!(node.prove(&mut notes), Proof::Stopped);
    node.fake.with(kubectl_audit::host::Machine::interrupt);
    assert_eq!(node.prove(&mut Notes::default()), Proof::Interrupted);
}
