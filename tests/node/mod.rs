//! A control-plane node in memory, and a kubelet that looks at it after every call.
//!
//! The kubelet does what the real one does with its manifests directory: it lists it sorted, passes
//! over names that begin with a dot, and of two files that define the same pod the last one wins.
//! It also reads what a starting API server would: the files that the manifest's flags name.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use kubectl_audit::host::{Fake, Machine};
use kubectl_audit::journal::{STATE, Who, entries_directory};
use kubectl_audit::owner::Owner;
use kubectl_audit::plan::{Change, Directory, FileChange, Operation, Plan, Role};

pub(crate) const MANIFESTS: &str = "/etc/kubernetes/manifests";
pub(crate) const MANIFEST: &str = "/etc/kubernetes/manifests/kube-apiserver.yaml";
pub(crate) const POLICY: &str = "/etc/kubernetes/audit/policy.yaml";
pub(crate) const WEBHOOK: &str = "/etc/kubernetes/audit/webhook.yaml";
pub(crate) const LOG: &str = "/var/log/kubernetes/audit";

/// A manifest: one flag a line is all the layer below the plan could see of it.
pub(crate) fn manifest(flags: &[&str]) -> Vec<u8> {
    let lines: String = flags.iter().map(|flag| format!("    - {flag}\n")).collect();
    format!("kind: Pod\nmetadata: {{name: kube-apiserver}}\nspec:\n  - command:\n{lines}").into()
}

/// What a starting API server would read: the manifest and the files it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Triple {
    pub(crate) manifest: Vec<u8>,
    pub(crate) policy: Option<Vec<u8>>,
    pub(crate) webhook: Option<Vec<u8>>,
}

/// Looks at the machine as the kubelet does; an error is something it must never see.
pub(crate) fn look(machine: &Machine) -> Result<Triple, String> {
    let names = machine.names(MANIFESTS);
    let seen: Vec<&String> = names.iter().filter(|name| !name.starts_with('.')).collect();
    let ["kube-apiserver.yaml"] = seen.iter().map(|name| name.as_str()).collect::<Vec<_>>()[..]
    else {
        return Err(format!("the manifests directory shows {seen:?}"));
    };
    let manifest = machine.bytes(MANIFEST).ok_or("the manifest is no file")?;
    let text = String::from_utf8_lossy(&manifest).into_owned();
    let named = |flag: &str| -> Result<Option<Vec<u8>>, String> {
        let mut paths = text.lines().filter_map(|line| line.trim().strip_prefix(flag));
        let Some(path) = paths.next() else { return Ok(None) };
        let bytes = machine.bytes(path).ok_or(format!("{path} is named and is not there"))?;
        Ok(Some(bytes))
    };
    Ok(Triple {
        policy: named("- --audit-policy-file=")?,
        webhook: named("- --audit-webhook-config-file=")?,
        manifest,
    })
}

/// What a kubelet that is always awake has seen go wrong.
#[derive(Clone, Default)]
pub(crate) struct Kubelet {
    pub(crate) complaints: Rc<RefCell<Vec<String>>>,
}

impl Kubelet {
    /// Watches a machine: it must never show anything but one of `allowed`, and before it shows
    /// anything but the first of them, the way back must be durable.
    pub(crate) fn watch(&self, fake: &Fake, allowed: Vec<Triple>) {
        let complaints = Rc::clone(&self.complaints);
        fake.after_every_call(move |machine, call| {
            if let Err(wrong) = judge(machine, &allowed) {
                complaints.borrow_mut().push(format!("after {call:?}: {wrong}"));
            }
        });
    }
}

fn judge(machine: &Machine, allowed: &[Triple]) -> Result<(), String> {
    let triple = look(machine)?;
    if !allowed.contains(&triple) {
        return Err(format!("neither old nor new: {triple:?}"));
    }
    if triple != allowed[0] && !way_back_is_durable(machine, &allowed[0]) {
        return Err("files changed before the way back was on disk".to_owned());
    }
    Ok(())
}

/// Whether some entry holds, durable, the script, its files list and the old manifest whole.
fn way_back_is_durable(machine: &Machine, old: &Triple) -> bool {
    machine.names(entries_directory()).iter().any(|name| {
        let entry = entries_directory().join(name);
        let before = machine.names(entry.join("before"));
        let bodies: Vec<_> = before
            .iter()
            .filter_map(|n| machine.durable_bytes(entry.join("before").join(n)))
            .collect();
        machine.durable_bytes(entry.join("rollback.sh")).is_some_and(|b| !b.is_empty())
            && machine.durable_bytes(entry.join("entry.json")).is_some_and(|b| !b.is_empty())
            && bodies.contains(&old.manifest)
    })
}

pub(crate) fn who() -> Who {
    Who { user: "alice".to_owned(), terminal: Some("pts/0".to_owned()) }
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

/// Returns every staged file on the machine.
pub(crate) fn staged(machine: &Machine) -> Vec<PathBuf> {
    let ours = |path: &Path| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".kubectl-audit-"))
    };
    machine.tree().into_iter().map(|(path, _, _)| path).filter(|path| ours(path)).collect()
}

/// Returns the names of the entries' directories.
pub(crate) fn entries(machine: &Machine) -> Vec<String> {
    machine.names(Path::new(STATE).join("entries"))
}
