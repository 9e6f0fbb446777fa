//! What runs on the node: the server, the kubelet, and what they said last.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;

use super::reader::FactsReader;
use crate::auditing::{Endpoint, FileRef};
use crate::diagnosis::{self, Diagnosis};
use crate::flags::name;
use crate::health::{self, ContainerLog, FileUse, PodJournal, Readiness};
use crate::host::Host;
use crate::manifest::Manifest;

/// What runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFacts {
    /// The server of the manifest; `None` if it does not run.
    pub running: Option<RunningServer>,
    /// Where it listens, as this node reaches it.
    pub address: SocketAddr,
    /// What it answers.
    pub readiness: Readiness,
    /// What its newest container said that has ended.
    pub last_run: Option<LastRun>,
    /// What a server that runs and is not ready waits for, as its log tells.
    pub waits_for: Option<Diagnosis>,
    /// The kubelet's newest complaint about the pod, of the last minutes.
    pub complaint: Option<String>,
    /// Whether a kubelet can be seen running.
    pub kubelet: bool,
}

/// A run of the server's container that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRun {
    /// Its last words.
    pub words: String,
    /// Why it ended, as far as its log tells.
    pub diagnosis: Option<Diagnosis>,
}

/// An API server that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningServer {
    /// When it was started, in nanoseconds since 1970.
    pub started: i128,
    /// The audit flags that it was started with otherwise than the manifest says.
    pub unlike: Vec<String>,
    /// What it does with the log.
    pub log: FileUse,
    /// Whether it is the first run of its pod, as far as its container's log tells.
    pub first_run: bool,
    /// Whether the log that it sees is the file on the node; `None` if we may not look.
    pub same_log: Option<bool>,
}

impl LastRun {
    /// Returns why it ended: what its log tells, or that its last words are not known.
    #[must_use]
    pub fn diagnosis(&self) -> Diagnosis {
        self.diagnosis.clone().unwrap_or_else(|| diagnosis::of_server(&self.words))
    }
}

impl ServerFacts {
    /// Returns whether it answers though no process of it can be seen.
    #[must_use]
    pub fn is_unseen(&self) -> bool {
        self.running.is_none() && self.readiness.lives()
    }
}

/// The kubelet complains again at least every two minutes.
const COMPLAINTS: u64 = 180;

pub(super) fn read(
    reader: &FactsReader<'_>,
    path: &Path,
    manifest: &Manifest,
    ready: &dyn Fn(&Manifest) -> Readiness,
) -> ServerFacts {
    let host = reader.host;
    let servers = health::Server::of(host, manifest);
    // While one takes the place of another, the newest is the one to look at.
    let newest = servers.iter().max_by_key(|server| server.process.start_time);
    let directories = health::pod_directories(host, manifest);
    let logs = health::container_logs(host, manifest, &directories);
    let first_run = logs.last().is_some_and(|log| log.run == 0);
    let running = newest.map(|server| running(host, server, manifest, first_run));
    let readiness = ready(manifest);
    let waits = running.is_some() && !readiness.lives();
    ServerFacts {
        waits_for: logs.last().filter(|_| waits).and_then(|log| log.waits_for(host)),
        last_run: last_run(host, &directories, &logs, running.is_some()),
        running,
        address: Endpoint::of(manifest).address,
        readiness,
        complaint: PodJournal::read(host, COMPLAINTS, path, manifest)
            .complaint(&logs)
            .map(str::to_owned),
        kubelet: health::kubelet_runs(host),
    }
}

/// What the newest run that has ended said, if it is a run of the newest pod: that of an earlier
/// manifest says nothing about why this one does not run.
fn last_run(
    host: &dyn Host,
    directories: &BTreeSet<String>,
    logs: &[ContainerLog],
    runs: bool,
) -> Option<LastRun> {
    // While a server runs, the newest log is its own, and it has not said its last words yet.
    let log = logs.iter().rev().nth(usize::from(runs))?;
    let made = |name: &String| {
        let directory = Path::new(health::POD_LOGS).join(name);
        let is_other = !log.path.starts_with(&directory);
        host.stat(&directory).ok()?.filter(|_| is_other).map(|stat| stat.modified)
    };
    let is_former = directories.iter().filter_map(made).any(|made| made > log.modified);
    if is_former {
        return None;
    }
    Some(LastRun { words: log.last_words(host)?, diagnosis: log.diagnosis(host) })
}

fn running(
    host: &dyn Host,
    server: &health::Server,
    manifest: &Manifest,
    first_run: bool,
) -> RunningServer {
    let process = &server.process;
    let file = FileRef::of(manifest, name::LOG_PATH);
    let file = file.filter(|file| file.container.starts_with('/'));
    let path = file.as_ref().map(|file| Path::new(&file.container));
    let on_node = file.as_ref().and_then(|file| file.node.as_deref());
    RunningServer {
        started: server.started(host),
        unlike: server.audit_flags_unlike(manifest),
        first_run,
        log: path.map_or(FileUse::Unknown, |path| health::file_use(host, process, path)),
        same_log: path
            .zip(on_node)
            .and_then(|(inside, outside)| health::same_file(host, process, inside, outside)),
    }
}
