//! The log, its life and how long it is kept.

use super::node::{BOOT, FLAGS, LOG, Node, SECOND, UP, planted, without};

#[test]
fn a_log_below_no_mount_is_found() {
    let found = planted(|node| {
        node.set("--audit-log-path", "/var/log/audit/audit.log");
        node.link("/var/log/audit/audit.log");
    });
    assert_eq!(found, ["log-not-mounted"]);
    let found = planted(|node| {
        node.replace(
            "hostPath:\n      path: /var/log/kubernetes/audit\n      type: DirectoryOrCreate\n",
            "emptyDir: {}\n",
        );
    });
    assert_eq!(found, ["log-not-mounted"]);
}

#[test]
fn a_log_mount_that_cannot_work_is_found() {
    let read_only = planted(|node| {
        let mount = "mountPath: /var/log/kubernetes/audit\n";
        node.replace(mount, &format!("{mount}      readOnly: true\n"));
    });
    assert_eq!(read_only, ["log-mount-read-only"]);
    let of_file = |kind: &str| {
        planted(|node| {
            node.replace("mountPath: /var/log/kubernetes/audit\n", &format!("mountPath: {LOG}\n"));
            node.replace(
                "path: /var/log/kubernetes/audit\n      type: DirectoryOrCreate",
                &format!("path: {LOG}\n      type: {kind}"),
            );
            node.live = false;
        })
    };
    assert_eq!(of_file("FileOrCreate"), ["log-file-mounted"]);
    assert_eq!(of_file("DirectoryOrCreate"), ["log-is-directory", "host-path-wrong-kind"]);
}

#[test]
fn a_log_in_a_place_of_the_system_is_found() {
    let found = planted(|node| {
        node.rewrite(|text| text.replace("/var/log/kubernetes/audit", "/var/log/audit"));
        node.fake.with(|machine| {
            machine.put_directory("/var/log/audit", 0o700);
            machine.put("/var/log/audit/audit.log", "{}\n", 0o600);
        });
        node.live = false;
    });
    assert_eq!(found, ["log-place"]);
}

#[test]
fn a_log_that_is_dead_is_found() {
    let missing = planted(|node| {
        node.fake.with(|machine| machine.take_away(LOG));
        node.link("/dev/null");
    });
    assert_eq!(missing, ["log-missing"]);
    assert_eq!(planted(|node| node.link(&format!("{LOG} (deleted)"))), ["log-unlinked"]);
    assert_eq!(planted(|node| node.link(&format!("{LOG}.1"))), ["log-unlinked"]);
    let another = planted(|node| {
        let seen = format!("/proc/{}/root{LOG}", node.pid);
        node.fake.with(|machine| machine.put(seen, "x", 0o600));
    });
    assert_eq!(another, ["log-unlinked"]);
    let empty = planted(|node| node.fake.with(|machine| machine.edit(LOG, "")));
    assert_eq!(empty, ["log-empty"]);
    let silent = planted(|node| {
        let yesterday = i128::from(BOOT + UP - 86_400) * SECOND;
        node.fake.with(|machine| machine.set_modified(LOG, yesterday));
    });
    assert_eq!(silent, ["log-silent"]);
}

#[test]
fn a_log_that_a_policy_leaves_empty_on_purpose_is_no_fault_of_the_log() {
    let found = planted(|node| {
        node.put_policy("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n");
        node.fake.with(|machine| machine.edit(LOG, ""));
    });
    assert!(!found.contains(&"log-empty"), "{found:?}");
}

#[test]
fn another_rotation_of_the_same_file_is_found() {
    let node = Node::good();
    node.fake.with(|machine| {
        machine.put("/etc/logrotate.conf", "weekly\ninclude /etc/logrotate.d\n", 0o644);
        machine.put(
            "/etc/logrotate.d/kube",
            "\n/var/log/kubernetes/*/*.log {\n  daily\n}\n",
            0o644,
        );
        machine.put("/etc/logrotate.d/kube.dpkg-old", format!("{LOG} {{\n}}\n"), 0o644);
    });
    let faults = node.faults();
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].id, "log-rotated-twice");
    assert_eq!(faults[0].place.unwrap().line, 2);
}

#[test]
fn a_label_that_keeps_the_container_out_is_found_unless_the_server_writes() {
    let plant = |node: &mut Node| {
        node.fake.with(|machine| {
            machine.put("/sys/fs/selinux/enforce", "1", 0o644);
            let label = b"system_u:object_r:var_log_t:s0\0";
            machine.set_xattr("/var/log/kubernetes/audit", "security.selinux", label);
        });
    };
    assert_eq!(planted(plant), Vec::<&str>::new());
    let found = planted(|node| {
        plant(node);
        node.live = false;
    });
    assert_eq!(found, ["log-label"]);
    let permissive = planted(|node| {
        plant(node);
        node.fake.with(|machine| machine.put("/sys/fs/selinux/enforce", "0", 0o644));
        node.live = false;
    });
    assert_eq!(permissive, Vec::<&str>::new());
}

#[test]
fn retention_is_judged_by_the_version_of_the_server() {
    let set = |version: &'static str, flag: &'static str, value: &'static str| {
        planted(move |node| {
            node.set(flag, value);
            node.replace("v1.31.4", version);
        })
    };
    let nothing = Vec::<&str>::new();
    assert_eq!(set("v1.35.0", "--audit-log-maxsize", "0"), nothing);
    assert_eq!(set("v1.36.0", "--audit-log-maxsize", "0"), ["log-never-rotated"]);
    assert_eq!(set("v1.31.0", "--audit-log-maxbackup", "0"), ["log-unbounded"]);
    let unset = |version: &'static str| {
        planted(move |node| {
            node.run_with(&without(&FLAGS, &["--audit-log-max"]));
            node.replace("v1.31.4", version);
        })
    };
    assert_eq!(unset("v1.31.0"), ["log-unbounded"]);
    assert_eq!(unset("v1.36.0"), ["retention-by-default"]);
}

#[test]
fn a_disk_that_is_too_small_is_found() {
    assert_eq!(planted(|node| node.fake.with(|it| it.set_free(100 << 20))), ["log-room"]);
}

#[test]
fn a_standard_output_of_which_little_is_kept_is_found() {
    let stdout = |config: &'static str| {
        planted(move |node| {
            node.set("--audit-log-path", "-");
            node.fake.with(|machine| machine.put("/var/lib/kubelet/config.yaml", config, 0o644));
        })
    };
    let watched = "staticPodPath: /etc/kubernetes/manifests\n";
    assert_eq!(stdout(watched), ["stdout-log"]);
    let nothing = Vec::<&str>::new();
    assert_eq!(stdout("containerLogMaxSize: 500Mi\ncontainerLogMaxFiles: 10\n"), nothing);
}
