//! Files of a log: opened and not read as a whole, for they can be as large as a disk.
#![expect(clippy::disallowed_methods, reason = "the host module is where a machine is touched")]

use std::fs::{File, Metadata, OpenOptions};
use std::io;
#[cfg(unix)]
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
#[cfg(not(unix))]
use std::time::UNIX_EPOCH;

/// So deep is a directory of logs looked through.
const DEEPEST: u32 = 4;

/// Opens a file to read.
///
/// # Errors
/// Returns what the system refuses; a directory is refused.
pub fn open(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok(file)
}

/// Makes a file that only its owner reads: what was recorded is nobody else's.
///
/// # Errors
/// Returns what the system refuses; a file that exists is refused.
pub fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path)
}

/// Says whether this is a directory.
#[must_use]
pub fn is_directory(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// Returns the device and inode of what is at a path now.
#[must_use]
pub fn inode(path: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(path).ok().map(|metadata| identity(&metadata))
}

/// Returns the device and inode of an open file.
///
/// # Errors
/// Returns what the system refuses.
pub fn inode_of(file: &File) -> io::Result<(u64, u64)> {
    file.metadata().map(|metadata| identity(&metadata))
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;

    (metadata.dev(), metadata.ino())
}

/// Where files have no number that can be asked for, the time at which they were made.
#[cfg(not(unix))]
fn identity(metadata: &Metadata) -> (u64, u64) {
    let made = metadata.created().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    (made.map_or(0, |at| at.as_secs()), made.map_or(0, |at| u64::from(at.subsec_nanos())))
}

/// Returns the files below a directory.
///
/// # Errors
/// Returns what the system refuses.
pub fn files_below(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = vec![];
    let mut open = vec![(directory.to_owned(), 0)];
    while let Some((directory, depth)) = open.pop() {
        for entry in std::fs::read_dir(directory)? {
            let path = entry?.path();
            if path.is_dir() && depth < DEEPEST {
                open.push((path, depth + 1));
            } else if path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
