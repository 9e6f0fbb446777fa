//! rescue, doctor and status on the same broken node never contradict each other.

use audit_policy::finding::Severity;
use kubectl_audit::diagnosis::Blame;
use kubectl_audit::doctor::{Liveness, NodeStatus, OutageCause, check};
use kubectl_audit::health::Readiness;
use kubectl_audit::host::ProgramOutput;

use super::node::{FLAGS, LOG, MANIFEST, Node, POD_LOGS, POLICY, without};

/// A way to break a node: what is done to it, whom rescue is to blame (`None`: nothing to rescue),
/// and the id that doctor is to name first among its errors.
type Row = (&'static str, fn(&mut Node), Option<Blame>, &'static str);

const BROKEN: &[Row] = &[
    ("nothing", |_| {}, None, ""),
    (
        "policy missing, server up",
        |node| gone(node, POLICY),
        Some(Blame::Auditing),
        "host-path-missing",
    ),
    (
        "policy missing, server down",
        |node| down(node, |it| gone(it, POLICY)),
        Some(Blame::Auditing),
        "server-not-running",
    ),
    (
        "policy a directory",
        |node| directory(node, POLICY),
        Some(Blame::Auditing),
        "host-path-wrong-kind",
    ),
    ("policy emptied", |node| put(node, POLICY, ""), Some(Blame::Auditing), "policy-rejected"),
    (
        "policy broken, server up",
        |node| put(node, POLICY, "rules: ["),
        Some(Blame::Auditing),
        "policy-rejected",
    ),
    (
        "policy in an emptyDir",
        |node| volume(node, "emptyDir: {}"),
        Some(Blame::Auditing),
        "policy-not-mounted",
    ),
    (
        "policy in a secret",
        |node| volume(node, "secret: {secretName: x}"),
        Some(Blame::Auditing),
        "policy-not-mounted",
    ),
    (
        "hostpath",
        |node| volume(node, "hostpath: {path: /etc/kubernetes/audit/policy.yaml}"),
        Some(Blame::Auditing),
        "policy-not-mounted",
    ),
    (
        "log mount read-only",
        |node| {
            node.replace(
                "mountPath: /var/log/kubernetes/audit\n",
                "mountPath: /var/log/kubernetes/audit\n      readOnly: true\n",
            );
        },
        Some(Blame::Auditing),
        "log-mount-read-only",
    ),
    (
        "flag refused",
        |node| node.set("--audit-log-maxage", "7d"),
        Some(Blame::Auditing),
        "flag-refused",
    ),
    (
        "manifest broken",
        |node| down(node, |it| it.rewrite(|text| text.replace("spec:", "spec: ["))),
        Some(Blame::Unknown),
        "manifest-refused",
    ),
    (
        "manifest missing",
        |node| down(node, |it| gone(it, MANIFEST)),
        Some(Blame::Unknown),
        "manifest-missing",
    ),
    (
        "etcd",
        |node| down(node, |it| last_words(it, ETCD)),
        Some(Blame::Other),
        "server-not-running",
    ),
    (
        "etcd, and a policy that is broken, too",
        |node| {
            put(node, POLICY, "rules: [");
            down(node, |it| last_words(it, ETCD));
        },
        Some(Blame::Other),
        "server-not-running",
    ),
    (
        "etcd, between two runs",
        |node| {
            node.readiness = Readiness::Unreachable("refused".to_owned());
            last_words(node, ETCD);
            log_of_this_run(node);
        },
        Some(Blame::Other),
        "server-not-ready",
    ),
    (
        "etcd, while the server runs and answers 500",
        |node| {
            node.readiness = Readiness::NotReady(500);
            let line = format!("2026-11-21T01:55:36.600974Z stderr F {WAITS}\n");
            node.fake.with(|machine| machine.put(format!("{POD_LOGS}/4.log"), line, 0o640));
        },
        Some(Blame::Other),
        "server-not-ready",
    ),
    (
        "etcd, and an event of a former pod",
        |node| {
            complaint(node, OLD_EVENT);
            down(node, |it| last_words(it, ETCD));
        },
        Some(Blame::Other),
        "server-not-running",
    ),
    (
        "certificates gone",
        |node| {
            node.replace(
                "path: /etc/kubernetes/pki\n      type: DirectoryOrCreate",
                "path: /etc/kubernetes/pki\n      type: Directory",
            );
            down(node, |it| it.fake.with(|machine| machine.take_away("/etc/kubernetes/pki")));
        },
        Some(Blame::Other),
        "server-not-running",
    ),
    (
        "a certificate missing",
        |node| {
            let mut flags = FLAGS.to_vec();
            flags.push("--tls-cert-file=/etc/kubernetes/pki/apiserver.crt");
            node.run_with(&flags);
        },
        Some(Blame::Other),
        "certificates-missing",
    ),
    (
        "the image is gone, after a clean stop",
        |node| {
            complaint(node, IMAGE);
            down(node, |it| last_words(it, STOPPED));
        },
        Some(Blame::Other),
        "kubelet-complains",
    ),
    (
        "no kubelet, server down",
        |node| down(node, end_kubelet),
        Some(Blame::Other),
        "server-not-running",
    ),
    (
        "down, and nobody knows why",
        |node| down(node, |_| {}),
        Some(Blame::Unknown),
        "server-not-running",
    ),
    (
        "500",
        |node| node.readiness = Readiness::NotReady(500),
        Some(Blame::Unknown),
        "server-not-ready",
    ),
    ("403", |node| node.readiness = Readiness::Alive(403), None, ""),
    (
        "key twice, server up",
        |node| node.replace("  annotations:\n", "  annotations:\n    x: a\n    x: b\n"),
        None,
        "",
    ),
    (
        "key twice, server down",
        |node| {
            node.replace("  annotations:\n", "  annotations:\n    x: a\n    x: b\n");
            down(node, |it| last_words(it, ETCD));
        },
        Some(Blame::Other),
        "server-not-running",
    ),
    (
        "script, server down",
        |node| {
            node.rewrite(|text| {
                let flags = FLAGS.join(" ");
                let list: String = FLAGS.iter().map(|flag| format!("    - {flag}\n")).collect();
                text.replace(
                    &format!("    - kube-apiserver\n{list}"),
                    &format!("    - sh\n    - -c\n    - exec kube-apiserver {flags}\n"),
                )
            });
            down(node, |it| last_words(it, ETCD));
        },
        Some(Blame::Other),
        "server-not-running",
    ),
    (
        "auditing off, server down",
        |node| {
            node.run_with(&without(&FLAGS, &["--audit-"]));
            down(node, |_| {});
        },
        Some(Blame::Unknown),
        "server-not-running",
    ),
];

