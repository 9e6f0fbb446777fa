//! The files of a plan as they stand now: proof that they still are what the plan was made from.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use super::cause::Cause;
use super::stage::{Attributes, directory_of};
use crate::digest::sha256;
use crate::host::{FileKind, Host, HostError, Stat};
use crate::journal::{Body, FileRecord, body_name};
use crate::plan::{FileChange, Role};

/// Bits that let someone read: all that a plan may add to the mode of a file that exists.
const READABLE: u32 = 0o444;

/// A file that is to be changed.
pub(super) struct TargetFile<'a> {
    pub(super) file: &'a FileChange,
    /// What was there when it was looked at; `None` if nothing did.
    seen: Option<Stat>,
    xattrs: BTreeMap<String, Vec<u8>>,
}

impl<'a> TargetFile<'a> {
    /// Looks at a file and refuses if it is not what the plan was made from.
    pub(super) fn look(host: &dyn Host, file: &'a FileChange) -> Result<Self, Cause> {
        let path = &file.path;
        let seen = see(host, file)?;
        for marked in [path.as_path(), directory_of(path)] {
            if host.stat(marked)?.is_some() && host.immutable(marked)? {
                return Err(Cause::Immutable { path: host.place(marked) });
            }
        }
        let xattrs = match seen {
            Some(_) => host.xattrs(path)?.into_iter().collect(),
            None => BTreeMap::new(),
        };
        Ok(Self { file, seen, xattrs })
    }

    /// Refuses if the file is not the very one that was looked at: device, inode, size, times, mode,
    /// owner and content.
    pub(super) fn look_again(&self, host: &dyn Host) -> Result<(), Cause> {
        if see(host, self.file)? == self.seen { Ok(()) } else { Err(self.changed(host)) }
    }

    fn changed(&self, host: &dyn Host) -> Cause {
        Cause::Changed { path: host.place(&self.file.path) }
    }

    /// Returns what the file that was there has beside its content.
    pub(super) fn former(&self) -> Option<Attributes> {
        let xattrs = Some(self.xattrs.clone());
        self.seen.map(|stat| Attributes { mode: stat.mode, owner: stat.owner, xattrs })
    }

    /// Returns what the new file is to have: all of the one it replaces, or what the plan says.
    pub(super) fn latter(&self) -> Attributes {
        match self.former() {
            Some(former) => {
                Attributes { mode: former.mode | (self.file.mode & READABLE), ..former }
            }
            None => Attributes { mode: self.file.mode, owner: self.file.owner, xattrs: None },
        }
    }

    /// Returns what the journal keeps of the file.
    pub(super) fn record(&self, number: usize) -> FileRecord {
        let body = |bytes: &Vec<u8>, attributes: Attributes| Body {
            name: body_name(number, &self.file.path),
            sha256: sha256(bytes),
            size: bytes.len() as u64,
            mode: attributes.mode,
            owner: attributes.owner,
            xattrs: attributes.xattrs.unwrap_or_default(),
        };
        FileRecord {
            role: self.file.role,
            path: self.file.path.clone(),
            before: self.file.before.as_ref().zip(self.former()).map(|(b, a)| body(b, a)),
            after: self.file.after.as_ref().map(|bytes| body(bytes, self.latter())),
        }
    }
}

/// Refuses a path that is not absolute, has `..` in it, or could not be written into the journal.
pub(super) fn check_path(path: &Path) -> Result<(), Cause> {
    let plain = path.is_absolute() && !path.components().any(|c| c == Component::ParentDir);
    match path.to_str() {
        Some(text) if plain && !text.contains(char::is_control) => Ok(()),
        _ => Err(Cause::Path { path: path.to_owned() }),
    }
}

/// Returns what is at the file's path, refusing if its content is not the plan's `before`.
///
/// A policy or webhook configuration may also hold the plan's `after` already: someone edited it in
/// place, and `before` is the text that the running server was started with. The manifest may not,
/// because the kubelet would have seen that.
fn see(host: &dyn Host, file: &FileChange) -> Result<Option<Stat>, Cause> {
    let changed = || Cause::Changed { path: host.place(&file.path) };
    let seen = host.stat(&file.path)?;
    match (&seen, &file.before) {
        (None, None) => Ok(None),
        (Some(stat), _) if stat.kind != FileKind::File => {
            Err(Cause::NotAFile { path: host.place(&file.path) })
        }
        (Some(stat), Some(before)) => {
            let in_place = (file.role != Role::Manifest).then_some(file.after.as_ref()).flatten();
            let same = read_whole(host, &file.path, stat)?
                .is_some_and(|bytes| bytes == *before || Some(&bytes) == in_place);
            if same { Ok(seen) } else { Err(changed()) }
        }
        _ => Err(changed()),
    }
}

/// Reads a file, `None` if it changed while it was read.
fn read_whole(host: &dyn Host, path: &Path, stat: &Stat) -> Result<Option<Vec<u8>>, HostError> {
    let bytes = host.read(path)?;
    Ok((host.stat(path)?.as_ref() == Some(stat)).then_some(bytes))
}
