//! The file systems of a machine in memory, each inode with what is on the platter already.

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::errno::Errno;

use super::super::{DiskSpace, FileKind, Stat};
use super::inode::{FileContent, Inode, InodeBody, MountPoint, Names, Traits};
use crate::owner::Owner;

/// Bytes of a file system of which not all are free.
const SIZE: u64 = 10 << 30;

pub(super) struct Disk {
    pub(super) inodes: BTreeMap<u64, Inode>,
    pub(super) spots: Vec<MountPoint>,
    ticks: i128,
}

pub(super) const ROOT: u64 = 1;

/// More links than this on one way are a circle, as the kernel counts (MAXSYMLINKS).
const MOST_LINKS: usize = 40;

impl Disk {
    pub(super) fn new() -> Self {
        let traits = Traits { mode: 0o755, owner: Owner::ROOT, xattrs: BTreeMap::new() };
        let body = InodeBody::Directory { now: Names::new(), earlier: vec![], traits };
        let root = Inode { body, modified: 0, immutable: false };
        let spot = MountPoint { path: PathBuf::from("/"), device: 1, read_only: false, free: None };
        Self { inodes: BTreeMap::from([(ROOT, root)]), spots: vec![spot], ticks: 0 }
    }

    /// Returns the inode at `path`, following links on the way but not at the end.
    pub(super) fn find(&self, path: &Path) -> io::Result<u64> {
        self.walk(path, false, MOST_LINKS)
    }

    /// Returns the inode at `path`, following every link.
    pub(super) fn follow(&self, path: &Path) -> io::Result<u64> {
        self.walk(path, true, MOST_LINKS)
    }

    fn walk(&self, path: &Path, to_the_end: bool, links: usize) -> io::Result<u64> {
        let mut at = ROOT;
        let mut names = path.components().peekable();
        while let Some(name) = names.next() {
            let Component::Normal(name) = name else { continue };
            let name = name.to_string_lossy().into_owned();
            let next = *self.names(at)?.get(&name).ok_or(Errno::NOENT)?;
            at = match &self.inodes[&next].body {
                InodeBody::Symlink(target) if to_the_end || names.peek().is_some() => {
                    self.walk(target, true, links.checked_sub(1).ok_or(Errno::LOOP)?)?
                }
                _ => next,
            };
        }
        Ok(at)
    }

    pub(super) fn names(&self, directory: u64) -> io::Result<&Names> {
        match &self.inodes[&directory].body {
            InodeBody::Directory { now, .. } => Ok(now),
            _ => Err(Errno::NOTDIR.into()),
        }
    }

