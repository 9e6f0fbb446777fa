//! Reads a file system: what exists, what is in it, and its attributes.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use rustix::fs::{AtFlags, FileType, OFlags};
use rustix::io::Errno;

use super::Local;
use crate::host::{FileKind, Stat};
use crate::owner::Owner;

/// Longest list of attribute names and longest value the kernel hands out (limits.h).
const XATTR_LIST_MAX: usize = 65_536;
const XATTR_SIZE_MAX: usize = 65_536;

impl Local {
    pub(super) fn try_stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        let found = self.tree.parent(path).and_then(|(parent, name)| {
            Ok(rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW)?)
        });
        match found {
            Ok(stat) => Ok(Some(stat_of(&stat))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn try_read(&self, path: &Path, offset: u64) -> io::Result<Vec<u8>> {
        let mut file = File::from(self.open(path, OFlags::RDONLY)?);
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
        }
        if offset > 0 {
            file.seek(SeekFrom::Start(offset))?;
        }
        let mut bytes = vec![];
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    pub(super) fn try_list(&self, path: &Path) -> io::Result<Vec<String>> {
        let directory = self.open(path, OFlags::RDONLY | OFlags::DIRECTORY)?;
        let mut names = vec![];
        for entry in rustix::fs::Dir::new(directory)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name != "." && name != ".." {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    pub(super) fn try_xattrs(&self, path: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
        let file = self.open(path, OFlags::RDONLY)?;
        let mut names = vec![0; XATTR_LIST_MAX];
        let length = match rustix::fs::flistxattr(&file, names.as_mut_slice()) {
            Err(Errno::NOTSUP) => 0,
            length => length?,
        };
        let mut found = vec![];
        for name in names[..length].split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
            let name = String::from_utf8_lossy(name).into_owned();
            let mut value = vec![0; XATTR_SIZE_MAX];
            let length = rustix::fs::fgetxattr(&file, name.as_str(), value.as_mut_slice())?;
            value.truncate(length);
            found.push((name, value));
        }
        found.sort();
        Ok(found)
    }
}

#[allow(clippy::useless_conversion, reason = "the number of links has 32 bits on arm64")]
fn stat_of(stat: &rustix::fs::Stat) -> Stat {
    Stat {
        kind: match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => FileKind::File,
            FileType::Directory => FileKind::Directory,
            FileType::Symlink => FileKind::Symlink,
            _ => FileKind::Other,
        },
        mode: stat.st_mode & 0o7777,
        owner: Owner { uid: stat.st_uid, gid: stat.st_gid },
        size: u64::try_from(stat.st_size).unwrap_or_default(),
        inode: (stat.st_dev, stat.st_ino),
        links: u64::from(stat.st_nlink),
        modified: i128::from(stat.st_mtime) * 1_000_000_000 + i128::from(stat.st_mtime_nsec),
    }
}
