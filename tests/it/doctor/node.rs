//! A node on which everything is as it should be, and what can be done to it.

use std::path::Path;

use audit_policy::finding::Severity;
use kubectl_audit::digest::sha256;
use kubectl_audit::doctor::{Facts, Inquiry, NodeFinding, Probes, check};
use kubectl_audit::health::Readiness;
use kubectl_audit::host::Fake;
use kubectl_audit::manifest::Manifest;
use kubectl_audit::node::DirectoryTrust;

pub(crate) const MANIFEST: &str = "/etc/kubernetes/manifests/kube-apiserver.yaml";
pub(crate) const POLICY: &str = "/etc/kubernetes/audit/policy.yaml";
pub(crate) const LOG: &str = "/var/log/kubernetes/audit/audit.log";
pub(crate) const POD_LOGS: &str = "/var/log/pods/kube-system_kube-apiserver-node_0/kube-apiserver";
/// When the machine in memory boots, in seconds since 1970.
pub(crate) const BOOT: u64 = 1_795_270_930;
/// How long it has been up.
pub(crate) const UP: u64 = 2 * 86_400;
pub(crate) const SECOND: i128 = 1_000_000_000;

pub(crate) const FLAGS: [&str; 6] = [
    "--advertise-address=10.0.0.1",
    "--audit-policy-file=/etc/kubernetes/audit/policy.yaml",
    "--audit-log-path=/var/log/kubernetes/audit/audit.log",
    "--audit-log-maxage=30",
    "--audit-log-maxbackup=10",
    "--audit-log-maxsize=100",
];

pub(crate) fn policy() -> &'static [u8] {
    let template = kubectl_audit::template::Template::find("minimal").unwrap();
    template.text.as_bytes()
}

/// A manifest as `enable` leaves it.
pub(crate) fn manifest(flags: &[&str]) -> String {
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
pub(crate) struct Node {
    pub(crate) fake: Fake,
    /// Number of the API server's process.
    pub(crate) pid: u32,
    pub(crate) readiness: Readiness,
    /// What the cluster says of its namespaces.
    pub(crate) namespaces: Option<Vec<String>>,
    /// What the cluster says of kubeadm's configuration.
    pub(crate) cluster_configuration: Option<String>,
    pub(crate) live: bool,
}

impl Node {
    pub(crate) fn good() -> Self {
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
        Self {
            fake,
            pid,
            readiness: Readiness::Ready,
            namespaces: None,
            cluster_configuration: None,
            live: true,
        }
    }

    pub(crate) fn facts(&self) -> Facts {
        let ready = |_: &Manifest| self.readiness.clone();
        let namespaces = || self.namespaces.clone();
        let cluster_configuration = || self.cluster_configuration.clone();
        let probes = Probes {
            ready: &ready,
            namespaces: &namespaces,
            cluster_configuration: &cluster_configuration,
        };
        Facts::read(&Inquiry {
            host: &self.fake,
            manifest: Path::new(MANIFEST),
            trust: DirectoryTrust::Root,
            probes: self.live.then_some(probes),
        })
    }

    pub(crate) fn faults(&self) -> Vec<NodeFinding> {
        check(&self.facts())
    }

    pub(crate) fn ids(&self) -> Vec<&'static str> {
        self.faults().iter().map(|fault| fault.id).collect()
    }

    pub(crate) fn rewrite(&self, edit: impl FnOnce(String) -> String) {
        self.fake.with(|machine| {
            let text = machine.bytes(MANIFEST).unwrap();
            machine.edit(MANIFEST, edit(String::from_utf8(text).unwrap()));
        });
    }

    pub(crate) fn replace(&self, from: &str, to: &str) {
        self.rewrite(|text| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        });
    }

    /// Starts the server again with the manifest's flags, as a kubelet would.
    pub(crate) fn restart_with(&mut self, flags: &[&str]) {
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
    pub(crate) fn run_with(&mut self, flags: &[&str]) {
        self.rewrite(|_| manifest(flags));
        self.restart_with(flags);
    }

    /// Has a flag with another value in both.
    pub(crate) fn set(&mut self, flag: &str, value: &str) {
        let flags = FLAGS.map(|given| match given.split('=').next() {
            Some(name) if name == flag => format!("{flag}={value}"),
            _ => given.to_owned(),
        });
        self.run_with(&flags.iter().map(String::as_str).collect::<Vec<_>>());
    }

    pub(crate) fn end_server(&mut self) {
        self.readiness = Readiness::Unreachable("refused".to_owned());
        self.fake.with(|machine| machine.end_process(self.pid));
    }

    pub(crate) fn put_policy(&self, text: &str) {
        self.fake.with(|machine| machine.put(POLICY, text, 0o600));
        self.replace(&sha256(policy()), &sha256(text.as_bytes()));
    }

    pub(crate) fn link(&self, to: &str) {
        let link = format!("/proc/{}/fd/7", self.pid);
        self.fake.with(|machine| {
            machine.take_away(&link);
            machine.put_symlink(&link, to);
        });
    }
}

pub(crate) fn without<'a>(flags: &[&'a str], names: &[&str]) -> Vec<&'a str> {
    let is_named = |flag: &&str| names.iter().any(|name| flag.starts_with(name));
    flags.iter().copied().filter(|flag| !is_named(flag)).collect()
}

pub(crate) fn planted(plant: impl FnOnce(&mut Node)) -> Vec<&'static str> {
    let mut node = Node::good();
    plant(&mut node);
    let faults = node.faults();
    for fault in &faults {
        assert!(!fault.why.is_empty(), "{} does not say why it matters", fault.id);
        assert!(fault.fix.is_some() || fault.severity < Severity::Error);
    }
    faults.iter().map(|fault| fault.id).collect()
}
