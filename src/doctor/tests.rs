//! Every fault is planted on a good node, and found, and nothing else is.

use std::path::Path;
use std::time::Duration;

use super::*;
use crate::digest::sha256;
use crate::health::Readiness;
use crate::host::{Fake, Host as _, Ran};
use crate::node::Trust;
use crate::owner::Owner;

const MANIFEST: &str = "/etc/kubernetes/manifests/kube-apiserver.yaml";
const POLICY: &str = "/etc/kubernetes/audit/policy.yaml";
const LOG: &str = "/var/log/kubernetes/audit/audit.log";
const POD_LOGS: &str = "/var/log/pods/kube-system_kube-apiserver-node_0/kube-apiserver";
/// When the machine in memory boots, in seconds since 1970.
const BOOT: u64 = 1_795_270_930;
/// How long it has been up.
const UP: u64 = 2 * 86_400;
const SECOND: i128 = 1_000_000_000;

const FLAGS: [&str; 6] = [
    "--advertise-address=10.0.0.1",
    "--audit-policy-file=/etc/kubernetes/audit/policy.yaml",
    "--audit-log-path=/var/log/kubernetes/audit/audit.log",
    "--audit-log-maxage=30",
    "--audit-log-maxbackup=10",
    "--audit-log-maxsize=100",
];

fn policy() -> &'static [u8] {
    let template = crate::policy::template::Template::find("minimal").unwrap();
    template.text.as_bytes()
}

/// A manifest as `enable` leaves it.
fn manifest(flags: &[&str]) -> String {
    let flags: String = flags.iter().map(|flag| format!("    - {flag}\n")).collect();
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: kube-apiserver\n  namespace: kube-system\n  \
         annotations:\n    kubectl-audit/policy-sha256: \"{}\"\nspec:\n  containers:\n  - name: \
         kube-apiserver\n    image: registry.example/kube-apiserver:v1.31.4\n    command:\n    - \
         kube-apiserver\n{flags}    volumeMounts:\n    - name: pki\n      mountPath: \
         /etc/kubernetes/pki\n      readOnly: true\n    - name: audit-policy\n      mountPath: \
         /etc/kubernetes/audit/policy.yaml\n      readOnly: true\n    - name: audit-log\n      \
         mountPath: /var/log/kubernetes/audit\n  volumes:\n  - name: pki\n    hostPath:\n      \
         path: /etc/kubernetes/pki\n      type: DirectoryOrCreate\n  - name: audit-policy\n    \
         hostPath:\n      path: /etc/kubernetes/audit/policy.yaml\n      type: File\n  - name: \
         audit-log\n    hostPath:\n      path: /var/log/kubernetes/audit\n      type: \
         DirectoryOrCreate\n",
        sha256(policy())
    )
}

/// A node on which everything is as it should be.
struct Node {
    fake: Fake,
    /// Number of the API server's process.
    pid: u32,
    readiness: Readiness,
    live: bool,
}

impl Node {
    fn good() -> Self {
        let fake = Fake::new();
        let pid = fake.with(|machine| {
            machine.put(MANIFEST, manifest(&FLAGS), 0o600);
            machine.put(POLICY, policy(), 0o600);
            machine.put_directory("/etc/kubernetes/pki", 0o755);
            machine.put_directory("/var/log/kubernetes", 0o755);
            machine.put_directory("/var/log/kubernetes/audit", 0o700);
            machine.put(LOG, "{\"kind\":\"Event\"}\n", 0o600);
            machine.put_process(&["/usr/bin/kubelet"]);
            let mut words = vec!["kube-apiserver"];
            words.extend(FLAGS);
            let pid = machine.put_process(&words).pid;
            machine.put_directory(format!("/proc/{pid}/fd"), 0o500);
            machine.put_symlink(format!("/proc/{pid}/fd/7"), LOG);
            machine.set_clock(BOOT + UP);
            machine.set_modified(LOG, i128::from(BOOT + UP) * SECOND - SECOND);
            pid
        });
        Self { fake, pid, readiness: Readiness::Ready, live: true }
    }

    fn facts(&self) -> Facts {
        let ready = |_: &crate::manifest::Manifest| self.readiness.clone();
        Facts::read(&Inquiry {
            host: &self.fake,
            manifest: Path::new(MANIFEST),
            trust: Trust::Root,
            ready: if self.live { Some(&ready) } else { None },
        })
    }

    fn faults(&self) -> Vec<Fault> {
        check(&self.facts())
    }

