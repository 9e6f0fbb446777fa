//! How a test lays out a machine and looks at it, without making a call.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::Machine;
use super::disk::Disk;
use super::inode::{Inode, InodeBody, MountPoint};

impl Machine {
    /// Puts a durable file there, with the directories above it, replacing what is there.
    ///
    /// # Panics
    ///
    /// If something on the way is no directory: the test is wrong.
    pub fn put(&mut self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>, mode: u32) {
        let path = path.as_ref();
        if let Some(parent) = path.parent() {
            self.put_directory(parent, 0o755);
        }
        let _ = self.disk.remove(path);
        self.lay(path, |disk| {
            disk.create(path, mode)?;
            disk.append(path, bytes.as_ref())?;
            disk.sync(path)
        });
    }

    /// Puts a durable directory there, with those above it, unless it is there.
    ///
    /// # Panics
    ///
    /// If something on the way is no directory: the test is wrong.
    pub fn put_directory(&mut self, path: impl AsRef<Path>, mode: u32) {
        let path = path.as_ref();
        if self.disk.follow(path).is_ok() {
            return;
        }
        if let Some(parent) = path.parent() {
            self.put_directory(parent, 0o755);
        }
        self.lay(path, |disk| disk.make_directory(path, mode));
    }

    /// Puts a durable symbolic link there.
    ///
    /// # Panics
    ///
    /// If its directory is not there or something is at `path`: the test is wrong.
    pub fn put_symlink(&mut self, path: impl AsRef<Path>, target: impl AsRef<Path>) {
        let path = path.as_ref();
        self.lay(path, |disk| disk.make_symlink(path, target.as_ref()));
    }

    /// Changes a file as an administrator would who knows no fsync: mode, owner, attributes stay.
    ///
    /// # Panics
    ///
    /// If it is not there: the test is wrong.
    pub fn edit(&mut self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let path = path.as_ref();
        let edited = self.disk.overwrite(path, bytes.as_ref());
        assert!(edited.is_ok(), "no file at {}", path.display());
    }

    /// Removes a file or an empty directory, if it is there.
    pub fn take_away(&mut self, path: impl AsRef<Path>) {
        let path = path.as_ref();
        let _ = self.disk.remove(path).or_else(|_| self.disk.remove_directory(path));
    }

    /// Marks a file or directory as immutable (chattr +i), or takes the mark away.
    ///
    /// # Panics
    ///
    /// If nothing is there: the test is wrong.
    pub fn set_immutable(&mut self, path: impl AsRef<Path>, immutable: bool) {
        let path = path.as_ref();
        let set = self.disk.set_immutable(path, immutable);
        assert!(set.is_ok(), "nothing at {}", path.display());
    }

    /// Sets an extended attribute.
    ///
    /// # Panics
    ///
    /// If nothing is there: the test is wrong.
    pub fn set_xattr(&mut self, path: impl AsRef<Path>, name: &str, value: &[u8]) {
        let path = path.as_ref();
        self.lay(path, |disk| {
            disk.change(path, |traits| {
                traits.xattrs.insert(name.to_owned(), value.to_owned());
            })?;
            disk.sync(path)
        });
    }

    /// Sets the time of the last change of content, in nanoseconds since 1970.
    ///
    /// # Panics
    ///
    /// If nothing is there: the test is wrong.
    pub fn set_modified(&mut self, path: impl AsRef<Path>, nanoseconds: i128) {
        let path = path.as_ref();
        self.lay(path, |disk| disk.set_modified(path, nanoseconds));
    }

    /// Mounts a file system or changes the one that is mounted at that path.
    pub fn mount(&mut self, spot: MountPoint) {
        self.disk.spots.retain(|old| old.path != spot.path);
        self.disk.spots.push(spot);
    }

    /// Returns what a reader sees at `path`, following links; `None` if there is no file.
    #[must_use]
    pub fn bytes(&self, path: impl AsRef<Path>) -> Option<Vec<u8>> {
        let number = self.disk.follow(path.as_ref()).ok()?;
        match &self.disk.inodes[&number].body {
            InodeBody::File { now, .. } => Some(now.bytes.clone()),
            _ => None,
        }
    }

    /// Returns the names in a directory, sorted; none if it is not there.
    #[must_use]
    pub fn names(&self, path: impl AsRef<Path>) -> Vec<String> {
        self.disk.list(path.as_ref()).unwrap_or_default()
    }

    /// Returns mode, owner and attributes of a file that is there.
    #[must_use]
    pub fn traits(&self, path: impl AsRef<Path>) -> Option<(u32, BTreeMap<String, Vec<u8>>)> {
        let traits = self.disk.traits(path.as_ref()).ok()?;
        Some((traits.mode, traits.xattrs.clone()))
    }

    /// Returns every file and directory with its mode; a directory has no bytes.
    #[must_use]
    pub fn tree(&self) -> Vec<(PathBuf, u32, Option<Vec<u8>>)> {
        let mut found = vec![];
        let mut open = vec![PathBuf::from("/")];
        while let Some(path) = open.pop() {
            let Ok(number) = self.disk.find(&path) else { continue };
            match &self.disk.inodes[&number] {
                Inode { body: InodeBody::Directory { now, traits, .. }, .. } => {
                    open.extend(now.keys().map(|name| path.join(name)));
                    found.push((path, traits.mode, None));
                }
                Inode { body: InodeBody::File { now, .. }, .. } => {
                    found.push((path, now.traits.mode, Some(now.bytes.clone())));
                }
                Inode { body: InodeBody::Symlink(_), .. } => {}
            }
        }
        found.sort();
        found
    }

    pub(super) fn lay(&mut self, path: &Path, act: impl FnOnce(&mut Disk) -> io::Result<()>) {
        let laid = act(&mut self.disk).and_then(|()| match path.parent() {
            Some(parent) => {
                let parent = self.disk.follow(parent)?;
                self.disk.settle(parent);
                Ok(())
            }
            None => Ok(()),
        });
        if let Err(error) = laid {
            panic!("cannot lay out {}: {error}", path.display());
        }
    }
}

impl Disk {
    /// Makes the names in a directory durable.
    fn settle(&mut self, directory: u64) {
        if let Some(Inode { body: InodeBody::Directory { earlier, .. }, .. }) =
            self.inodes.get_mut(&directory)
        {
            earlier.clear();
        }
    }
}
