//! The real machine, on temporary directories.
#![expect(
    clippy::disallowed_methods,
    reason = "a test lays out the files it looks at, and says what it skipped"
)]

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use rustix::fs::FileType;

use super::*;
use crate::host::FileKind;
use crate::host::need::skipped;

fn below(directory: &tempfile::TempDir) -> Local {
    Local::new(Some(directory.path().to_owned()))
}

fn empty() -> (tempfile::TempDir, Local) {
    let directory = tempfile::tempdir().unwrap();
    let host = below(&directory);
    (directory, host)
}

fn path(text: &str) -> &Path {
    Path::new(text)
}

#[test]
fn a_file_made_in_steps_lies_below_the_root_with_its_mode_and_content() {
    let (directory, host) = empty();
    crate::host::make_file(&host, path("/file"), b"hello", 0o640).unwrap();
    host.sync_directory(path("/")).unwrap();
    let inside = directory.path().join("file");
    assert_eq!(fs::read(&inside).unwrap(), b"hello");
    assert_eq!(fs::metadata(&inside).unwrap().permissions().mode() & 0o7777, 0o640);
    assert_eq!(host.place(path("/file")), inside);
    assert_eq!(host.read(path("/file")).unwrap(), b"hello");
}

#[test]
fn missing_parents_are_made_open_for_all_to_enter() {
    let (directory, host) = empty();
    crate::host::make_parents(&host, path("/var/log/kubernetes/audit")).unwrap();
    let mode = fs::metadata(directory.path().join("var/log/kubernetes")).unwrap().mode();
    assert_eq!(mode & 0o7777, 0o755);
    assert!(host.stat(path("/var/log/kubernetes/audit")).unwrap().is_none());
}

#[test]
fn nothing_is_made_where_something_stands() {
    let (directory, host) = empty();
    symlink("/nowhere", directory.path().join("link")).unwrap();
    let error = host.create(path("/link"), 0o600).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    host.make_directory(path("/directory"), 0o700).unwrap();
    assert_eq!(
        host.make_directory(path("/directory"), 0o700).unwrap_err().kind(),
        ErrorKind::AlreadyExists
    );
}

#[test]
fn stat_tells_kinds_apart_and_follows_no_link() {
    let (directory, host) = empty();
    fs::write(directory.path().join("file"), "x").unwrap();
    symlink("file", directory.path().join("link")).unwrap();
    let kind = |name: &str| host.stat(path(name)).unwrap().map(|stat| stat.kind);
    assert_eq!(kind("/"), Some(FileKind::Directory));
    assert_eq!(kind("/file"), Some(FileKind::File));
    assert_eq!(kind("/link"), Some(FileKind::Symlink));
    assert_eq!(kind("/missing"), None);
    assert_eq!(kind("/missing/deeper"), None);
    let stat = host.stat(path("/file")).unwrap().unwrap();
    let metadata = fs::metadata(directory.path().join("file")).unwrap();
    assert_eq!(stat.inode, (metadata.dev(), metadata.ino()));
    assert_eq!((stat.size, stat.links), (1, 1));
    let seconds = i128::from(metadata.mtime());
    assert_eq!(stat.modified, seconds * 1_000_000_000 + i128::from(metadata.mtime_nsec()));
}