    fn split(&self, path: &Path) -> io::Result<(u64, String)> {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(Errno::INVAL.into());
        };
        let parent = self.follow(parent)?;
        self.names(parent)?;
        Ok((parent, name.to_string_lossy().into_owned()))
    }

    pub(super) fn spot(&self, path: &Path) -> usize {
        let reaches = |(_, spot): &(usize, &MountPoint)| path.starts_with(&spot.path);
        let deepest = |(_, spot): &(usize, &MountPoint)| spot.path.components().count();
        let found = self.spots.iter().enumerate().filter(reaches).max_by_key(deepest);
        found.map_or(0, |(number, _)| number)
    }

    /// Refuses what a mount, a mark or a full disk forbids.
    fn may_change(&self, path: &Path, inode: u64) -> io::Result<()> {
        if self.spots[self.spot(path)].read_only {
            return Err(Errno::ROFS.into());
        }
        if self.inodes[&inode].immutable { Err(Errno::PERM.into()) } else { Ok(()) }
    }

    fn tick(&mut self) -> i128 {
        self.ticks += 1;
        self.ticks
    }

    /// Changes the names in a directory, remembering the state before.
    fn rename_in(&mut self, directory: u64, change: impl FnOnce(&mut Names)) {
        let modified = self.tick();
        if let Some(inode) = self.inodes.get_mut(&directory) {
            inode.modified = modified;
            if let InodeBody::Directory { now, earlier, .. } = &mut inode.body {
                earlier.push(now.clone());
                change(now);
            }
        }
    }

    fn add(&mut self, path: &Path, body: InodeBody) -> io::Result<()> {
        let (parent, name) = self.split(path)?;
        if self.names(parent)?.contains_key(&name) {
            return Err(Errno::EXIST.into());
        }
        self.may_change(path, parent)?;
        if self.spots[self.spot(path)].free == Some(0) {
            return Err(Errno::NOSPC.into());
        }
        let number = self.inodes.keys().max().map_or(ROOT, |last| last + 1);
        let modified = self.tick();
        self.inodes.insert(number, Inode { body, modified, immutable: false });
        self.rename_in(parent, |names| {
            names.insert(name, number);
        });
        Ok(())
    }

    pub(super) fn create(&mut self, path: &Path, mode: u32) -> io::Result<()> {
        let traits = Traits { mode, owner: Owner::ROOT, xattrs: BTreeMap::new() };
        let now = FileContent { bytes: vec![], traits };
        self.add(path, InodeBody::File { durable: now.clone(), now })
    }

    pub(super) fn make_directory(&mut self, path: &Path, mode: u32) -> io::Result<()> {
        let traits = Traits { mode, owner: Owner::ROOT, xattrs: BTreeMap::new() };
        self.add(path, InodeBody::Directory { now: Names::new(), earlier: vec![], traits })
    }

    /// Returns where a link leads; `None` for anything else.
    pub(super) fn read_link(&self, path: &Path) -> io::Result<Option<PathBuf>> {
        let inode = self.find(path)?;
        Ok(match &self.inodes[&inode].body {
            InodeBody::Symlink(target) => Some(target.clone()),
            _ => None,
        })
    }

    pub(super) fn make_symlink(&mut self, path: &Path, target: &Path) -> io::Result<()> {
        self.add(path, InodeBody::Symlink(target.to_owned()))
    }

    /// Appends what fits; the rest is `ENOSPC`, as on a real disk.
    pub(super) fn append(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let number = self.find(path)?;
        self.may_change(path, number)?;
        let spot = self.spot(path);
        let free = self.spots[spot].free.unwrap_or(u64::MAX);
        let fits = bytes.len().min(usize::try_from(free).unwrap_or(usize::MAX));
        let modified = self.tick();
        let Some(Inode { body: InodeBody::File { now, .. }, modified: when, .. }) =
            self.inodes.get_mut(&number)
        else {
            return Err(Errno::ISDIR.into());
        };
        now.bytes.extend_from_slice(&bytes[..fits]);
        *when = modified;
        if let Some(free) = &mut self.spots[spot].free {
            *free -= fits as u64;
        }
        if fits < bytes.len() { Err(Errno::NOSPC.into()) } else { Ok(()) }
    }

    /// Sets the time of the last change, as `touch` does.
    pub(super) fn set_modified(&mut self, path: &Path, nanoseconds: i128) -> io::Result<()> {
        let number = self.find(path)?;
        if let Some(inode) = self.inodes.get_mut(&number) {
            inode.modified = nanoseconds;
        }
        Ok(())
    }

    /// Replaces the content in place, as an editor does that knows no rename.
    pub(super) fn overwrite(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let number = self.find(path)?;
        let modified = self.tick();
        match self.inodes.get_mut(&number) {
            Some(Inode { body: InodeBody::File { now, .. }, modified: when, .. }) => {
                *when = modified;
                now.bytes = bytes.to_owned();
                Ok(())
            }
            _ => Err(Errno::ISDIR.into()),
        }
    }

    pub(super) fn change(
        &mut self,
        path: &Path,
        change: impl FnOnce(&mut Traits),
    ) -> io::Result<()> {
        let number = self.find(path)?;
        self.may_change(path, number)?;
        match self.inodes.get_mut(&number).map(|inode| &mut inode.body) {
            Some(InodeBody::File { now, .. }) => change(&mut now.traits),
            Some(InodeBody::Directory { traits, .. }) => change(traits),
            _ => return Err(Errno::LOOP.into()),
        }
        Ok(())
    }

    pub(super) fn traits(&self, path: &Path) -> io::Result<&Traits> {
        match &self.inodes[&self.find(path)?].body {
            InodeBody::File { now, .. } => Ok(&now.traits),
            InodeBody::Directory { traits, .. } => Ok(traits),
            InodeBody::Symlink(_) => Err(Errno::LOOP.into()),
        }
    }

    pub(super) fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        let (old, old_name) = self.split(from)?;
        let (new, new_name) = self.split(to)?;
        let number = *self.names(old)?.get(&old_name).ok_or(Errno::NOENT)?;
        if self.spot(from) != self.spot(to) {
            return Err(Errno::XDEV.into());
        }
        for (path, inode) in [(from, old), (from, number), (to, new)] {
            self.may_change(path, inode)?;
        }
        if let Some(replaced) = self.names(new)?.get(&new_name) {
            self.may_change(to, *replaced)?;
        }
        self.rename_in(old, |names| {
            names.remove(&old_name);
            if old == new {
                names.insert(new_name.clone(), number);
            }
        });
        if old != new {
            self.rename_in(new, |names| {
                names.insert(new_name, number);
            });
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, path: &Path) -> io::Result<()> {
        let number = self.find(path)?;
        if self.names(number).is_ok() {
            return Err(Errno::ISDIR.into());
        }
        self.unlink(path, number)
    }

    pub(super) fn remove_directory(&mut self, path: &Path) -> io::Result<()> {
        let number = self.find(path)?;
        if !self.names(number)?.is_empty() {
            return Err(Errno::NOTEMPTY.into());
        }
        self.unlink(path, number)
    }

    fn unlink(&mut self, path: &Path, number: u64) -> io::Result<()> {
        let (parent, name) = self.split(path)?;
        self.may_change(path, parent)?;
        self.may_change(path, number)?;
        self.rename_in(parent, |names| {
            names.remove(&name);
        });
        Ok(())
    }

    pub(super) fn sync(&mut self, path: &Path) -> io::Result<()> {
        let number = self.find(path)?;
        if let Some(Inode { body: InodeBody::File { now, durable }, .. }) =
            self.inodes.get_mut(&number)
        {
            *durable = now.clone();
        }
        Ok(())
    }

    pub(super) fn sync_directory(&mut self, path: &Path) -> io::Result<()> {
        let number = self.find(path)?;
        match self.inodes.get_mut(&number).map(|inode| &mut inode.body) {
            Some(InodeBody::Directory { earlier, .. }) => earlier.clear(),
            _ => return Err(Errno::NOTDIR.into()),
        }
        Ok(())
    }

    pub(super) fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match &self.inodes[&self.find(path)?].body {
            InodeBody::File { now, .. } => Ok(now.bytes.clone()),
            InodeBody::Directory { .. } => Err(Errno::ISDIR.into()),
            InodeBody::Symlink(_) => Err(Errno::LOOP.into()),
        }
    }

    pub(super) fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        Ok(self.names(self.find(path)?)?.keys().cloned().collect())
    }

    pub(super) fn is_immutable(&self, path: &Path) -> io::Result<bool> {
        Ok(self.inodes[&self.find(path)?].immutable)
    }

    pub(super) fn set_immutable(&mut self, path: &Path, immutable: bool) -> io::Result<()> {
        let number = self.find(path)?;
        if let Some(inode) = self.inodes.get_mut(&number) {
            inode.immutable = immutable;
        }
        Ok(())
    }

    pub(super) fn is_read_only(&self, path: &Path) -> io::Result<bool> {
        self.find(path)?;
        Ok(self.spots[self.spot(path)].read_only)
    }

    pub(super) fn space(&self, path: &Path) -> io::Result<DiskSpace> {
        self.find(path)?;
        let free = self.spots[self.spot(path)].free;
        let used_percent = free.map_or(0, |free| 100 - (free * 100 / SIZE).min(100));
        Ok(DiskSpace { free: free.unwrap_or(u64::MAX), used_percent })
    }

    pub(super) fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        let number = match self.find(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            number => number?,
        };
        let inode = &self.inodes[&number];
        let traits = |traits: &Traits| (traits.mode, traits.owner);
        let (kind, (mode, owner), size) = match &inode.body {
            InodeBody::File { now, .. } => (FileKind::File, traits(&now.traits), now.bytes.len()),
            InodeBody::Directory { traits: own, .. } => (FileKind::Directory, traits(own), 0),
            InodeBody::Symlink(to) => {
                (FileKind::Symlink, (0o777, Owner::ROOT), to.as_os_str().len())
            }
        };
        Ok(Some(Stat {
            kind,
            mode,
            owner,
            size: size as u64,
            inode: (self.spots[self.spot(path)].device, number),
            links: 1,
            modified: inode.modified,
        }))
    }
}
