//! Paths of the node as open files: everything starts at the root the caller chose.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};
use rustix::io::Errno;

/// A file system tree, the machine's own or one that is below a directory.
#[derive(Debug)]
pub(super) struct Tree {
    root: Option<PathBuf>,
}

impl Tree {
    pub(super) fn new(root: Option<PathBuf>) -> Self {
        Self { root }
    }

    /// Returns whether this is the tree of the running machine.
    pub(super) fn is_whole_machine(&self) -> bool {
        self.root.is_none()
    }

    /// Returns the path as it is seen from outside the tree.
    pub(super) fn place(&self, path: &Path) -> PathBuf {
        match &self.root {
            None => path.to_owned(),
            Some(root) => root.join(path.strip_prefix("/").unwrap_or(path)),
        }
    }

    /// Opens the directory that holds `path` and returns it with the last name of `path`.
    ///
    /// Links on the way are followed as the node itself would follow them: with a root, an
    /// absolute link starts at that root again and `..` never leaves it.
    pub(super) fn parent<'a>(&self, path: &'a Path) -> io::Result<(OwnedFd, &'a OsStr)> {
        let plain = path.is_absolute() && !path.components().any(|c| c == Component::ParentDir);
        if !plain {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the path is not absolute or has `..` in it",
            ));
        }
        match (path.parent(), path.file_name()) {
            (Some(parent), Some(name)) => Ok((self.directory(parent)?, name)),
            _ => Ok((self.directory(path)?, OsStr::new("."))),
        }
    }

    /// Opens what is at `path`, never through a link at its end.
    pub(super) fn open(&self, path: &Path, flags: OFlags) -> io::Result<OwnedFd> {
        let (parent, name) = self.parent(path)?;
        Ok(openat(parent, name, flags | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?)
    }

    /// Returns where a link leads, `None` if it is none.
    pub(super) fn read_link(&self, path: &Path) -> io::Result<Option<PathBuf>> {
        let (parent, name) = self.parent(path)?;
        match rustix::fs::readlinkat(parent, name, vec![]) {
            Ok(target) => Ok(Some(OsString::from_vec(target.into_bytes()).into())),
            // Something else is there.
            Err(Errno::INVAL) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn directory(&self, path: &Path) -> io::Result<OwnedFd> {
        let Some(root) = &self.root else { return Ok(open_directory(CWD, path.as_os_str())?) };
        let root = open_directory(CWD, root.as_os_str())?;
        let inside = path.strip_prefix("/").unwrap_or(path);
        if inside.as_os_str().is_empty() {
            return Ok(root);
        }
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let within = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        match openat2(&root, inside, flags, Mode::empty(), within) {
            // Linux before 5.6, a container that forbids the call, or a tree that moves under us.
            Err(Errno::NOSYS | Errno::PERM | Errno::AGAIN) => Ok(walk(root, inside)?),
            opened => Ok(opened?),
        }
    }
}

/// Goes down one name at a time and through no link at all: without the kernel's help a link could
/// lead out of the tree.
fn walk(root: OwnedFd, inside: &Path) -> rustix::io::Result<OwnedFd> {
    inside.iter().try_fold(root, |directory, name| {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        openat(directory, name, flags, Mode::empty())
    })
}

fn open_directory(at: impl std::os::fd::AsFd, path: &OsStr) -> rustix::io::Result<OwnedFd> {
    openat(at, path, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test lays out the tree it looks at")]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn tree_with_a_link(target: &str) -> (tempfile::TempDir, Tree) {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("data")).unwrap();
        std::fs::write(directory.path().join("data/file"), "inside").unwrap();
        symlink(target, directory.path().join("link")).unwrap();
        let tree = Tree::new(Some(directory.path().to_owned()));
        (directory, tree)
    }

    #[test]
    fn an_absolute_link_leads_to_the_same_place_below_the_root() {
        let (_directory, tree) = tree_with_a_link("/data");
        assert!(tree.open(Path::new("/link/file"), OFlags::RDONLY).is_ok());
    }

    #[test]
    fn a_link_cannot_leave_the_root() {
        let (_directory, tree) = tree_with_a_link("../../../../../../../../../../etc");
        assert!(tree.open(Path::new("/link/passwd"), OFlags::RDONLY).is_err());
    }

    #[test]
    fn a_link_says_where_it_leads_and_a_file_says_nothing() {
        let (_directory, tree) = tree_with_a_link("/data/file");
        let target = tree.read_link(Path::new("/link")).unwrap();
        assert_eq!(target.as_deref(), Some(Path::new("/data/file")));
        assert_eq!(tree.read_link(Path::new("/data/file")).unwrap(), None);
    }

    #[test]
    fn a_link_at_the_end_is_not_followed() {
        let (_directory, tree) = tree_with_a_link("/data/file");
        assert!(tree.open(Path::new("/link"), OFlags::RDONLY).is_err());
    }

    #[test]
    fn without_the_kernels_help_no_link_is_followed_at_all() {
        let (directory, tree) = tree_with_a_link("/data");
        let root = || open_directory(CWD, directory.path().as_os_str()).unwrap();
        assert!(walk(root(), Path::new("data")).is_ok());
        assert!(walk(root(), Path::new("link")).is_err());
        drop(tree);
    }

    #[test]
    fn relative_paths_and_dots_are_refused() {
        let (_directory, tree) = tree_with_a_link("/data");
        assert!(tree.parent(Path::new("data/file")).is_err());
        assert!(tree.parent(Path::new("/data/../data/file")).is_err());
        assert!(tree.parent(Path::new("/")).is_ok());
    }
}
