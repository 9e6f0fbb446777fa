//! A small control-plane node and the plans that tests carry out on it.

use std::path::PathBuf;

use kubectl_audit::host::Fake;
use kubectl_audit::journal::Operator;
use kubectl_audit::owner::Owner;
use kubectl_audit::plan::{Change, Directory, FileChange, Operation, Plan, Role};

pub(crate) const MANIFESTS: &str = "/etc/kubernetes/manifests";
pub(crate) const MANIFEST: &str = "/etc/kubernetes/manifests/kube-apiserver.yaml";
pub(crate) const POLICY: &str = "/etc/kubernetes/audit/policy.yaml";
pub(crate) const LOG: &str = "/var/log/kubernetes/audit";

/// A manifest: one flag a line is all the layer below the plan could see of it.
pub(crate) fn manifest(flags: &[&str]) -> Vec<u8> {
    let lines: String = flags.iter().map(|flag| format!("    - {flag}\n")).collect();
    format!("kind: Pod\nmetadata: {{name: kube-apiserver}}\nspec:\n  - command:\n{lines}").into()
}

pub(crate) fn who() -> Operator {
    Operator { user: "alice".to_owned(), terminal: Some("pts/0".to_owned()) }
}

pub(crate) fn file(role: Role, path: &str, before: Option<&[u8]>, after: Option<&[u8]>) -> Change {
    Change::File(FileChange {
        role,
        path: PathBuf::from(path),
        before: before.map(<[u8]>::to_vec),
        after: after.map(<[u8]>::to_vec),
        mode: 0o600,
        owner: Owner::ROOT,
    })
}

pub(crate) fn directory(path: &str, mode: u32) -> Change {
    Change::Directory(Directory { path: PathBuf::from(path), mode, owner: Owner::ROOT })
}

pub(crate) fn plan(operation: Operation, changes: Vec<Change>) -> Plan {
    Plan { operation, manifest: PathBuf::from(MANIFEST), changes }
}

pub(crate) fn bare() -> Vec<u8> {
    manifest(&["--advertise-address=10.0.0.1"])
}

pub(crate) fn audited() -> Vec<u8> {
    manifest(&[
        "--advertise-address=10.0.0.1",
        "--audit-policy-file=/etc/kubernetes/audit/policy.yaml",
    ])
}

/// A machine with a manifest, and nothing else of interest.
pub(crate) fn node(manifest: &[u8]) -> Fake {
    let fake = Fake::new();
    fake.with(|machine| {
        machine.put(MANIFEST, manifest, 0o600);
        machine.set_xattr(MANIFEST, "security.selinux", b"kubernetes_file_t");
        machine.put_directory("/var/lib", 0o755);
        machine.put_directory("/var/log", 0o755);
    });
    fake
}

/// The plan of an `enable` on a node that never had auditing.
pub(crate) fn enable() -> Plan {
    plan(
        Operation::Enable,
        vec![
            directory(LOG, 0o700),
            file(Role::Policy, POLICY, None, Some(b"rules: [new]\n")),
            file(Role::Manifest, MANIFEST, Some(&bare()), Some(&audited())),
        ],
    )
}
