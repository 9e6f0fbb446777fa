//! The files and directories that turning auditing on makes or changes, the manifest aside.

use std::path::Path;

use super::error::occupied;
use super::{Enable, EnableError};
use crate::owner::Owner;
use crate::plan::{Change, Directory, FileChange, Role, Standing};

impl Enable<'_> {
    pub(super) fn policy(&self) -> Result<Vec<Change>, EnableError> {
        let path = &self.layout.policy.node;
        self.written_file(Role::Policy, path, self.policy.text(), self.former_policy)
    }

    pub(super) fn webhook_file(&self) -> Result<Vec<Change>, EnableError> {
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
        let standing = self.ground.at(path);
        self.readable(path, standing)?;
        let before = match standing {
            Standing::Missing => None,
            Standing::File { bytes, .. } => Some(former.unwrap_or(bytes).to_vec()),
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

    pub(super) fn log_directory(&self) -> Result<Vec<Change>, EnableError> {
        let log = self.layout.log.as_ref().map(|log| log.node.as_path());
        let Some((log, directory)) = log.and_then(|log| Some((log, log.parent()?))) else {
            return Ok(vec![]);
        };
        if let Standing::Directory = self.ground.at(log) {
            return Err(occupied(log, "regular file"));
        }
        let mut changes = self.directories(directory.parent(), 0o755, Owner::ROOT)?;
        match self.ground.at(directory) {
            Standing::Directory => {}
            Standing::Missing => changes.push(Change::Directory(Directory {
                path: directory.to_owned(),
                mode: 0o700,
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
            match self.ground.at(path) {
                Standing::Directory => break,
                Standing::Missing if path.parent().is_some() => {
                    missing.push(Change::Directory(Directory {
                        path: path.to_owned(),
                        mode,
                        owner,
                    }));
                }
                Standing::Missing => break,
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

    fn readable(&self, path: &Path, standing: &Standing) -> Result<(), EnableError> {
        let Standing::File { mode, owner, .. } = standing else { return Ok(()) };
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
