//! A kubelet that looks at a machine in memory after every call.
//!
//! It does what the real one does with its manifests directory: it lists it sorted, passes over names
//! that begin with a dot, and of two files that define the same pod the last one wins. It also reads
//! what a starting API server would: the files that the manifest's flags name.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use kubectl_audit::host::{Call, Fake, Machine};
use kubectl_audit::journal::entries_directory;

use crate::node::{MANIFEST, MANIFESTS};

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
            if changes(call)
                && let Err(wrong) = judge(machine, &allowed)
            {
                complaints.borrow_mut().push(format!("after {call:?}: {wrong}"));
            }
        });
    }
}

/// Whether a call may leave the disk different from what it was.
pub(crate) fn changes(call: &Call) -> bool {
    let looks = [
        "look at",
        "read",
        "read the attributes of",
        "read the marks of",
        "list",
        "measure the space at",
        "lock",
    ];
    !looks.contains(&call.verb)
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

/// Returns every staged file on the machine.
pub(crate) fn staged(machine: &Machine) -> Vec<PathBuf> {
    let ours = |path: &Path| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".kubectl-audit-"))
    };
    machine.tree().into_iter().map(|(path, _, _)| path).filter(|path| ours(path)).collect()
}
