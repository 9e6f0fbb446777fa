//! The manifest, what is around it, and what it mounts.

use std::path::Path;

use kubectl_audit::doctor::Fix;
use kubectl_audit::host::Host as _;
use kubectl_audit::owner::Owner;

use super::node::{FLAGS, LOG, MANIFEST, Node, POLICY, manifest, planted, policy, without};

#[test]
fn nothing_is_said_of_a_good_node() {
    let node = Node::good();
    assert_eq!(node.faults(), []);
    assert_eq!(node.facts().unseen, Vec::<String>::new());
    let copy = Node { live: false, ..Node::good() };
    assert_eq!(copy.faults(), []);
}

#[test]
fn files_beside_the_manifest_are_found_and_the_one_that_runs_is_named() {
    let node = Node::good();
    node.fake.with(|machine| machine.put(format!("{MANIFEST}.bak"), manifest(&[]), 0o600));
    let faults = node.faults();
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].id, "stray-manifest");
    assert!(faults[0].what.contains("`kube-apiserver.yaml.bak`"), "{}", faults[0].what);
    let moved = "mv -n /etc/kubernetes/manifests/kube-apiserver.yaml.bak /etc/kubernetes/";
    assert_eq!(faults[0].fix, Some(Fix::Run(moved.to_owned())));
    let policy_beside = planted(|node| {
        node.fake.with(|it| it.put("/etc/kubernetes/manifests/policy.yaml", policy(), 0o600));
    });
    assert_eq!(policy_beside, ["no-pod"]);
    let linked = planted(|node| {
        node.fake.with(|it| it.put_symlink("/etc/kubernetes/manifests/x.yaml", "/x"));
    });
    assert_eq!(linked, ["linked-manifest"]);
}

#[test]
fn host_paths_that_are_missing_or_of_the_wrong_kind_are_found() {
    let missing = planted(|node| {
        node.replace(
            "path: /etc/kubernetes/pki\n      type: DirectoryOrCreate",
            "path: /nowhere\n      type: Directory",
        );
    });
    assert_eq!(missing, ["host-path-missing"]);
    let wrong = planted(|node| {
        node.fake.with(|machine| machine.put("/file", "", 0o600));
        node.replace("path: /etc/kubernetes/pki\n", "path: /file\n");
    });
    assert_eq!(wrong, ["host-path-wrong-kind"]);
    let policy = planted(|node| node.fake.with(|machine| machine.take_away(POLICY)));
    assert_eq!(policy, ["host-path-missing", "policy-missing"]);
    let untyped = planted(|node| {
        node.fake.with(|machine| machine.take_away(POLICY));
        node.replace("      type: File\n", "");
    });
    assert_eq!(untyped, ["host-path-missing", "policy-missing"]);
}

#[test]
fn a_manifest_that_the_kubelet_refuses_is_found_with_every_problem() {
    let unnamed = planted(|node| node.replace("  - name: audit-log\n    hostPath", "  - hostPath"));
    assert_eq!(unnamed[..2], ["manifest-refused", "manifest-refused"]);
    let broken =
        planted(|node| node.replace("    - --audit-log-maxage", "    --audit-log-maxage: {"));
    assert_eq!(broken, ["manifest-refused"]);
    let gone = planted(|node| node.fake.with(|machine| machine.take_away(MANIFEST)));
    assert_eq!(gone, ["manifest-missing"]);
}

#[test]
fn typing_mistakes_are_found() {
    let node = Node::good();
    node.replace("audit/policy.yaml\n      readOnly", "audit/policy.yaml\n      readonly");
    let faults = node.faults();
    assert_eq!(faults.iter().map(|it| it.id).collect::<Vec<_>>(), ["typing-mistake"]);
    assert_eq!(faults[0].fix, Some(Fix::ByHand("write `readOnly`".to_owned())));
    let dash = planted(|node| {
        node.replace("--audit-log-maxage=30", "\u{2013}audit-log-maxage=30");
        node.live = false;
    });
    assert_eq!(dash, ["typing-mistake", "retention-by-default"]);
    let uid = planted(|node| node.replace("  namespace:", "  uid: \"0-0\"\n  namespace:"));
    assert_eq!(uid, ["manifest-uneditable"]);
}

#[test]
fn keys_of_the_control_plane_that_the_container_may_write_are_found() {
    let found = planted(|node| {
        node.replace(
            "mountPath: /etc/kubernetes/pki\n      readOnly: true",
            "mountPath: /etc/kubernetes",
        );
        node.replace("path: /etc/kubernetes/pki\n", "path: /etc/kubernetes\n");
    });
    assert_eq!(found, ["broad-mount"]);
}

#[test]
fn a_flag_given_twice_and_one_that_is_refused_are_found() {
    let twice = planted(|node| {
        let mut flags = FLAGS.to_vec();
        flags.insert(1, "--audit-log-maxage=7");
        node.run_with(&flags);
    });
    assert_eq!(twice, ["flag-twice"]);
    assert_eq!(planted(|node| node.set("--audit-log-maxage", "7d")), ["flag-refused"]);
    assert_eq!(planted(|node| node.set("--audit-log-maxage", "-1")), ["flag-refused"]);
}

#[test]
fn half_of_auditing_and_none_of_it_are_found() {
    let no_log = planted(|node| node.run_with(&without(&FLAGS, &["--audit-log"])));
    assert_eq!(no_log, ["policy-without-log"]);
    let no_policy = planted(|node| node.run_with(&without(&FLAGS, &["--audit-policy"])));
    assert_eq!(no_policy, ["log-without-policy"]);
    let none = planted(|node| node.run_with(&FLAGS[..1]));
    assert_eq!(none, ["auditing-off"]);
}

#[test]
fn modes_and_owners_are_found() {
    let mode = |path: &'static str, mode: u32| {
        planted(move |node| node.fake.set_mode(Path::new(path), mode).unwrap())
    };
    assert_eq!(mode(LOG, 0o644), ["log-readable"]);
    assert_eq!(mode(POLICY, 0o666), ["file-mode"]);
    assert_eq!(mode(MANIFEST, 0o620), ["file-mode"]);
    assert_eq!(mode("/var/log/kubernetes/audit", 0o777), ["path-writable"]);
    assert_eq!(mode("/etc/kubernetes/audit", 0o777), ["path-writable"]);
    let owner = planted(|node| {
        let directory = Path::new("/etc/kubernetes/audit");
        node.fake.set_owner(directory, Owner { uid: 1000, gid: 0 }).unwrap();
    });
    assert_eq!(owner, ["path-owner"]);
}
