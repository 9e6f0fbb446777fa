//! What the containers of the API server wrote, without an API: `/var/log/pods`.
//!
//! The kubelet makes a directory `NAMESPACE_POD-NODE_UID` when it starts a pod, and the UID of a
//! static pod changes with its manifest: a new directory is proof that the manifest was taken.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::diagnosis::{self, Diagnosis};
use crate::host::{FileKind, Host};
use crate::manifest::Manifest;

/// Where the kubelet keeps them.
pub const POD_LOGS: &str = "/var/log/pods";
/// The last part of a log is enough for the last words.
const TAIL_BYTES: u64 = 64 * 1024;

/// A log of one run of the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerLog {
    /// The file itself; docker's lie elsewhere and are linked.
    pub path: PathBuf,
    /// The UID of the pod.
    pub pod: String,
    /// Device and inode.
    pub inode: (u64, u64),
    /// Which run it was, from 0.
    pub run: u32,
    /// Time of the last write, in nanoseconds since 1970.
    pub modified: i128,
    size: u64,
}

impl ContainerLog {
    /// Returns the server's last words in this run, if it has said any.
    #[must_use]
    pub fn last_words(&self, host: &dyn Host) -> Option<String> {
        diagnosis::last_words(&self.tail(host))
    }

    /// Returns why this run ended, as far as its log tells.
    #[must_use]
    pub fn diagnosis(&self, host: &dyn Host) -> Option<Diagnosis> {
        diagnosis::of_log(&self.tail(host))
    }

    /// Returns what a server that runs and is not ready waits for, as far as its log tells.
    #[must_use]
    pub fn waits_for(&self, host: &dyn Host) -> Option<Diagnosis> {
        diagnosis::of_waiting(&self.tail(host))
    }

    fn tail(&self, host: &dyn Host) -> Vec<diagnosis::LogLine> {
        let bytes = host.read_from(&self.path, self.size.saturating_sub(TAIL_BYTES));
        diagnosis::container_log(&bytes.unwrap_or_default())
    }

    /// Returns whether anything in this log names `id`.
    #[must_use]
    pub fn names(&self, host: &dyn Host, id: &str) -> bool {
        host.read(&self.path).is_ok_and(|bytes| names(&bytes, id))
    }
}

/// Returns whether a log has `id` somewhere.
pub(super) fn names(log: &[u8], id: &str) -> bool {
    String::from_utf8_lossy(log).contains(id)
}

/// Returns the directories of all pods that this manifest has been on this node.
#[must_use]
pub fn pod_directories(host: &dyn Host, manifest: &Manifest) -> BTreeSet<String> {
    let pod = format!("{}_{}", manifest.pod_namespace(), manifest.pod_name());
    let names = host.list(Path::new(POD_LOGS)).unwrap_or_default();
    // The kubelet adds the name of the node to that of the pod.
    let ours = |name: &String| {
        name.strip_prefix(&pod).is_some_and(|rest| rest.starts_with('-') || rest.starts_with('_'))
    };
    names.into_iter().filter(ours).collect()
}

/// Returns the logs of the API server's container in these directories, the oldest first.
#[must_use]
pub fn container_logs(
    host: &dyn Host,
    manifest: &Manifest,
    directories: &BTreeSet<String>,
) -> Vec<ContainerLog> {
    let mut logs = BTreeMap::new();
    for name in directories {
        let pod = name.rsplit('_').next().unwrap_or_default();
        let directory = Path::new(POD_LOGS).join(name).join(manifest.container_name());
        for name in host.list(&directory).unwrap_or_default() {
            let run = name.strip_suffix(".log").and_then(|run| run.parse().ok());
            if let Some(log) =
                run.and_then(|run| container_log(host, pod, &directory.join(&name), run))
            {
                logs.insert((log.modified, log.run), log);
            }
        }
    }
    logs.into_values().collect()
}

fn container_log(host: &dyn Host, pod: &str, path: &Path, run: u32) -> Option<ContainerLog> {
    let mut path = path.to_owned();
    let mut stat = host.stat(&path).ok()??;
    if stat.kind == FileKind::Symlink {
        path = path.parent()?.join(host.read_link(&path).ok()??);
        stat = host.stat(&path).ok()??;
    }
    let (inode, modified, size) = (stat.inode, stat.modified, stat.size);
    let pod = pod.to_owned();
    (stat.kind == FileKind::File).then_some(ContainerLog { path, pod, inode, run, modified, size })
}
