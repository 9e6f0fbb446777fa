//! Reads, and remembers what it was not allowed to see.

use std::cell::RefCell;
use std::io::ErrorKind;
use std::path::Path;
use std::time::SystemTime;

use super::file::{At, FileState};
use crate::host::{FileKind, Host, HostError};
use crate::node::{DirectoryTrust, PathCheck, path_safety};

/// A node and what of it could not be looked at.
pub(super) struct FactsReader<'a> {
    pub(super) host: &'a dyn Host,
    unseen: RefCell<Vec<String>>,
}

impl<'a> FactsReader<'a> {
    pub(super) fn new(host: &'a dyn Host) -> Self {
        Self { host, unseen: RefCell::default() }
    }

    /// Returns what was read. What is not there is nothing; a refusal is remembered.
    pub(super) fn seen<T>(&self, result: Result<T, HostError>) -> Option<T> {
        match result {
            Ok(read) => Some(read),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => {
                let said = format!("`{}`: {}", error.path.display(), error.source);
                let mut unseen = self.unseen.borrow_mut();
                if !unseen.contains(&said) {
                    unseen.push(said);
                }
                None
            }
        }
    }

    pub(super) fn into_unseen(self) -> Vec<String> {
        self.unseen.into_inner()
    }

    /// Looks at a path without reading a file there.
    pub(super) fn look(&self, path: &Path) -> At {
        let stat = match self.host.stat(path) {
            Ok(stat) => Ok(stat),
            Err(error) => Err(self.seen::<()>(Err(error))),
        };
        let state = match stat {
            Err(_) => FileState::Unseen,
            Ok(None) => FileState::Missing,
            Ok(Some(stat)) => FileState::Is(stat),
        };
        At {
            node: path.to_owned(),
            place: self.host.place(path),
            state,
            content: None,
            dangers: vec![],
        }
    }

    /// Looks at a file, at the way to it, and reads it.
    pub(super) fn at(&self, path: &Path, trust: DirectoryTrust) -> At {
        let mut at = self.look(path);
        if at.stat().is_some_and(|stat| stat.kind == FileKind::File) {
            at.content = self.seen(self.host.read(path));
        }
        at.dangers = self.dangers(path, trust);
        at
    }

    /// Whether a user other than root could put something in the place of what is there.
    pub(super) fn dangers(
        &self,
        path: &Path,
        trust: DirectoryTrust,
    ) -> Vec<audit_policy::finding::Finding> {
        let way = self.seen(PathCheck::read(self.host, path));
        let mut found = way.map(|way| path_safety::check(&way, trust)).unwrap_or_default();
        found.retain(|finding| DANGERS.contains(&finding.id));
        found
    }
}

/// Of what a way may have against it, that which is wrong also when nothing is to be written.
const DANGERS: [&str; 2] = ["path-owner", "path-writable"];

/// Returns the time in nanoseconds since 1970.
pub(super) fn now(host: &dyn Host) -> i128 {
    let since = host.now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i128::try_from(since.as_nanos()).unwrap_or(i128::MAX)
}