    fn ids(&self) -> Vec<&'static str> {
        self.faults().iter().map(|fault| fault.id).collect()
    }

    fn rewrite(&self, edit: impl FnOnce(String) -> String) {
        self.fake.with(|machine| {
            let text = machine.bytes(MANIFEST).unwrap();
            machine.edit(MANIFEST, edit(String::from_utf8(text).unwrap()));
        });
    }

    fn replace(&self, from: &str, to: &str) {
        self.rewrite(|text| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        });
    }

    /// Starts the server anew with the manifest's flags, as a kubelet would.
    fn restart_with(&mut self, flags: &[&str]) {
        let old = self.pid;
        self.pid = self.fake.with(|machine| {
            machine.end_process(old);
            let mut words = vec!["kube-apiserver"];
            words.extend(flags);
            let pid = machine.put_process(&words).pid;
            machine.put_directory(format!("/proc/{pid}/fd"), 0o500);
            machine.put_symlink(format!("/proc/{pid}/fd/7"), LOG);
            pid
        });
    }

    /// Has other flags in the manifest and in the process.
    fn run_with(&mut self, flags: &[&str]) {
        self.rewrite(|_| manifest(flags));
        self.restart_with(flags);
    }

    /// Has a flag with another value in both.
    fn set(&mut self, flag: &str, value: &str) {
        let flags = FLAGS.map(|given| match given.split('=').next() {
            Some(name) if name == flag => format!("{flag}={value}"),
            _ => given.to_owned(),
        });
        self.run_with(&flags.iter().map(String::as_str).collect::<Vec<_>>());
    }

    fn end_server(&self) {
        self.fake.with(|machine| machine.end_process(self.pid));
    }

    fn put_policy(&self, text: &str) {
        self.fake.with(|machine| machine.put(POLICY, text, 0o600));
        self.replace(&sha256(policy()), &sha256(text.as_bytes()));
    }

    fn link(&self, to: &str) {
        let link = format!("/proc/{}/fd/7", self.pid);
        self.fake.with(|machine| {
            machine.take_away(&link);
            machine.put_symlink(&link, to);
        });
    }
}

fn without<'a>(flags: &[&'a str], names: &[&str]) -> Vec<&'a str> {
    let is_named = |flag: &&str| names.iter().any(|name| flag.starts_with(name));
    flags.iter().copied().filter(|flag| !is_named(flag)).collect()
}

fn planted(plant: impl FnOnce(&mut Node)) -> Vec<&'static str> {
    let mut node = Node::good();
    plant(&mut node);
    let faults = node.faults();
    for fault in &faults {
        assert!(!fault.why.is_empty(), "{} does not say why it matters", fault.id);
        assert!(fault.mend.is_some() || fault.severity < crate::finding::Severity::Error);
    }
    faults.iter().map(|fault| fault.id).collect()
}

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
    assert_eq!(faults[0].mend, Some(Mend::Run(moved.to_owned())));
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
    assert_eq!(faults[0].mend, Some(Mend::ByHand("write `readOnly`".to_owned())));
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
    let lint = Mend::Anywhere(format!("lint {POLICY}"));
    assert_eq!(faults[0].mend, Some(lint));
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
    // A manifest without our annotation, or the same text written anew.
    let touched = |node: &mut Node| {
        node.fake.with(|it| it.set_modified(POLICY, i128::from(BOOT + UP) * SECOND));
    };
    assert_eq!(rated(&touched), "warning");
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
    assert_eq!(planted(|node| node.put_policy(text)), Vec::<&str>::new());
}

#[test]
fn namespaces_that_the_cluster_does_not_have_are_found() {
    let text = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Request\n  namespaces: [gone]\n  verbs: [create]\n  resources: [{group: apps, resources: [deployments]}]\n- level: Metadata\n";
    let cluster = |node: &mut Node, names: &[&str]| {
        node.put_policy(text);
        let items: Vec<_> =
            names.iter().map(|name| serde_json::json!({"metadata": {"name": name}})).collect();
        let output = serde_json::json!({ "items": items }).to_string();
        node.fake.with(|machine| {
            machine.put("/etc/kubernetes/admin.conf", "", 0o600);
            machine.answer("kubectl", Ran { succeeded: true, output, ..Ran::default() });
        });
    };
    assert_eq!(planted(|node| cluster(node, &["default"])), ["namespaces-gone"]);
    assert_eq!(planted(|node| cluster(node, &["default", "gone"])), Vec::<&str>::new());
    // A cluster that does not answer is no fault.
    let silent = planted(|node| {
        cluster(node, &[]);
        node.fake.with(|machine| machine.answer("kubectl", Ran::default()));
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
        let ran = Ran { succeeded: true, output: complaint, ..Ran::default() };
        node.fake.with(|machine| machine.answer("journalctl", ran));
        node.end_server();
    });
    assert_eq!(complains, ["kubelet-complains"]);
}

#[test]
fn a_server_that_does_not_run_is_found_with_its_last_words() {
    let node = Node::good();
    node.end_server();
    let words = "2026-11-21T01:54:36.600974Z stderr F E1121 01:54:36.600974       1 run.go:72] \
                 \"command failed\" err=\"loading audit policy file: loaded illegal policy with 0 \
                 rules: from file /p\"\n";
    node.fake.with(|machine| machine.put(format!("{POD_LOGS}/3.log"), words, 0o640));
    let faults = node.faults();
    assert_eq!(faults.iter().map(|it| it.id).collect::<Vec<_>>(), ["server-not-running"]);
    assert!(faults[0].why.contains("loaded illegal policy with 0 rules"), "{}", faults[0].why);
    let silent = planted(|node| node.end_server());
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
