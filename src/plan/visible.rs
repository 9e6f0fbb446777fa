//! Which path of the node is which path in the container.

use std::path::{Path, PathBuf};

use crate::manifest::Mount;

/// A path of the node and where a container sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visible<'a> {
    /// The path on the node.
    pub node: PathBuf,
    /// The path in the container.
    pub container: PathBuf,
    /// The mount that makes it visible.
    pub mount: &'a Mount,
}

/// Returns where the container sees `node`, or `None` if no hostPath mount shows it.
///
/// Of several places the one with the same path as on the node is taken, then the one of the
/// deepest host path: the fewest surprises for whoever reads the flags.
#[must_use]
pub fn in_container<'a>(mounts: &'a [Mount], node: &Path) -> Option<Visible<'a>> {
    let mut places: Vec<Visible<'a>> = mounts
        .iter()
        .filter_map(|mount| {
            let rest = node.strip_prefix(source(mount)?).ok()?;
            let container = joined(Path::new(&mount.mount_path), rest);
            let place = on_node(mounts, &container)?;
            (place.node == node && place.mount.mount_path == mount.mount_path).then_some(place)
        })
        .collect();
    places.sort_by_key(|place| (place.container != node, -depth(source(place.mount))));
    places.into_iter().next()
}

/// Returns which path of the node the container sees at `container`: the deepest mount decides.
///
/// `None` if no mount covers it, or one that is not a plain hostPath.
#[must_use]
pub fn on_node<'a>(mounts: &'a [Mount], container: &Path) -> Option<Visible<'a>> {
    let mount = covering(mounts, container)?;
    let rest = container.strip_prefix(&mount.mount_path).ok()?;
    let node = joined(source(mount)?, rest);
    Some(Visible { node, container: container.to_owned(), mount })
}

/// Returns the deepest mount at or above `container`, whatever its volume is.
#[must_use]
pub fn covering<'a>(mounts: &'a [Mount], container: &Path) -> Option<&'a Mount> {
    mounts
        .iter()
        .filter(|mount| container.starts_with(&mount.mount_path))
        .max_by_key(|mount| depth(Some(Path::new(&mount.mount_path))))
}

/// The host path of a mount that shows all of it; `subPath` shows something below.
fn source(mount: &Mount) -> Option<&Path> {
    if mount.sub_path.is_some() { None } else { mount.host_path.as_deref().map(Path::new) }
}

fn joined(base: &Path, rest: &Path) -> PathBuf {
    if rest.as_os_str().is_empty() { base.to_owned() } else { base.join(rest) }
}

fn depth(path: Option<&Path>) -> isize {
    path.map_or(0, |path| path.components().count().cast_signed())
}
