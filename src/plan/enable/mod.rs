//! Turning auditing on, or changing its settings.

mod error;
mod files;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::layout::{Layout, MountedFile, file, text};
use super::path_state::NodeFiles;
use super::{Change, FileChange, Operation, Plan, Role};
use crate::auditing::known_flags;
use crate::digest::sha256;
use crate::flags::{self, AuditOptions, Flag, name};
use crate::manifest::{Manifest, ManifestEdit, POLICY_ANNOTATION};
use crate::owner::Owner;
use crate::settings::{ROTATION, STDOUT, Settings};
use audit_policy::api::Version;
use audit_policy::policy::AcceptedPolicy;

pub use error::EnableError;
pub(super) use files::Files;

/// What to turn on, and where.
#[derive(Debug)]
pub struct Enable<'a> {
    /// Path of the manifest on the node.
    pub manifest_path: &'a Path,
    /// The manifest.
    pub manifest: &'a Manifest,
    /// What the user wants.
    pub settings: &'a Settings,
    /// Where everything is.
    pub layout: &'a Layout,
    /// The version whose rules hold.
    pub version: Version,
    /// The policy.
    pub policy: &'a AcceptedPolicy,
    /// What is in the policy's place but for an edit since the last entry, if that is known.
    pub former_policy: Option<&'a [u8]>,
    /// Whether a server runs that is not known to have read the policy file as it is now.
    pub policy_unread: bool,
    /// The webhook configuration to write.
    pub webhook: Option<&'a [u8]>,
    /// Files that the webhook configuration names, as paths in the container.
    pub webhook_files: &'a [PathBuf],
    /// What is at the paths of the layout and above them.
    pub node_files: &'a NodeFiles,
    /// The policy in use that moves out of the manifests directory, if it does.
    pub leaves: Option<MisplacedPolicy>,
}

/// A policy that is in use where the kubelet looks for pods: flag, mount and file move together, or
/// the server does not find it any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MisplacedPolicy {
    /// Its path on the node.
    pub path: PathBuf,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A plan, and what the preview has to say about it.
#[derive(Debug)]
pub struct EnablePlan {
    /// The plan; empty if auditing is on like this already.
    pub plan: Plan,
    /// The manifest as it is to be.
    pub after: Manifest,
    /// Things to know, one sentence each.
    pub notes: Vec<String>,
}

