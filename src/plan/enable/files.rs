//! The files and directories that an API server with auditing needs, the manifest aside.

use std::path::Path;

use super::EnableError;
use super::error::occupied;
use crate::manifest::Manifest;
use crate::owner::Owner;
use crate::plan::{Change, Directory, FileChange, Layout, NodeFiles, PathState, Role};

/// What is to be beside the manifest.
#[derive(Debug, Clone, Copy)]
pub(in crate::plan) struct Files<'a> {
    /// The manifest: it says who has to be able to read them.
    pub(in crate::plan) manifest: &'a Manifest,
    /// Where they lie.
    pub(in crate::plan) layout: &'a Layout,
    /// What is there now.
    pub(in crate::plan) node_files: &'a NodeFiles,
    /// The policy; `None` leaves what is there.
    pub(in crate::plan) policy: Option<&'a [u8]>,
    /// What is in the policy's place but for an edit since the last entry, if that is known.
    pub(in crate::plan) former_policy: Option<&'a [u8]>,
    /// The webhook configuration; `None` leaves what is there.
    pub(in crate::plan) webhook: Option<&'a [u8]>,
}

impl Files<'_> {
    /// Returns the changes after which everything is there: policy, webhook configuration, and
    /// the directory of the log.
    pub(in crate::plan) fn changes(&self) -> Result<Vec<Change>, EnableError> {
        let mut changes = self.policy()?;
        changes.extend(self.webhook()?);
        changes.extend(self.log_directory()?);
        Ok(changes)
    }

    fn policy(&self) -> Result<Vec<Change>, EnableError> {
        let Some(text) = self.policy else { return Ok(vec![]) };
        self.written_file(Role::Policy, &self.layout.policy.node, text, self.former_policy)
    }

    fn webhook(&self) -> Result<Vec<Change>, EnableError> {
        match (self.webhook, &self.layout.webhook) {
            (Some(text), Some(seen)) => self.written_file(Role::Webhook, &seen.node, text, None),
            _ => Ok(vec![]),
        }
    }

    /// The changes after which a file holds `after`, its directories included.
    fn written_file(
        &self,
        role: Role,
        path: &Path,
        after: &[u8],
        former: Option<&[u8]>,
    ) -> Result<Vec<Change>, EnableError> {
        let path_state = self.node_files.at(path);
        self.readable(path, path_state)?;
        let before = match path_state {
            PathState::Missing => None,
            PathState::File { bytes, .. } => Some(former.unwrap_or(bytes).to_vec()),
            _ => return Err(occupied(path, "regular file")),
        };
        if before.as_deref() == Some(after) {
            return Ok(vec![]);
        }
        let mut changes = self.directories(path.parent(), 0o755, Owner::ROOT)?;
        let (mode, owner) = self.private();
        let after = Some(after.to_vec());
        changes.push(Change::File(FileChange {
            role,
            path: path.to_owned(),
            before,
            after,
            mode,
            owner,
        }));
        Ok(changes)
    }

    fn log_directory(&self) -> Result<Vec<Change>, EnableError> {
        let log = self.layout.log.as_ref().map(|log| log.node.as_path());
        let Some((log, directory)) = log.and_then(|log| Some((log, log.parent()?))) else {
            return Ok(vec![]);
        };
        if let PathState::Directory = self.node_files.at(log) {
            return Err(occupied(log, "regular file"));
        }
        let mut changes = self.directories(directory.parent(), 0o755, Owner::ROOT)?;
        match self.node_files.at(directory) {
            PathState::Directory => {}
            PathState::Missing => changes.push(Change::Directory(Directory {
                path: directory.to_owned(),
                // Other programs keep their logs beside it where it has no directory of its own.
                mode: if directory == Path::new("/var/log") { 0o755 } else { 0o700 },
                owner: self.manifest.run_as().owner(),
            })),
            _ => return Err(occupied(directory, "directory")),
        }
        Ok(changes)
    }

    /// The directories that are missing on the way to `directory`, outermost first.
    fn directories(
        &self,
        directory: Option<&Path>,
        mode: u32,
        owner: Owner,
    ) -> Result<Vec<Change>, EnableError> {
        let mut missing = vec![];
        for path in directory.into_iter().flat_map(Path::ancestors) {
            match self.node_files.at(path) {
                PathState::Directory => break,
                PathState::Missing if path.parent().is_some() => {
                    missing.push(Change::Directory(Directory {
                        path: path.to_owned(),
                        mode,
                        owner,
                    }));
                }
                PathState::Missing => break,
                _ => return Err(occupied(path, "directory")),
            }
        }
        missing.reverse();
        Ok(missing)
    }

    /// Mode and owner of a file that only root and the server may read, and only root may write
    /// where the server has a group of its own.
    fn private(&self) -> (u32, Owner) {
        match self.manifest.run_as().owner() {
            Owner { uid: 0, .. } => (0o600, Owner::ROOT),
            Owner { gid: 0, uid } => (0o600, Owner { uid, gid: 0 }),
            Owner { gid, .. } => (0o640, Owner { uid: 0, gid }),
        }
    }

    fn readable(&self, path: &Path, path_state: &PathState) -> Result<(), EnableError> {
        let PathState::File { mode, owner, .. } = path_state else { return Ok(()) };
        let server = self.manifest.run_as().owner();
        let readable = server.uid == 0
            || (server.uid == owner.uid && mode & 0o400 != 0)
            || (server.gid == owner.gid && mode & 0o040 != 0)
            || mode & 0o004 != 0;
        if readable {
            return Ok(());
        }
        Err(EnableError::Unreadable { path: path.to_owned(), uid: server.uid })
    }
}
