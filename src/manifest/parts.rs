//! The audit parts of a manifest as a value, and how they are put into another one.

use std::collections::BTreeSet;

use super::document::Manifest;
use super::draft::ManifestDraft;
use super::edit::{self, CollectionKey, ManifestEdit};
use super::flags::ManifestFlag;
use super::mounts::{self, Mount, Volume};
use super::path;
use super::refusal::{ManifestRefusal, RefusalReason};
use super::removable_mounts::{Naming, removable, users};
use super::strip::{POLICY_ANNOTATION, StripPart, audit_words, names_path};

/// Everything in a manifest that belongs to auditing.
///
/// Two are equal if the API server gets the same from them: which keys are there does not count.
#[derive(Debug, Clone)]
pub struct AuditParts {
    /// The audit flags with their values, in order; one that is given twice is here twice.
    pub flags: Vec<(String, Option<String>)>,
    /// The mounts, with their volumes, that serve only audit flags.
    pub own_mounts: Vec<Mount>,
    /// Other mounts that a path of an audit flag needs.
    pub shared_mounts: Vec<Mount>,
    /// Our annotation.
    pub annotation: Option<String>,
    /// Which of the keys that an edit may have to make are there.
    pub keys: Vec<CollectionKey>,
}

impl PartialEq for AuditParts {
    fn eq(&self, other: &Self) -> bool {
        let Self { flags, own_mounts, shared_mounts, annotation, keys: _ } = self;
        *flags == other.flags
            && *own_mounts == other.own_mounts
            && *shared_mounts == other.shared_mounts
            && *annotation == other.annotation
    }
}

impl Eq for AuditParts {}

impl Manifest {
    /// Returns the parts of this manifest that belong to auditing.
    #[must_use]
    pub fn audit_parts(&self) -> AuditParts {
        self.audit_parts_with(&[])
    }

    /// As [`Self::audit_parts`], and the mounts that show `files`: paths in the container that no
    /// flag names, but the configuration of the webhook.
    #[must_use]
    pub fn audit_parts_with(&self, files: &[&str]) -> AuditParts {
        let line = &self.parts.command_line;
        let flags: Vec<&ManifestFlag> = line.flags.iter().filter(|flag| flag.is_audit()).collect();
        let paths: Vec<String> = flags
            .iter()
            .filter(|flag| names_path(&flag.name) && flag.value().starts_with('/'))
            .map(|flag| path::clean(flag.value()))
            .collect();
        let words = audit_words(&self.parts, StripPart::All);
        let own = removable(self.source(), &self.parts, &words, &paths, Naming::InContainer).mounts;
        let needed: BTreeSet<&str> = paths
            .iter()
            .map(String::as_str)
            .chain(files.iter().copied())
            .filter_map(|path| Some(self.seen_at(path)?.mount.mount_path.as_str()))
            .collect();
        let is_shared = |at: &usize| {
            !own.contains(at) && needed.contains(self.mounts()[*at].mount_path.as_str())
        };
        let mount = |at: usize| self.mounts()[at].clone();
        AuditParts {
            flags: flags.iter().map(|it| (it.name.clone(), it.value.clone())).collect(),
            own_mounts: own.iter().copied().map(mount).collect(),
            shared_mounts: (0..self.mounts().len()).filter(is_shared).map(mount).collect(),
            annotation: self.annotation(POLICY_ANNOTATION).map(str::to_owned),
            keys: CollectionKey::ALL.into_iter().filter(|key| self.has_key(*key)).collect(),
        }
    }

    fn has_key(&self, key: CollectionKey) -> bool {
        let (mapping, name) = key.place(&self.parts);
        self.source().value.pointer(&mapping).is_some_and(|it| it.get(name).is_some())
    }
}