impl Enable<'_> {
    /// Plans how to turn auditing on.
    ///
    /// Nothing is read or written, and the same input always gives the same plan. The plan is empty
    /// if auditing is on with these settings already.
    ///
    /// # Errors
    ///
    /// Returns why the server would not start with these settings, or why the manifest cannot be
    /// edited.
    pub fn plan(&self) -> Result<EnablePlan, EnableError> {
        let flags = self.flags();
        self.check_flags(&flags)?;
        let mut notes = self.notes(&flags);
        let files = Files {
            manifest: self.manifest,
            layout: self.layout,
            node_files: self.node_files,
            policy: Some(self.policy.text()),
            former_policy: self.former_policy,
            webhook: self.webhook,
        };
        let mut changes = files.changes()?;
        let mut edits = self.edits(&flags, &mut notes)?;
        edits.extend(self.annotation(!edits.is_empty() || !changes.is_empty()));
        let after = self.manifest.edit(&edits)?;
        changes.extend(Change::manifest(self.manifest_path, self.manifest, &after));
        changes.extend(self.leaves.as_ref().map(MisplacedPolicy::removal));
        let operation = Operation::Enable;
        let plan = Plan { operation, manifest: self.manifest_path.to_owned(), changes };
        Ok(EnablePlan { plan, after, notes })
    }

    /// The values of all audit flags that are to be set, by the server's name. An empty value takes
    /// the flag out.
    fn flags(&self) -> BTreeMap<&'static str, String> {
        let mut flags: BTreeMap<&'static str, String> = BTreeMap::new();
        for (name, value) in &self.settings.flags {
            if let Some(flag) = Flag::find(name) {
                flags.insert(flag.name, value.clone());
            }
        }
        flags.insert(name::POLICY_FILE, text(&self.layout.policy.container));
        if let Some(log) = &self.layout.log {
            flags.insert(name::LOG_PATH, text(&log.container));
            for (name, value) in ROTATION {
                if self.manifest.flag(name).is_none() {
                    flags.entry(name).or_insert_with(|| value.to_owned());
                }
            }
        }
        if let Some(webhook) = &self.layout.webhook {
            flags.insert(name::WEBHOOK_CONFIG_FILE, text(&webhook.container));
        }
        flags
    }

    /// Judges the flags as they will stand, the untouched ones included.
    fn check_flags(&self, flags: &BTreeMap<&'static str, String>) -> Result<(), EnableError> {
        let kept = known_flags(self.manifest).into_iter();
        let kept = kept.filter(|(name, _)| !flags.contains_key(name));
        let set = flags.iter().map(|(name, value)| (*name, Some(value.as_str())));
        let set = set.filter(|(_, value)| value.is_some_and(|value| !value.is_empty()));
        check_flags(self.version, kept.chain(set))
    }

    fn edits(
        &self,
        flags: &BTreeMap<&'static str, String>,
        notes: &mut Vec<String>,
    ) -> Result<Vec<ManifestEdit>, EnableError> {
        let mut edits = vec![];
        for name in ordered(flags) {
            let value = &flags[name];
            let present = self.manifest.flag(name);
            if value.is_empty() {
                edits.extend(present.map(|_| ManifestEdit::RemoveFlag { name: name.to_owned() }));
            } else if present != Some(value) {
                edits.push(ManifestEdit::SetFlag { name: name.to_owned(), value: value.clone() });
            }
        }
        let mut taken = vec![];
        let webhook_files = self.webhook_mounts()?;
        let layout =
            [Some(&self.layout.policy), self.layout.webhook.as_ref(), self.layout.log.as_ref()];
        for seen in layout.into_iter().flatten().chain(&webhook_files) {
            edits.extend(seen.mount.as_ref().map(|mount| mount.edit(self.manifest, &mut taken)));
        }
        edits.extend(self.mount_that_goes());
        for seen in &webhook_files {
            notes.push(format!("{} is named by the webhook configuration", seen.node.display()));
        }
        Ok(edits)
    }

    /// Makes the annotation name this policy, which restarts the server.
    ///
    /// A manifest without one, as kubeadm and people write it, gets it with another change or when
    /// the server has to read the policy again. It alone is no reason for a restart.
    fn annotation(&self, with_others: bool) -> Option<ManifestEdit> {
        let (key, value) = (POLICY_ANNOTATION.to_owned(), sha256(self.policy.text()));
        let wanted = match self.manifest.annotation(&key) {
            Some(present) => present != value,
            None => with_others || self.policy_unread,
        };
        wanted.then_some(ManifestEdit::SetAnnotation { key, value })
    }

    /// The mount and the volume of a policy that leaves, where they served nothing else. One that is
    /// left would keep the pod from starting: its file is gone.
    fn mount_that_goes(&self) -> Vec<ManifestEdit> {
        let former = self.manifest.flag(name::POLICY_FILE).filter(|_| self.leaves.is_some());
        let Some(seen) = former.and_then(|path| self.manifest.seen_at(path)) else { return vec![] };
        let mount = seen.mount;
        let others = [self.layout.log.as_ref(), self.layout.webhook.as_ref()];
        let serves = |other: &MountedFile| other.container.starts_with(&mount.mount_path);
        let is_own = self.manifest.audit_parts().own_mounts.contains(mount);
        if !is_own || others.into_iter().flatten().any(serves) {
            return vec![];
        }
        let (mount_path, name) = (mount.mount_path.clone(), mount.volume.clone());
        vec![ManifestEdit::RemoveMount { mount_path }, ManifestEdit::RemoveVolume { name }]
    }

    /// Mounts for the files a webhook configuration names and the container does not see yet.
    fn webhook_mounts(&self) -> Result<Vec<MountedFile>, EnableError> {
        let unseen =
            self.webhook_files.iter().filter(|path| self.manifest.seen_at(&text(path)).is_none());
        unseen
            .map(|path| file(self.manifest, path, "audit-webhook-file", "--webhook-config"))
            .collect()
    }

    fn notes(&self, flags: &BTreeMap<&'static str, String>) -> Vec<String> {
        let mut notes = vec![];
        let seen =
            [Some(&self.layout.policy), self.layout.log.as_ref(), self.layout.webhook.as_ref()];
        notes.extend(seen.into_iter().flatten().filter_map(|seen| seen.note.clone()));
        notes.extend(self.leaves.iter().map(|leaves| {
            format!(
                "{} is in the manifests directory, where the kubelet takes every file for a pod: it \
                 moves to {}, together with its flag and its mount",
                leaves.path.display(),
                self.layout.policy.node.display()
            )
        }));
        for name in flags.keys() {
            let times = self.manifest.flags().iter().filter(|flag| flag.name == *name).count();
            if times > 1 {
                notes.push(format!(
                    "--{name} is given {times} times; the last one counts, and that is the one set"
                ));
            }
        }
        let value = |name: &str| {
            let set = flags.get(name).map(String::as_str);
            set.or_else(|| self.manifest.flag(name)).filter(|value| !value.is_empty())
        };
        if value(name::LOG_PATH) == Some(STDOUT) {
            notes.push(
                "the log goes to standard output: the kubelet rotates it at 10 MiB and keeps 5 \
                 files unless containerLogMaxSize and containerLogMaxFiles say otherwise"
                    .to_owned(),
            );
        }
        if value(name::LOG_PATH).or_else(|| value(name::WEBHOOK_CONFIG_FILE)).is_none() {
            notes.push("neither a log nor a webhook is set: nothing will be recorded".to_owned());
        }
        notes
    }
}

impl MisplacedPolicy {
    /// The last change: it is removed when no manifest names it any more.
    fn removal(&self) -> Change {
        Change::File(FileChange {
            role: Role::Policy,
            path: self.path.clone(),
            before: Some(self.bytes.clone()),
            after: None,
            mode: 0o600,
            owner: Owner::ROOT,
        })
    }
}

/// Judges flags as a server of `version` does at its start.
pub(super) fn check_flags<'a>(
    version: Version,
    flags: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
) -> Result<(), EnableError> {
    let options = AuditOptions::read(version, flags)?;
    flags::aggregate(&flags::check(&options)).map_or(Ok(()), |all| Err(EnableError::Values(all)))
}

/// Policy, log and rotation first, in the order of the documentation; the rest by name.
fn ordered(flags: &BTreeMap<&'static str, String>) -> Vec<&'static str> {
    const FIRST: [&str; 5] = [
        name::POLICY_FILE,
        name::LOG_PATH,
        name::LOG_MAXAGE,
        name::LOG_MAXBACKUP,
        name::LOG_MAXSIZE,
    ];
    let rest = flags.keys().copied().filter(|name| !FIRST.contains(name));
    FIRST.into_iter().filter(|name| flags.contains_key(name)).chain(rest).collect()
}
