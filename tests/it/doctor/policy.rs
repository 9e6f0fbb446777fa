//! The policy and the webhook.

use kubectl_audit::doctor::Fix;

use super::node::{BOOT, FLAGS, Node, POD_LOGS, POLICY, SECOND, UP, planted, policy};

#[test]
fn a_policy_that_the_container_cannot_see_or_read_is_found() {
    let unseen = planted(|node| {
        node.replace(
            "mountPath: /etc/kubernetes/audit/policy.yaml",
            "mountPath: /etc/elsewhere.yaml",
        );
    });
    assert_eq!(unseen, ["policy-not-mounted"]);
    let denied = planted(|node| {
        node.replace("    command:\n", "    securityContext: {runAsUser: 1000}\n    command:\n");
    });
    assert_eq!(denied, ["policy-denied"]);
}

#[test]
fn a_policy_that_would_be_rejected_is_found() {
    let node = Node::good();
    node.put_policy("apiVersion: audit.k8s.io/v1beta1\nkind: Policy\nrules:\n- level: Metadata\n");
    let faults = node.faults();
    assert_eq!(faults.iter().map(|it| it.id).collect::<Vec<_>>(), ["policy-rejected"]);
    let lint = Fix::Anywhere(format!("lint {POLICY}"));
    assert_eq!(faults[0].fix, Some(lint));
}

#[test]
fn a_policy_that_the_server_has_not_loaded_is_found() {
    let edit = |node: &mut Node, when: u64| {
        let text = [policy(), b"# edited\n"].concat();
        node.fake.with(|machine| {
            machine.edit(POLICY, text);
            machine.set_modified(POLICY, i128::from(when) * SECOND);
        });
    };
    let rated = |plant: &dyn Fn(&mut Node)| {
        let mut node = Node::good();
        plant(&mut node);
        let faults = node.faults();
        assert_eq!(faults.iter().map(|it| it.id).collect::<Vec<_>>(), ["policy-not-loaded"]);
        faults[0].severity.to_string()
    };
    assert_eq!(rated(&|node| edit(node, BOOT + UP - 60)), "error");
    // The server was started again since, by hand.
    assert_eq!(rated(&|node| edit(node, BOOT + 1)), "info");
    // Within what the clock cannot tell, the annotation counts.
    assert_eq!(rated(&|node| edit(node, BOOT + 103)), "error");
    // A manifest without our annotation, or the same text rewritten.
    let touched = |node: &mut Node| {
        node.fake.with(|it| it.set_modified(POLICY, i128::from(BOOT + UP) * SECOND));
    };
    assert_eq!(rated(&touched), "warning");
    // The first run of a pod started with the text that the annotation names.
    let mut node = Node::good();
    touched(&mut node);
    node.fake.with(|it| it.put(format!("{POD_LOGS}/0.log"), "", 0o640));
    assert_eq!(node.ids(), Vec::<&str>::new());
    let offline = |node: &mut Node| {
        edit(node, BOOT);
        node.live = false;
    };
    assert_eq!(rated(&offline), "error");
}

#[test]
fn what_lint_finds_is_summed_up() {
    let node = Node::good();
    node.put_policy(
        "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n- level: None\n",
    );
    assert_eq!(node.ids(), ["policy-findings"]);
    assert!(node.faults()[0].what.contains("unreachable-rule"));
}

#[test]
fn a_strict_mode_that_blocks_nothing_is_found() {
    let text = "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n- level: Metadata\n";
    let found = planted(|node| {
        let mut flags = FLAGS.to_vec();
        flags.push("--audit-log-mode=blocking-strict");
        node.run_with(&flags);
        node.put_policy(text);
    });
    assert_eq!(found, ["fail-open"]);
    let by_webhook = planted(|node| {
        let mut flags = FLAGS.to_vec();
        flags.push("--audit-webhook-config-file=/etc/kubernetes/audit/policy.yaml");
        flags.push("--audit-webhook-mode=blocking-strict");
        node.run_with(&flags);
        node.put_policy(text);
    });
    assert_eq!(by_webhook, ["fail-open"]);
    assert_eq!(planted(|node| node.put_policy(text)), Vec::<&str>::new());
}

#[test]
fn namespaces_that_the_cluster_does_not_have_are_found() {
    let text = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Request\n  namespaces: [gone]\n  verbs: [create]\n  resources: [{group: apps, resources: [deployments]}]\n- level: Metadata\n";
    let cluster = |node: &mut Node, names: &[&str]| {
        node.put_policy(text);
        node.namespaces = Some(names.iter().map(|&name| name.to_owned()).collect());
    };
    assert_eq!(planted(|node| cluster(node, &["default"])), ["namespaces-gone"]);
    assert_eq!(planted(|node| cluster(node, &["default", "gone"])), Vec::<&str>::new());
    // A cluster that does not answer is no fault.
    let silent = planted(|node| {
        cluster(node, &[]);
        node.namespaces = None;
    });
    assert_eq!(silent, Vec::<&str>::new());
}

#[test]
fn a_webhook_without_its_file_is_found() {
    let found = planted(|node| {
        let mut flags = FLAGS.to_vec();
        flags.push("--audit-webhook-config-file=/etc/kubernetes/pki/webhook.yaml");
        node.run_with(&flags);
    });
    assert_eq!(found, ["webhook-missing"]);
    let found = planted(|node| {
        let mut flags = FLAGS.to_vec();
        flags.push("--audit-webhook-config-file=/etc/kubernetes/webhook.yaml");
        node.run_with(&flags);
    });
    assert_eq!(found, ["webhook-not-mounted"]);
}

#[test]
fn of_a_policy_with_which_the_server_has_ended_nobody_says_that_it_is_not_loaded() {
    let mut node = Node::good();
    node.put_policy("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []\n");
    node.replace("policy-sha256: \"", "policy-sha256: \"0");
    node.end_server();
    assert_eq!(node.ids(), ["server-not-running", "policy-rejected"]);
    let why = &node.faults()[1].why;
    assert!(why.contains("each time it is started"), "{why}");
    node.live = false;
    assert_eq!(node.ids(), ["policy-not-loaded", "policy-rejected"]);
}
