//! What of the node the API server sees: its mounts, joined with their volumes.

use serde_json::Value;

use super::path;
use super::source::PodSource;
use super::volume_source::VolumeSource;

/// A volume of the Pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// The name; empty if it has none, which the kubelet refuses.
    pub name: String,
    /// The path on the node; `None` for every other kind of volume.
    pub host_path: Option<String>,
    /// The type of the hostPath, such as `File`; `None` if it is not given.
    pub host_path_type: Option<String>,
    /// Where its content comes from.
    pub source: VolumeSource,
}

/// A volume mount of the API server's container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// The name of the volume.
    pub volume: String,
    /// The path on the node; `None` if the volume is no hostPath or is not there.
    pub host_path: Option<String>,
    /// The type of the hostPath, such as `File`; `None` if it is not given.
    pub host_path_type: Option<String>,
    /// The path in the container.
    pub mount_path: String,
    /// Whether it is mounted read-only.
    pub read_only: bool,
    /// The path inside the volume that is mounted, if not all of it is.
    pub sub_path: Option<String>,
    /// Whether `subPathExpr` picks a path inside the volume that cannot be known from the manifest.
    pub has_sub_path_expr: bool,
}

impl Mount {
    /// Returns the path on the node that is mounted, `subPath` included; `None` if it is not one, or
    /// not known.
    #[must_use]
    pub fn node_path(&self) -> Option<String> {
        let host_path = self.host_path.as_deref().filter(|_| !self.has_sub_path_expr)?;
        Some(path::join(host_path, self.sub_path.as_deref().unwrap_or_default()))
    }

    /// Returns whether the hostPath is declared to be something that nothing can be in.
    fn shows_one_file(&self) -> bool {
        let kind = self.host_path_type.as_deref().unwrap_or_default();
        self.sub_path.is_none() && matches!(kind, "File" | "FileOrCreate" | "Socket")
    }
}

/// A path on the node and the same place inside the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MountedPath<'a> {
    /// The mount that makes it visible.
    pub mount: &'a Mount,
    /// The path on the node; `None` if the mount shows no path of the node.
    pub node_path: Option<String>,
    /// The path in the container.
    pub container_path: String,
}

/// Returns the mount through which the container sees `node_path`. Where several do, the one that
/// shows the least besides; a mount hidden by a deeper one does not count.
pub(super) fn covering<'a>(mounts: &'a [Mount], node_path: &str) -> Option<MountedPath<'a>> {
    mounts
        .iter()
        .filter_map(|mount| {
            let rest = path::below(node_path, &mount.node_path()?)?;
            if !rest.is_empty() && mount.shows_one_file() {
                return None;
            }
            let container_path = path::join(&mount.mount_path, &rest);
            let seen = seen_at(mounts, &container_path)?;
            (seen.mount == mount).then_some(seen)
        })
        .max_by_key(|seen| seen.mount.node_path().map(|it| path::depth(&it)))
}

/// Returns what is at `container_path`: the deepest mount wins. `None` is the container's own
/// file system, lost with the container.
pub(super) fn seen_at<'a>(mounts: &'a [Mount], container_path: &str) -> Option<MountedPath<'a>> {
    let (mount, rest) = mounts
        .iter()
        .filter(|mount| !mount.mount_path.is_empty())
        .filter_map(|mount| Some((mount, path::below(container_path, &mount.mount_path)?)))
        .max_by_key(|(mount, _)| path::depth(&mount.mount_path))?;
    Some(MountedPath {
        mount,
        node_path: mount.node_path().map(|node| path::join(&node, &rest)),
        container_path: path::clean(container_path),
    })
}

/// Returns a name for a new volume: `base`, or with the first number that makes it new.
pub(super) fn free_name(volumes: &[Volume], base: &str) -> String {
    let is_free = |name: &String| volumes.iter().all(|volume| volume.name != *name);
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    std::iter::once(base.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
}

/// Reads `spec.volumes`.
pub(super) fn read_volumes(source: PodSource<'_>) -> Vec<Volume> {
    source.items("/spec/volumes").iter().map(read_volume).collect()
}

fn read_volume(volume: &Value) -> Volume {
    Volume {
        name: text(volume, "/name").unwrap_or_default(),
        host_path: text(volume, "/hostPath/path"),
        host_path_type: text(volume, "/hostPath/type").filter(|kind| !kind.is_empty()),
        source: VolumeSource::of(volume),
    }
}

/// Reads the mounts of the container at path `container`.
pub(super) fn read_mounts(
    source: PodSource<'_>,
    container: &str,
    volumes: &[Volume],
) -> Vec<Mount> {
    let mounts = source.items(&format!("{container}/volumeMounts"));
    mounts.iter().map(|mount| read_mount(mount, volumes)).collect()
}

fn read_mount(mount: &Value, volumes: &[Volume]) -> Mount {
    let name = text(mount, "/name").unwrap_or_default();
    let volume = volumes.iter().find(|volume| volume.name == name && !name.is_empty());
    Mount {
        host_path: volume.and_then(|volume| volume.host_path.clone()),
        host_path_type: volume.and_then(|volume| volume.host_path_type.clone()),
        mount_path: text(mount, "/mountPath").unwrap_or_default(),
        read_only: mount.get("readOnly").and_then(Value::as_bool).unwrap_or_default(),
        sub_path: text(mount, "/subPath").filter(|path| !path.is_empty()),
        has_sub_path_expr: text(mount, "/subPathExpr").is_some_and(|it| !it.is_empty()),
        volume: name,
    }
}

fn text(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer)?.as_str().map(str::to_owned)
}
