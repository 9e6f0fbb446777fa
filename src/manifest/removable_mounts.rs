//! Which mounts and volumes serve some words of the command line, and nothing else.

use std::collections::BTreeSet;

use serde_json::Value;

use super::path;
use super::reading::PodParts;
use super::source::PodSource;

/// Directories that a control plane shares among its parts. A mount of one of them survives, even
/// if nothing but an audit file is named below it: one mount too many harms less than one too few.
const SHARED: &[&str] = &[
    "/",
    "/etc",
    "/etc/kubernetes",
    "/etc/kubernetes/pki",
    "/etc/kubernetes/ssl",
    "/etc/pki",
    "/etc/srv",
    "/etc/srv/kubernetes",
    "/etc/ssl",
    "/etc/ssl/certs",
    "/mnt",
    "/opt",
    "/run",
    "/srv",
    "/srv/kubernetes",
    "/tmp",
    "/usr",
    "/var",
    "/var/lib",
    "/var/lib/kubernetes",
    "/var/log",
    "/var/run",
];

/// Returns whether `path` is a directory that parts of a control plane share.
pub(super) fn is_shared(path: &str) -> bool {
    SHARED.contains(&path::clean(path).as_str())
}

/// Positions of mounts and volumes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct RemovableMounts {
    /// Positions in the mounts of the API server's container.
    pub(super) mounts: BTreeSet<usize>,
    /// Positions in the volumes of the Pod.
    pub(super) volumes: BTreeSet<usize>,
}

/// Where a path may be named that keeps a mount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// Anywhere in the Pod: careful, for removing what nobody remembers to have added.
    InPod,
    /// In the API server's container, the only one that sees the mount.
    InContainer,
}

/// Returns the mounts and volumes that serve only `paths`, container paths that the words at
/// positions `words` name: one of the paths is at or below the mount, nothing else names a path
/// there, and the volume has no other user.
pub(super) fn removable(
    source: PodSource<'_>,
    parts: &PodParts,
    words: &BTreeSet<usize>,
    paths: &[String],
    naming: Naming,
) -> RemovableMounts {
    let from = match naming {
        Naming::InPod => "",
        Naming::InContainer => parts.container.as_str(),
    };
    let searched = source.value.pointer(from).unwrap_or(source.value);
    let covers = |top: &str| !is_shared(top) && paths.iter().any(|path| path::is_below(path, top));
    let mount_covers = |at: &usize| covers(&parts.mounts[*at].mount_path);
    // A volume without a name cannot be mounted; pasted for one of the paths, it goes with them.
    let nameless = |at: &usize| {
        let volume = &parts.volumes[*at];
        volume.name.is_empty() && volume.host_path.as_deref().is_some_and(covers)
    };
    let nameless: BTreeSet<usize> = (0..parts.volumes.len()).filter(nameless).collect();
    let mut mounts: BTreeSet<usize> = (0..parts.mounts.len()).filter(mount_covers).collect();
    loop {
        let volumes: BTreeSet<usize> =
            volumes_of(parts, &mounts).union(&nameless).copied().collect();
        let gone = RemovedMounts { parts, words, mounts: &mounts, volumes: &volumes };
        let kept: BTreeSet<usize> = mounts
            .iter()
            .copied()
            .filter(|at| {
                let mount = &parts.mounts[*at];
                !gone.is_used(source, &mount.volume)
                    && !gone.is_named(searched, from, &mount.mount_path)
            })
            .collect();
        if kept == mounts {
            return RemovableMounts { mounts, volumes };
        }
        mounts = kept;
    }
}

/// Returns the volumes that `mounts` show.
fn volumes_of(parts: &PodParts, mounts: &BTreeSet<usize>) -> BTreeSet<usize> {
    let shown = |at: &usize| {
        let name = &parts.volumes[*at].name;
        !name.is_empty() && mounts.iter().any(|mount| parts.mounts[*mount].volume == *name)
    };
    (0..parts.volumes.len()).filter(shown).collect()
}

/// Returns the paths of the mounts that show a volume, in every container.
pub(super) fn users(source: PodSource<'_>, volume: &str) -> Vec<String> {
    ["/spec/initContainers", "/spec/containers", "/spec/ephemeralContainers"]
        .iter()
        .flat_map(|list| (0..source.items(list).len()).map(move |at| format!("{list}/{at}")))
        .map(|container| format!("{container}/volumeMounts"))
        .flat_map(|list| {
            let mounts = source.items(&list).iter().enumerate();
            let shows = |mount: &Value| mount.get("name").and_then(Value::as_str) == Some(volume);
            let found: Vec<String> = mounts
                .filter(|(_, mount)| shows(mount))
                .map(|(at, _)| format!("{list}/{at}"))
                .collect();
            found
        })
        .collect()
}

/// What is to be removed, and so no reason to keep anything.
struct RemovedMounts<'a> {
    parts: &'a PodParts,
    words: &'a BTreeSet<usize>,
    mounts: &'a BTreeSet<usize>,
    volumes: &'a BTreeSet<usize>,
}

impl RemovedMounts<'_> {
    /// Returns whether a mount that stays shows the volume, in any container.
    fn is_used(&self, source: PodSource<'_>, volume: &str) -> bool {
        users(source, volume).iter().any(|path| !self.has(path))
    }

    /// Returns whether a string that stays, at `at` or below, names a path at or below `top`.
    fn is_named(&self, value: &Value, at: &str, top: &str) -> bool {
        if self.has(at) {
            return false;
        }
        match value {
            Value::String(text) => path::named(text).any(|path| path::is_below(path, top)),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .any(|(index, item)| self.is_named(item, &format!("{at}/{index}"), top)),
            Value::Object(entries) => {
                entries.iter().any(|(key, entry)| self.is_named(entry, &format!("{at}/{key}"), top))
            }
            _ => false,
        }
    }

    /// Returns whether what is at this path is to be removed.
    fn has(&self, at: &str) -> bool {
        let words = &self.parts.command_line.words;
        let position = |list: &str| -> Option<usize> {
            at.strip_prefix(list)?.strip_prefix('/')?.parse().ok()
        };
        self.words
            .iter()
            .filter_map(|it| words.get(*it))
            .any(|it| position(&it.list) == Some(it.at))
            || position(&self.parts.mounts_path()).is_some_and(|it| self.mounts.contains(&it))
            || position("/spec/volumes").is_some_and(|it| self.volumes.contains(&it))
    }
}
