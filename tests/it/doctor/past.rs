//! What earlier changes left.

use std::time::Duration;

use kubectl_audit::apply::{self, WatchedOutcome, keep, run_watched, take_back};
use kubectl_audit::doctor::left_off;
use kubectl_audit::host::Host as _;
use kubectl_audit::journal::{Entry, EntryState, Journal, Operator, mark_healthy};
use kubectl_audit::owner::Owner;
use kubectl_audit::plan::{Change, FileChange, Operation, Plan, Role};

use super::node::{FLAGS, MANIFEST, Node, manifest};

fn plan(operation: Operation, before: &str, after: &str) -> Plan {
    let change = FileChange {
        role: Role::Manifest,
        path: MANIFEST.into(),
        before: Some(before.into()),
        after: Some(after.into()),
        mode: 0o600,
        owner: Owner::ROOT,
    };
    Plan { operation, manifest: MANIFEST.into(), changes: vec![Change::File(change)] }
}

fn who() -> Operator {
    Operator { user: "alice".to_owned(), terminal: None }
}

/// A node whose manifest is the first one, and which gets the second one, watched.
fn armed(operation: Operation, before: &str, after: &str) -> (Node, Box<Entry>) {
    let node = Node::good();
    node.rewrite(|_| before.to_owned());
    node.fake.with(|machine| machine.put_directory("/var/lib", 0o755));
    let plan = plan(operation, before, after);
    match run_watched(&node.fake, &plan, &who(), Duration::from_secs(300)).unwrap() {
        WatchedOutcome::Armed(entry, _) => (node, entry),
        WatchedOutcome::Unchanged => panic!("nothing was changed"),
    }
}

fn bare() -> String {
    manifest(&FLAGS[..1])
}

fn audited() -> String {
    manifest(&FLAGS)
}

#[test]
fn a_change_that_is_kept_leaves_nothing_to_say() {
    let (node, entry) = armed(Operation::Enable, &bare(), &audited());
    keep(&node.fake, &entry, EntryState::Verified).unwrap();
    assert_eq!(node.ids(), Vec::<&str>::new());
    let last = node.facts().past.unwrap().last.unwrap();
    assert_eq!((last.command, last.state), (Operation::Enable, EntryState::Verified));
}

#[test]
fn a_change_that_waits_to_be_confirmed_is_found_with_the_time_that_is_left() {
    let (node, entry) = armed(Operation::Enable, &bare(), &audited());
    mark_healthy(&node.fake, &entry.name, None).unwrap();
    let faults = node.faults();
    assert_eq!(faults.iter().map(|it| it.id).collect::<Vec<_>>(), ["change-unconfirmed"]);
    assert_eq!(faults[0].why, "it is restored in 5 min 30 s unless you do it first");
}

#[test]
fn a_change_whose_process_is_gone_is_found() {
    let (node, entry) = armed(Operation::Enable, &bare(), &audited());
    assert_eq!(node.faults()[0].severity.to_string(), "info");
    let man = entry.dead_man(&node.fake).unwrap().process.pid;
    let own = node.fake.process().pid;
    node.fake.with(|machine| {
        machine.end_process(man);
        machine.end_process(own);
    });
    let faults = node.faults();
    assert_eq!(faults.iter().map(|it| it.id).collect::<Vec<_>>(), ["change-open"]);
    assert_eq!(faults[0].severity.to_string(), "error");
}

#[test]
fn auditing_that_was_taken_back_is_found_by_every_command() {
    let (mut node, entry) = armed(Operation::Enable, &bare(), &audited());
    assert_eq!(left_off(&node.fake, MANIFEST.as_ref()), None);
    take_back(&node.fake, &entry, "the API server does not start").unwrap();
    node.restart_with(&FLAGS[..1]);
    assert_eq!(node.ids(), ["auditing-taken-back"]);
    let said = left_off(&node.fake, MANIFEST.as_ref()).unwrap().says_off();
    assert!(
        said.starts_with("auditing is off: change ")
            && said.ends_with(" was rolled back: the API server does not start")
    );

    let (mut node, entry) = armed(Operation::Rescue, &audited(), &bare());
    keep(&node.fake, &entry, EntryState::Verified).unwrap();
    node.restart_with(&FLAGS[..1]);
    assert_eq!(node.ids(), ["auditing-taken-back"]);
    // Someone turns it on again.
    let on = plan(Operation::Enable, &bare(), &audited());
    apply::run(&node.fake, &on, &who(), &[]).unwrap();
    node.restart_with(&FLAGS);
    assert_eq!(node.ids(), Vec::<&str>::new());
}

#[test]
fn auditing_that_was_turned_off_on_purpose_is_not_taken_back() {
    let (mut node, entry) = armed(Operation::Disable, &audited(), &bare());
    keep(&node.fake, &entry, EntryState::Verified).unwrap();
    node.restart_with(&FLAGS[..1]);
    assert_eq!(node.ids(), ["auditing-off"]);
    assert_eq!(left_off(&node.fake, MANIFEST.as_ref()), None);
}

#[test]
fn a_unit_of_a_change_that_has_ended_is_found() {
    let unit = "/etc/systemd/system/kubectl-audit-rollback-0a1b2c3d.service";
    let node = Node::good();
    node.fake.with(|machine| machine.put(unit, "[Unit]\n", 0o644));
    assert_eq!(node.ids(), ["dead-man-left"]);
}

#[test]
fn a_damaged_journal_is_found() {
    let (node, entry) = armed(Operation::Enable, &bare(), &audited());
    keep(&node.fake, &entry, EntryState::Verified).unwrap();
    let record = entry.directory().join("entry.json");
    node.fake.with(|machine| machine.edit(record, "{}"));
    assert!(!Journal::open(&node.fake).unwrap().damages().is_empty());
    assert_eq!(node.ids(), ["journal-damaged"]);
}

/// A manifest of kubeadm's, and what the cluster has for the next upgrade.
fn with_config(config: &str) -> Vec<(&'static str, String)> {
    let mut node = super::node::Node::good();
    node.rewrite(|text| {
        text.replacen("    kubectl-audit/", "    kubeadm.kubernetes.io/x: y\n    kubectl-audit/", 1)
    });
    node.cluster_configuration =
        Some(format!("apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n{config}"));
    let faults = node.faults().into_iter().filter(|fault| fault.id == "kubeadm-config-differs");
    faults.map(|fault| (fault.id, fault.what)).collect()
}

#[test]
fn what_the_next_upgrade_of_kubeadm_will_write_is_compared() {
    let said = |config: &str| with_config(config).pop().map(|(_, what)| what).unwrap_or_default();
    assert!(
        said("apiServer: {}\n").contains("has no audit settings"),
        "{}",
        said("apiServer: {}\n")
    );
    let other = said("apiServer:\n  extraArgs:\n  - {name: audit-log-maxage, value: \"7\"}\n");
    assert!(other.contains("other audit settings than the manifest"), "{other}");
    let items: String = super::node::FLAGS
        .iter()
        .filter_map(|flag| flag.strip_prefix("--")?.split_once('='))
        .filter(|(name, _)| name.starts_with("audit-"))
        .map(|(name, value)| format!("  - {{name: {name}, value: \"{value}\"}}\n"))
        .collect();
    assert_eq!(said(&format!("apiServer:\n  extraArgs:\n{items}")), "");
}