const ETCD: &str = "F1121 01:54:36.600974       1 instance.go:232] Error creating leases: error creating storage \
                    factory: context deadline exceeded";
const STOPPED: &str =
    "I1121 01:54:36.600974       1 controller.go:667] quota admission added evaluator for: x";
const IMAGE: &str = "E1121 01:54:36.600974     812 pod_workers.go:1338] \"Error syncing pod, skipping\" err=\"failed to \
                     \\\"StartContainer\\\" for \\\"kube-apiserver\\\" with ImagePullBackOff: \\\"Back-off pulling \
                     image\\\"\" pod=\"kube-system/kube-apiserver-node\" podUID=\"0\"";
/// What a kubelet of 1.37 writes again and again while its API server is away.
const OLD_EVENT: &str = "E1121 01:54:36.600974     812 event.go:374] \"Unable to write event (may retry after sleeping)\" \
                         err=\"refused\" event=\"&Event{InvolvedObject:{Pod kube-system kube-apiserver-node 1-1 \
                         v1  },Reason:FailedMount,Message:MountVolume.SetUp failed for volume \\\"audit-policy\\\" : \
                         hostPath type check failed: /etc/kubernetes/audit/policy.yaml is not a file,Source:kubelet}\"";

fn gone(node: &mut Node, path: &str) {
    node.fake.with(|machine| machine.take_away(path));
}

fn put(node: &mut Node, path: &str, text: &str) {
    node.fake.with(|machine| machine.put(path, text, 0o600));
}

fn directory(node: &mut Node, path: &str) {
    gone(node, path);
    node.fake.with(|machine| machine.put_directory(path, 0o755));
}

fn volume(node: &mut Node, source: &str) {
    node.replace(
        "  - name: audit-policy\n    hostPath:\n      path: /etc/kubernetes/audit/policy.yaml\n      type: File\n",
        &format!("  - name: audit-policy\n    {source}\n"),
    );
}

fn down(node: &mut Node, how: impl FnOnce(&mut Node)) {
    node.end_server();
    how(node);
}

fn last_words(node: &mut Node, words: &str) {
    let line = format!("2026-11-21T01:54:36.600974Z stderr F {words}\n");
    node.fake.with(|machine| machine.put(format!("{POD_LOGS}/3.log"), line, 0o640));
}

