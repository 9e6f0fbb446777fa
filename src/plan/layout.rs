//! Where policy, log and webhook configuration lie on the node and in the container.

use std::path::{Component, Path, PathBuf};

use crate::auditing::{Auditing, FileRef};
use crate::flags::name;
use crate::manifest::{Manifest, ManifestEdit, Mount};
use crate::settings::{POLICY_PATH, Settings, WEBHOOK_PATH, log_directory};

use super::EnableError;

/// A file or directory that the API server has to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MountedFile {
    /// The path on the node.
    pub node: PathBuf,
    /// The path in the container, which is what a flag names.
    pub container: PathBuf,
    /// What has to be mounted for it; `None` if a mount that is there already shows it.
    pub mount: Option<NewMount>,
    /// Something to say about the mount that shows it.
    pub note: Option<String>,
}

/// A hostPath volume and its mount that have to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMount {
    /// What the volume is called, if the name is free.
    pub name: &'static str,
    /// `File` or `DirectoryOrCreate`.
    pub host_path_type: &'static str,
    /// Path on the node.
    pub host_path: PathBuf,
    /// Path in the container.
    pub mount_path: PathBuf,
    /// Whether the container may only read.
    pub read_only: bool,
}

impl NewMount {
    /// Returns the edit that adds it under a volume name that neither the manifest nor `taken` has,
    /// and notes that name there.
    pub(super) fn edit(&self, manifest: &Manifest, taken: &mut Vec<String>) -> ManifestEdit {
        let mut volume = manifest.free_volume_name(self.name);
        let mut number = 2;
        while taken.contains(&volume) {
            volume = manifest.free_volume_name(&format!("{}-{number}", self.name));
            number += 1;
        }
        taken.push(volume.clone());
        ManifestEdit::AddMount {
            volume,
            host_path: text(&self.host_path),
            host_path_type: Some(self.host_path_type.to_owned()),
            mount_path: text(&self.mount_path),
            read_only: self.read_only,
        }
    }
}

/// Where everything is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The policy file.
    pub policy: MountedFile,
    /// The log file; its mount is its directory's. `None`: standard output, or no log at all.
    pub log: Option<MountedFile>,
    /// The webhook's kubeconfig, if there is one.
    pub webhook: Option<MountedFile>,
}

impl Layout {
    /// Returns where everything is when `manifest` gets these settings.
    ///
    /// # Errors
    ///
    /// Returns [`EnableError`] for a path that is relative, or that another mount hides.
    pub fn new(manifest: &Manifest, settings: &Settings) -> Result<Self, EnableError> {
        let named = FileRef::of(manifest, name::POLICY_FILE);
        let policy = match (&settings.policy_path, &named) {
            (Some(node), _) => file(manifest, node, "audit-policy", "--policy-path")?,
            (None, Some(named)) => present(manifest, named, "audit-policy")?,
            (None, None) => {
                file(manifest, Path::new(POLICY_PATH), "audit-policy", "--policy-path")?
            }
        };
        let log_flag = manifest.flag(name::LOG_PATH);
        let log = match settings.log_path(log_flag) {
            Some(path) if log_directory(path).is_some() => {
                let given = settings.flags.contains_key(name::LOG_PATH) || log_flag.is_none();
                Some(if given { log(manifest, path)? } else { present_log(manifest, path)? })
            }
            _ => None,
        };
        Ok(Self { policy, log, webhook: webhook(manifest, settings)? })
    }

    /// Returns where everything is that `manifest` names; `None` if it names no policy.
    ///
    /// # Errors
    ///
    /// As [`Self::new`].
    pub fn of(manifest: &Manifest) -> Result<Option<Self>, EnableError> {
        let Auditing { policy, log, webhook, .. } = Auditing::of(manifest);
        let Some(policy) = policy else { return Ok(None) };
        let log = log.file().filter(|log| log_directory(&log.container).is_some());
        Ok(Some(Self {
            policy: present(manifest, &policy, "audit-policy")?,
            log: log.map(|log| present_log(manifest, &log.container)).transpose()?,
            webhook: webhook.map(|file| present(manifest, &file, "audit-webhook")).transpose()?,
        }))
    }

    /// Returns every path on the node that a plan has to know about.
    #[must_use]
    pub fn node_paths(&self) -> Vec<&Path> {
        let all = [Some(&self.policy), self.log.as_ref(), self.webhook.as_ref()];
        all.into_iter().flatten().map(|seen| seen.node.as_path()).collect()
    }
}

fn webhook(manifest: &Manifest, settings: &Settings) -> Result<Option<MountedFile>, EnableError> {
    let flag = name::WEBHOOK_CONFIG_FILE;
    let option = "--webhook-config-file";
    let volume = "audit-webhook";
    match (settings.flags.get(flag).map(String::as_str), FileRef::of(manifest, flag)) {
        (Some(""), _) => Ok(None),
        (Some(path), _) => file(manifest, Path::new(path), volume, option).map(Some),
        (None, Some(named)) => present(manifest, &named, volume).map(Some),
        (None, None) if settings.webhook => {
            file(manifest, Path::new(WEBHOOK_PATH), volume, option).map(Some)
        }
        (None, None) => Ok(None),
    }
}

/// Returns how the container gets to see the file at a path of the node.
///
/// # Errors
///
/// The path is relative or goes upwards, or a mount shows something else at that path.
pub(super) fn file(
    manifest: &Manifest,
    node: &Path,
    name: &'static str,
    option: &'static str,
) -> Result<MountedFile, EnableError> {
    sound(node, option)?;
    if let Some(place) = manifest.covering_mount(&text(node)) {
        return Ok(MountedFile {
            node: node.to_owned(),
            container: PathBuf::from(place.container_path),
            mount: None,
            note: broad(place.mount, node),
        });
    }
    not_hidden(manifest, node, node, option)?;
    Ok(MountedFile {
        node: node.to_owned(),
        container: node.to_owned(),
        mount: Some(file_mount(name, node)),
        note: None,
    })
}