/// Returns `current` with the audit parts of another state: its flags and their values, the mounts
/// and volumes that serve them, our annotation. Everything else stays as it is in `current`.
///
/// Flags that are in both keep their place and spelling. Mounts of `current` that serve only its
/// audit flags and are not in `from` go; a key that is not in `from` goes if nothing is left in it.
///
/// # Errors
///
/// As [`Manifest::edit`]; in particular if a volume or mount of `from` is something else in
/// `current`.
pub fn transplant(current: &Manifest, from: &AuditParts) -> Result<Manifest, ManifestRefusal> {
    let own = current.audit_parts();
    let mut draft = ManifestDraft::of(current);
    let mut edits = flag_edits(&own.flags, &from.flags);
    let key = POLICY_ANNOTATION.to_owned();
    edits.push(match &from.annotation {
        Some(value) => ManifestEdit::SetAnnotation { key, value: value.clone() },
        None => ManifestEdit::RemoveAnnotation { key },
    });
    add_all(&mut draft, &edits)?;
    let kept: Vec<&Mount> = from.own_mounts.iter().chain(&from.shared_mounts).collect();
    for mount in own.own_mounts.iter().filter(|it| !kept.contains(it)) {
        remove_mount(&mut draft, mount)?;
    }
    for mount in kept {
        add_mount(&mut draft, mount)?;
    }
    let unknown = CollectionKey::ALL.into_iter().filter(|key| !from.keys.contains(key));
    let edits: Vec<ManifestEdit> =
        unknown.map(|key| ManifestEdit::RemoveKeyIfEmpty { key }).collect();
    add_all(&mut draft, &edits)?;
    draft.finish()
}

fn add_all(draft: &mut ManifestDraft<'_>, edits: &[ManifestEdit]) -> Result<(), ManifestRefusal> {
    edits.iter().try_for_each(|edit| edit::add(draft, edit))
}

type Flags = [(String, Option<String>)];

/// Returns the edits that make flags `old` count like flags `new`.
fn flag_edits(old: &Flags, new: &Flags) -> Vec<ManifestEdit> {
    let count = |flags: &Flags, name: &str| flags.iter().filter(|(it, _)| it == name).count();
    let names: BTreeSet<&str> = old.iter().map(|(name, _)| name.as_str()).collect();
    let surplus = names.into_iter().filter(|name| count(old, name) > count(new, name));
    let mut edits: Vec<ManifestEdit> =
        surplus.map(|name| ManifestEdit::RemoveFlag { name: name.to_owned() }).collect();
    // Where a flag is given twice, the later edit wins, as the later flag does.
    edits.extend(new.iter().map(|(name, value)| {
        let value = value.clone().unwrap_or_else(|| "true".to_owned());
        ManifestEdit::SetFlag { name: name.clone(), value }
    }));
    edits
}

/// Removes a mount, and its volume if nobody else shows it.
fn remove_mount(draft: &mut ManifestDraft<'_>, mount: &Mount) -> Result<(), ManifestRefusal> {
    edit::add(draft, &ManifestEdit::RemoveMount { mount_path: mount.mount_path.clone() })?;
    if users(draft.source(), &mount.volume).is_empty() {
        edit::add(draft, &ManifestEdit::RemoveVolume { name: mount.volume.clone() })?;
    }
    Ok(())
}

/// Adds a mount, unless the container sees the same there already.
fn add_mount(draft: &mut ManifestDraft<'_>, mount: &Mount) -> Result<(), ManifestRefusal> {
    let parts = draft.parts()?;
    let seen = mounts::seen_at(&parts.mounts, &mount.mount_path);
    let Some(node_path) = mount.node_path() else {
        return match seen {
            Some(seen) if seen.mount == mount => Ok(()),
            _ => {
                let reason = RefusalReason::NoHostPath { mount_path: mount.mount_path.clone() };
                Err(ManifestRefusal::new(reason, draft.source().place(&parts.mounts_path())))
            }
        };
    };
    let is_same = |seen: &mounts::MountedPath<'_>| {
        seen.node_path.as_ref() == Some(&node_path) && (mount.read_only || !seen.mount.read_only)
    };
    if seen.as_ref().is_some_and(is_same) {
        return Ok(());
    }
    let host_path_type = mount.host_path_type.clone().filter(|_| mount.sub_path.is_none());
    let volume = volume_for(&parts.volumes, &mount.volume, &node_path, host_path_type.as_deref());
    let (mount_path, read_only) = (mount.mount_path.clone(), mount.read_only);
    let host_path = match mount.sub_path {
        None => mount.host_path.clone().unwrap_or(node_path),
        Some(_) => node_path,
    };
    let edit = ManifestEdit::AddMount { volume, host_path, host_path_type, mount_path, read_only };
    edit::add(draft, &edit)
}

/// Returns `name` if no volume has it or one that is the same, else a new name.
fn volume_for(volumes: &[Volume], name: &str, host_path: &str, kind: Option<&str>) -> String {
    let is_other = |volume: &&Volume| {
        volume.host_path.as_deref().map(path::clean) != Some(path::clean(host_path))
            || volume.host_path_type.as_deref() != kind
    };
    match volumes.iter().find(|volume| volume.name == name).filter(is_other) {
        Some(_) => mounts::free_name(volumes, name),
        None => name.to_owned(),
    }
}