/// What a server says every second that waits for etcd.
const WAITS: &str = "W1121 01:55:36.600974       1 logging.go:55] [core] grpc: addrConn.createTransport \
                     failed to connect to {Addr: \"127.0.0.1:2379\"}. Err: connection error: desc = \
                     \"transport: Error while dialing: dial tcp 127.0.0.1:2379: connect: connection \
                     refused\"";

fn log_of_this_run(node: &mut Node) {
    let line =
        "2026-11-21T01:55:36.600974Z stderr F I1121 01:55:36.600974       1 server.go:1] Version\n";
    node.fake.with(|machine| machine.put(format!("{POD_LOGS}/4.log"), line, 0o640));
}

fn complaint(node: &mut Node, line: &str) {
    let ran =
        ProgramOutput { succeeded: true, output: format!("{line}\n"), ..ProgramOutput::default() };
    node.fake.with(|machine| machine.answer("journalctl", ran));
}

fn end_kubelet(node: &mut Node) {
    use kubectl_audit::host::Host as _;
    let kubelet = node.fake.processes().into_iter().find(|it| it.arguments[0].ends_with("kubelet"));
    node.fake.with(|machine| machine.end_process(kubelet.unwrap().process.pid));
}

#[test]
fn the_three_agree_on_every_broken_node() {
    let mut wrong = vec![];
    for (name, plant, blame, first) in BROKEN {
        let mut node = Node::good();
        plant(&mut node);
        let facts = node.facts();
        let faults = check(&facts);
        let errors: Vec<&str> =
            faults.iter().filter(|it| it.severity == Severity::Error).map(|it| it.id).collect();
        let trouble = OutageCause::of_trouble(&facts, &faults);
        let status = NodeStatus::of(&facts);
        let is_down = !node.readiness.lives();
        let said = format!("{name}: doctor {errors:?}, rescue {trouble:?}, status {status:?}");
        if trouble.as_ref().map(|it| it.blame) != *blame {
            wrong.push(format!("blames another: {said}"));
        }
        if errors.first().copied().unwrap_or_default() != *first {
            wrong.push(format!("doctor begins otherwise: {said}"));
        }
        if trouble.is_some() == errors.is_empty() {
            wrong.push(format!("rescue and doctor differ: {said}"));
        }
        if status.is_good() && trouble.is_some() {
            wrong.push(format!("status calls it good: {said}"));
        }
        if is_down != matches!(status.alive, Liveness::No(_)) && facts.pod.is_some() {
            wrong.push(format!("status says otherwise whether it is down: {said}"));
        }
        let fix = trouble.and_then(|it| it.fix).map(|fix| format!("{fix:?}")).unwrap_or_default();
        let text = format!("{faults:?}{fix}");
        if is_down && (text.contains("get --raw") || text.contains("kubeadm")) {
            wrong.push(format!("a fix that cannot work here: {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_server_said_is_shown_by_doctor_as_by_rescue() {
    let mut node = Node::good();
    node.readiness = Readiness::Unreachable("refused".to_owned());
    last_words(&mut node, ETCD);
    log_of_this_run(&mut node);
    let fault = node.faults().into_iter().find(|it| it.id == "server-not-ready").unwrap();
    assert!(fault.why.contains("etcd does not answer"), "{}", fault.why);
    assert!(
        fault.why.contains("The run before this one ended with: Error creating leases"),
        "{}",
        fault.why
    );
    let Liveness::No(why) = NodeStatus::of(&node.facts()).alive else { panic!("alive") };
    assert!(why.contains("etcd does not answer"), "{why}");
}

#[test]
fn words_of_a_former_pod_are_no_cause() {
    let mut node = Node::good();
    node.end_server();
    last_words(&mut node, ETCD);
    node.fake.with(|machine| {
        machine.set_modified(format!("{POD_LOGS}/3.log"), 1);
        machine.put_directory("/var/log/pods/kube-system_kube-apiserver-node_1", 0o755);
        machine.set_modified("/var/log/pods/kube-system_kube-apiserver-node_1", 2);
    });
    let facts = node.facts();
    assert_eq!(facts.server.as_ref().unwrap().last_run, None);
    assert_eq!(OutageCause::of(&facts, &check(&facts)), None);
}

#[test]
fn a_log_that_is_gone_is_no_reason_for_a_rescue() {
    let node = Node::good();
    node.fake.with(|machine| machine.take_away(LOG));
    let facts = node.facts();
    assert_eq!(OutageCause::of_trouble(&facts, &check(&facts)), None);
}
