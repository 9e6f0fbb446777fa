//! Where a file is that a flag names: in the container, and on the node.

use std::path::{Path, PathBuf};

use crate::flags::name;
use crate::manifest::{Manifest, Mount};

/// A path in the container of the API server, and what of the node is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRef {
    /// The path in the container, as the flag has it.
    pub container: String,
    /// The path on the node; `None` if the container sees no file of the node there.
    pub node: Option<PathBuf>,
    /// The mount at or above the path. `None`: the path is in the container's own file system, which
    /// is lost with the container. Without a path on the node: the volume shows none of its files.
    pub mount: Option<Mount>,
}

impl FileRef {
    /// Returns the file that a flag of the manifest names; `None` if it is not given, or empty. Of a
    /// flag that is given twice the last one counts.
    #[must_use]
    pub fn of(manifest: &Manifest, flag: &str) -> Option<Self> {
        let container = manifest.flag(flag).filter(|path| !path.is_empty())?;
        Some(Self::at(manifest, container))
    }

    /// Returns the file at a path in the container.
    #[must_use]
    pub fn at(manifest: &Manifest, container: &str) -> Self {
        let seen = manifest.seen_at(container);
        Self {
            container: container.to_owned(),
            node: seen.as_ref().and_then(|seen| seen.node_path.as_deref().map(PathBuf::from)),
            mount: seen.map(|seen| seen.mount.clone()),
        }
    }

    /// Returns the path on the node, or where none is seen the same path as in the container: a
    /// mount that is added shows the file under one path on both sides.
    #[must_use]
    pub fn node_or_same(&self) -> &Path {
        self.node.as_deref().unwrap_or(Path::new(&self.container))
    }
}

/// Returns the path on the node of the policy that a manifest names; the container's own path where no
/// mount shows it.
#[must_use]
pub fn policy_path(manifest: &Manifest) -> Option<PathBuf> {
    Some(FileRef::of(manifest, name::POLICY_FILE)?.node_or_same().to_owned())
}