#[test]
fn reading_refuses_links_directories_and_pipes_without_waiting() {
    let (directory, host) = empty();
    fs::write(directory.path().join("file"), "x").unwrap();
    symlink("file", directory.path().join("link")).unwrap();
    let pipe = directory.path().join("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, FileType::Fifo, Mode::RWXU, 0).unwrap();
    for name in ["/link", "/", "/pipe"] {
        assert!(host.read(path(name)).is_err(), "{name} was read");
    }
}

#[test]
fn a_rename_replaces_and_errors_name_the_path_as_the_caller_sees_it() {
    let (directory, host) = empty();
    fs::write(directory.path().join("a"), "new").unwrap();
    fs::write(directory.path().join("b"), "old").unwrap();
    host.rename(path("/a"), path("/b")).unwrap();
    assert_eq!(host.list(path("/")).unwrap(), ["b"]);
    assert_eq!(host.read(path("/b")).unwrap(), b"new");
    let error = host.read(path("/a")).unwrap_err();
    assert!(error.to_string().contains(directory.path().to_str().unwrap()), "{error}");
    host.remove(path("/b")).unwrap();
    assert!(host.list(path("/")).unwrap().is_empty());
}

#[test]
fn a_lock_keeps_a_second_holder_out_until_it_is_dropped_and_leaves_no_file() {
    let (directory, host) = empty();
    let held = host.lock(path("/")).unwrap();
    assert!(held.is_some());
    assert!(below(&directory).lock(path("/")).unwrap().is_none());
    drop(held);
    assert!(below(&directory).lock(path("/")).unwrap().is_some());
    assert!(host.list(path("/")).unwrap().is_empty());
}

#[test]
fn attributes_are_read_set_and_removed() {
    let (directory, host) = empty();
    fs::write(directory.path().join("file"), "x").unwrap();
    let file = path("/file");
    let set = rustix::fs::setxattr(
        directory.path().join("file"),
        "user.probe",
        b"1",
        XattrFlags::empty(),
    );
    if set.is_err() {
        skipped("xattr");
        return;
    }
    host.remove_xattr(file, "user.probe").unwrap();
    host.set_xattr(file, "user.colour", b"red").unwrap();
    let found = host.xattrs(file).unwrap();
    assert!(found.contains(&("user.colour".to_owned(), b"red".to_vec())), "{found:?}");
    assert!(!found.iter().any(|(name, _)| name == "user.probe"));
}

#[test]
fn an_immutable_file_is_recognised() {
    let (directory, host) = empty();
    fs::write(directory.path().join("file"), "x").unwrap();
    assert!(!host.immutable(path("/file")).unwrap());
    let file = File::open(directory.path().join("file")).unwrap();
    if rustix::fs::ioctl_setflags(&file, IFlags::IMMUTABLE).is_err() {
        skipped("immutable");
        return;
    }
    let marked = host.immutable(path("/file"));
    let refused = host.remove(path("/file"));
    rustix::fs::ioctl_setflags(&file, IFlags::empty()).unwrap();
    assert!(marked.unwrap());
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::PermissionDenied);
}

#[test]
fn a_write_that_the_system_cuts_short_is_an_error_and_never_a_shorter_file_unnoticed() {
    let (_directory, host) = empty();
    // Beyond the limit the kernel sends SIGXFSZ, which ends a process that does not look for it.
    signal_hook::flag::register(25, Arc::default()).unwrap();
    let before = getrlimit(Resource::Fsize);
    setrlimit(Resource::Fsize, Rlimit { current: Some(1 << 20), ..before }).unwrap();
    let made = crate::host::make_file(&host, path("/file"), &vec![b'x'; 2 << 20], 0o600);
    setrlimit(Resource::Fsize, before).unwrap();
    assert_eq!(made.unwrap_err().kind(), ErrorKind::FileTooLarge);
}

#[test]
fn a_full_disk_is_named_as_such_and_its_space_is_known() {
    let (directory, host) = empty();
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=64k", "none"])
        .arg(directory.path())
        .stderr(std::process::Stdio::null())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        skipped("mount");
        return;
    }
    let space = host.space(path("/"));
    let made = crate::host::make_file(&host, path("/file"), &vec![b'x'; 100_000], 0o600);
    std::process::Command::new("umount").arg(directory.path()).status().unwrap();
    assert_eq!(space.unwrap(), DiskSpace { free: 65_536, used_percent: 0 });
    assert_eq!(made.unwrap_err().kind(), ErrorKind::StorageFull);
}

#[test]
fn the_wish_to_stop_comes_through_the_flag_that_was_handed_in() {
    let stop = Arc::new(AtomicBool::new(false));
    let host = Local::new(None).with_stop(Arc::clone(&stop));
    assert!(!host.interrupted());
    stop.store(true, Ordering::Relaxed);
    assert!(host.interrupted());
}

#[test]
fn random_numbers_differ() {
    let host = Local::new(None);
    assert_ne!(host.random(), host.random());
}
