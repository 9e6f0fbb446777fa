//! What a rescue reads of a node for its plan.

use std::path::{Path, PathBuf};

use super::evidence::Evidence;
use super::failure::Failure;
use super::files::path_state;
use super::node::Node;
use crate::host::FileKind;
use crate::journal::{Entry, Journal};
use crate::manifest::StripPart;
use crate::plan::{
    Backup, FileNow, NoWayBack, Operation, PathState, Rescue, UndoCandidate, WayBack,
};
use audit_policy::api::Version;
use audit_policy::policy;

/// Where kubeadm keeps the manifests it replaced during an upgrade.
const KUBEADM_TMP: &str = "/etc/kubernetes/tmp";
/// Beginning of the names of kubeadm's backup directories; the rest is the time.
const KUBEADM_BACKUP: &str = "kubeadm-backup-manifests-";

/// What is known of a manifest that is to be rescued.
pub struct RescueFacts<'a> {
    /// The node.
    pub node: &'a Node,
    /// Its journal.
    pub journal: &'a Journal,
    /// The path of the manifest.
    pub path: &'a Path,
    /// What is there now; `None` if nothing is.
    pub current: Option<&'a [u8]>,
    /// What was found of its server.
    pub evidence: &'a Evidence,
}

impl RescueFacts<'_> {
    /// Plans the way back; with `only` that part is stripped, whatever was changed.
    ///
    /// # Errors
    ///
    /// There is none that is certain to leave a manifest that the kubelet runs, or a change cannot be
    /// read.
    pub fn way_back(&self, only: Option<StripPart>) -> Result<WayBack, NoWayBack<Failure>> {
        let Self { node, journal, path, current, .. } = *self;
        let entries = || journal.entries().iter().filter(|entry| node.is_about(entry));
        let rescue = entries().next().filter(|last| last.record.command == Operation::Rescue);
        // Where nothing runs, nothing says that the first rescue did not help.
        let is_enough = node.place.root().is_some() && !node.force;
        let undoable: Vec<&Entry> = entries()
            .filter(|entry| entry.record.command != Operation::Rescue)
            .filter(|entry| entry.state().is_in_effect() || !entry.claim.is_final())
            .collect();
        let candidates: Vec<UndoCandidate> =
            undoable.iter().map(|entry| candidate(entry)).collect();
        let backup = kubeadm_backup(node, path).map_err(NoWayBack::Files)?;
        let files = |candidate: &UndoCandidate| {
            let entry = undoable.iter().find(|entry| entry.name == candidate.name);
            entry.map_or_else(|| Ok(vec![]), |entry| self.written(entry))
        };
        let pod = self.evidence.facts.pod.as_ref();
        let version = pod.map_or(Version::NEWEST, |pod| pod.auditing.version);
        let acceptable = |text: &[u8]| policy::judge(text, version).is_accepted();
        Rescue {
            manifest: path,
            current,
            only,
            candidates: &candidates,
            finished: rescue.filter(|_| is_enough).map(Entry::id),
            is_uncertain: undoable.first().is_some_and(|newest| !is_newest(newest, journal)),
            backup: backup.as_ref(),
            needs_the_manifest: !node.force && self.evidence.needs_the_manifest(),
        }
        .plan(files, acceptable)
    }

    /// What a change wrote, and what is there now.
    fn written(&self, entry: &Entry) -> Result<Vec<FileNow>, Failure> {
        let host = self.node.host.as_ref();
        let files = entry.record.files.iter();
        files
            .map(|file| {
                let current = path_state(host, &file.path)?;
                Ok(FileNow { change: entry.change(host, file)?, current })
            })
            .collect()
    }
}

fn candidate(entry: &Entry) -> UndoCandidate {
    let record = &entry.record;
    UndoCandidate {
        name: entry.name.clone(),
        id: record.id.clone(),
        command: record.command,
        time: record.time.clone(),
        user: record.user.clone(),
    }
}

/// Whether no damaged entry can be newer than this one.
fn is_newest(entry: &Entry, journal: &Journal) -> bool {
    let damaged = journal.damages().iter().filter_map(|damage| damage.entry.as_deref());
    damaged.max().is_none_or(|newest| newest < entry.name.as_str())
}

/// Finds kubeadm's newest backup of this manifest. The names of its directories sort by time.
fn kubeadm_backup(node: &Node, manifest: &Path) -> Result<Option<Backup>, Failure> {
    let directory = Path::new(KUBEADM_TMP);
    if node.host.stat(directory)?.is_none_or(|stat| stat.kind != FileKind::Directory) {
        return Ok(None);
    }
    let Some(name) = manifest.file_name() else { return Ok(None) };
    for backup in node.host.list(directory)?.iter().rev() {
        let path: PathBuf = directory.join(backup).join(name);
        if backup.starts_with(KUBEADM_BACKUP)
            && let PathState::File { bytes, .. } = path_state(node.host.as_ref(), &path)?
        {
            return Ok(Some(Backup { path, bytes }));
        }
    }
    Ok(None)
}