/// Returns where the file is that a flag of the manifest names, and the mount it lacks, if any.
fn present(
    manifest: &Manifest,
    named: &FileRef,
    volume: &'static str,
) -> Result<MountedFile, EnableError> {
    let container = Path::new(&named.container);
    sound(container, "the flag in the manifest")?;
    let note = match (&named.mount, &named.node) {
        (Some(mount), Some(node)) => broad(mount, node),
        (Some(mount), None) => {
            return Err(hidden(manifest, "the flag in the manifest", container, mount));
        }
        (None, _) => {
            let path = &named.container;
            Some(format!("{path} was not mounted: the API server could not see it"))
        }
    };
    Ok(MountedFile {
        mount: named.mount.is_none().then(|| file_mount(volume, container)),
        node: named.node_or_same().to_owned(),
        container: container.to_owned(),
        note,
    })
}

fn log(manifest: &Manifest, path: &str) -> Result<MountedFile, EnableError> {
    let option = "--log-path";
    let node = Path::new(path);
    sound(node, option)?;
    let (Some(directory), Some(name)) = (node.parent(), node.file_name()) else {
        return Err(EnableError::Unsound { option, path: node.to_owned() });
    };
    if let Some(place) = manifest.covering_mount(&text(directory)) {
        let container = PathBuf::from(&place.container_path);
        return Ok(MountedFile {
            node: node.to_owned(),
            mount: place.mount.read_only.then(|| log_mount(directory, &container)),
            container: container.join(name),
            note: None,
        });
    }
    not_hidden(manifest, directory, node, option)?;
    Ok(MountedFile {
        node: node.to_owned(),
        container: node.to_owned(),
        mount: Some(log_mount(directory, directory)),
        note: None,
    })
}

/// Returns where the log is that the manifest's own flag names.
fn present_log(manifest: &Manifest, path: &str) -> Result<MountedFile, EnableError> {
    let container = Path::new(path);
    sound(container, "the flag in the manifest")?;
    let seen = |node: &Path, mount, note| MountedFile {
        node: node.to_owned(),
        container: container.to_owned(),
        mount,
        note,
    };
    let directory = container.parent().unwrap_or(container);
    let Some(place) = manifest.seen_at(path) else {
        let note = format!("{path} was not mounted: the log was lost with each container");
        return Ok(seen(container, Some(log_mount(directory, directory)), Some(note)));
    };
    let Some(node) = place.node_path.as_deref().map(Path::new) else {
        let volume = &place.mount.volume;
        let note = format!("{path} is in volume {volume}, which is no directory of the node");
        return Ok(seen(container, None, Some(note)));
    };
    if Path::new(&place.mount.mount_path) == container {
        let note = format!(
            "{path} is mounted as a single file: rotation fails with \"device or resource busy\" \
             and events are lost; name a new place with --log-path"
        );
        return Ok(seen(node, None, Some(note)));
    }
    let node_directory = node.parent().unwrap_or(node);
    let mount = place.mount.read_only.then(|| log_mount(node_directory, directory));
    Ok(seen(node, mount, None))
}

/// A read-only mount of a file under the path it has on the node. A missing file then stops the
/// pod with a clear event instead of being made as a directory.
fn file_mount(name: &'static str, path: &Path) -> NewMount {
    NewMount {
        name,
        host_path_type: "File",
        host_path: path.to_owned(),
        mount_path: path.to_owned(),
        read_only: true,
    }
}

/// The directory of the log, never the file: a mounted file cannot be rotated.
fn log_mount(node: &Path, container: &Path) -> NewMount {
    NewMount {
        name: "audit-log",
        host_path_type: "DirectoryOrCreate",
        host_path: node.to_owned(),
        mount_path: container.to_owned(),
        read_only: false,
    }
}

/// Refuses a path in the container at which a mount shows something else. Nothing may be mounted
/// below another mount: the mount point would have to be made inside it, which fails where it is
/// read-only and leaves litter on the node where it is not.
fn not_hidden(
    manifest: &Manifest,
    container: &Path,
    path: &Path,
    option: &'static str,
) -> Result<(), EnableError> {
    match manifest.seen_at(&text(container)) {
        Some(seen) => Err(hidden(manifest, option, path, seen.mount)),
        None => Ok(()),
    }
}

fn hidden(manifest: &Manifest, option: &'static str, path: &Path, mount: &Mount) -> EnableError {
    let Mount { volume, mount_path, .. } = mount;
    let why = manifest.hidden_at(mount_path);
    let why = why.unwrap_or_else(|| format!("volume {volume} is mounted at {mount_path}"));
    EnableError::Hidden { option, path: path.to_owned(), why }
}

/// What to say of a mount that shows a file together with much else, and writable.
fn broad(mount: &Mount, node: &Path) -> Option<String> {
    let host = mount.host_path.as_deref()?;
    let more = Path::new(host) != node && !mount.read_only;
    more.then(|| {
        format!(
            "{} is visible through the mount of all of {host}, which is read-write: the API server \
             could change every file there",
            node.display()
        )
    })
}

fn sound(path: &Path, option: &'static str) -> Result<(), EnableError> {
    let upwards = path.components().any(|part| part == Component::ParentDir);
    let plain = !text(path).chars().any(char::is_control);
    if path.is_absolute() && !upwards && plain && path.file_name().is_some() {
        Ok(())
    } else {
        Err(EnableError::Unsound { option, path: path.to_owned() })
    }
}

/// Paths come from the command line or from UTF-8 text, and those that are not are refused before.
pub(super) fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
