//! What runs on the node: the server, the kubelet, and what they said last.

use std::path::Path;

use super::reader::Reader;
use crate::health::{self, Held, Readiness};
use crate::host::Host;
use crate::manifest::Manifest;

/// What runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// The server of the manifest; `None` if it does not run.
    pub running: Option<Running>,
    /// What it answers.
    pub readiness: Readiness,
    /// The last words of its newest container that ended or is about to.
    pub last_words: Option<String>,
    /// The kubelet's newest complaint about the pod, of the last minutes.
    pub complaint: Option<String>,
    /// Whether a kubelet can be seen running.
    pub kubelet: bool,
}

/// An API server that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// When it was started, in nanoseconds since 1970.
    pub started: i128,
    /// The audit flags that it was started with otherwise than the manifest says.
    pub unlike: Vec<String>,
    /// What it does with the log.
    pub log: Held,
    /// Whether the log that it sees is the file on the node; `None` if we may not look.
    pub same_log: Option<bool>,
}

impl Server {
    /// Returns whether it answers though no process of it can be seen.
    #[must_use]
    pub fn is_unseen(&self) -> bool {
        self.running.is_none() && self.readiness.lives()
    }
}

/// The kubelet complains again at least every two minutes.
const COMPLAINTS: u64 = 180;

pub(super) fn read(
    reader: &Reader<'_>,
    path: &Path,
    manifest: &Manifest,
    ready: &dyn Fn(&Manifest) -> Readiness,
) -> Server {
    let host = reader.host;
    let servers = health::Server::of(host, manifest);
    // While one takes the place of another, the newest is the one to look at.
    let newest = servers.iter().max_by_key(|server| server.process.start_time);
    let running = newest.map(|server| running(host, server, manifest));
    let logs = health::container_logs(host, manifest, &health::pod_directories(host, manifest));
    Server {
        running,
        readiness: ready(manifest),
        last_words: logs.last().and_then(|log| log.last_words(host)),
        complaint: health::complaint(&health::journal(host, COMPLAINTS), path, manifest),
        kubelet: health::kubelet_runs(host),
    }
}

fn running(host: &dyn Host, server: &health::Server, manifest: &Manifest) -> Running {
    let process = &server.process;
    let path = manifest.flag("audit-log-path").filter(|path| path.starts_with('/'));
    let on_node = path.and_then(|path| manifest.seen_at(path)?.node_path);
    Running {
        started: server.started(host),
        unlike: server.audit_flags_unlike(manifest),
        log: path.map_or(Held::Unknown, |path| health::held(host, process, Path::new(path))),
        same_log: path.zip(on_node).and_then(|(inside, outside)| {
            health::same_file(host, process, Path::new(inside), Path::new(&outside))
        }),
    }
}
