//! A throw-away node: the files of a control plane made by kubeadm, below a directory of their own.
//!
//! It is laid out like a node's `/`, so that every command acts on it as on a node's file system
//! that is at that directory. Nothing in it runs, and nothing in it is secret.

mod files;

use std::path::{Path, PathBuf};

use crate::host::{FileKind, Host, HostError};
use files::{DIRECTORIES, SandboxFile, files};

/// Says that a directory is a sandbox. It is written last: without it the directory is not whole.
const MARKER: &str = ".kubectl-audit-sandbox";

const MARKER_TEXT: &str = "This directory is a throw-away node, made by kubectl audit --sandbox. \
                           It can be removed at any time.\n";

/// Mode of directories: that of a node's own.
const DIRECTORY_MODE: u32 = 0o755;

/// What became of the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SandboxState {
    /// A sandbox was made there.
    Made,
    /// There was one, which is left as it is.
    Found,
}

/// There is no sandbox, and none could be made.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Something else is there.
    #[error("`{}` is not a directory", path.display())]
    NotADirectory {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The directory has something else in it.
    #[error("`{}` is not empty and no sandbox", path.display())]
    NotEmpty {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The machine refused something. A directory that was begun is not taken for a sandbox.
    #[error(transparent)]
    Host(#[from] HostError),
}

/// Returns the path of a new sandbox in a directory for temporary files.
#[must_use]
pub fn fresh(machine: &dyn Host, temporary: &Path) -> PathBuf {
    temporary.join(format!("kubectl-audit-sandbox-{:08x}", machine.random() >> 32))
}

/// Makes a sandbox in `directory`, an absolute path on `machine`. It may not exist yet, be empty,
/// or be an earlier sandbox, which stays as it is.
///
/// # Errors
/// Refuses anything else, and returns what the machine refuses.
pub fn open(machine: &dyn Host, directory: &Path) -> Result<SandboxState, SandboxError> {
    match machine.stat(directory)? {
        None => make_directory(machine, directory)?,
        Some(stat) if stat.kind != FileKind::Directory => {
            return Err(SandboxError::NotADirectory { path: directory.to_owned() });
        }
        Some(_) if machine.stat(&directory.join(MARKER))?.is_some() => {
            return Ok(SandboxState::Found);
        }
        Some(_) if !machine.list(directory)?.is_empty() => {
            return Err(SandboxError::NotEmpty { path: directory.to_owned() });
        }
        Some(_) => {}
    }
    for name in DIRECTORIES {
        make_directory(machine, &directory.join(name))?;
    }
    for file in files() {
        make_file(machine, directory, &file)?;
    }
    let marker = SandboxFile { path: MARKER.to_owned(), mode: 0o644, text: MARKER_TEXT };
    make_file(machine, directory, &marker)?;
    Ok(SandboxState::Made)
}

/// Makes a file. Nothing is made durable: after a power cut one makes another sandbox.
fn make_file(machine: &dyn Host, directory: &Path, file: &SandboxFile) -> Result<(), HostError> {
    let path = directory.join(&file.path);
    make_directory(machine, path.parent().unwrap_or(directory))?;
    machine.create(&path, file.mode)?;
    machine.write(&path, file.text.as_bytes())?;
    machine.set_mode(&path, file.mode)
}

/// Makes a directory with those above it, as the caller's own, unless it is there.
fn make_directory(machine: &dyn Host, path: &Path) -> Result<(), HostError> {
    if machine.stat(path)?.is_some() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        make_directory(machine, parent)?;
    }
    machine.make_directory(path, DIRECTORY_MODE)?;
    machine.set_mode(path, DIRECTORY_MODE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Fake;

    const DIRECTORY: &str = "/tmp/new/sandbox";

    fn opened(fake: &Fake) -> Result<SandboxState, SandboxError> {
        open(fake, Path::new(DIRECTORY))
    }

    #[test]
    fn a_new_directory_an_empty_one_and_an_earlier_sandbox_are_taken() {
        let fake = Fake::new();
        assert_eq!(opened(&fake).unwrap(), SandboxState::Made);
        assert_eq!(opened(&fake).unwrap(), SandboxState::Found);
        let fake = Fake::new();
        fake.with(|machine| machine.put_directory(DIRECTORY, 0o700));
        assert_eq!(opened(&fake).unwrap(), SandboxState::Made);
    }

    #[test]
    fn an_earlier_sandbox_stays_as_it_is() {
        let fake = Fake::new();
        opened(&fake).unwrap();
        let manifest = format!("{DIRECTORY}/etc/kubernetes/manifests/kube-apiserver.yaml");
        fake.with(|machine| machine.edit(&manifest, "changed"));
        opened(&fake).unwrap();
        assert_eq!(fake.with(|machine| machine.bytes(&manifest)).unwrap(), b"changed");
    }

    #[test]
    fn anything_else_is_refused_and_left_alone() {
        let fake = Fake::new();
        fake.with(|machine| machine.put(format!("{DIRECTORY}/file"), "mine", 0o644));
        assert!(matches!(opened(&fake), Err(SandboxError::NotEmpty { .. })));
        assert_eq!(fake.list(Path::new(DIRECTORY)).unwrap(), ["file"]);
        let fake = Fake::new();
        fake.with(|machine| machine.put(DIRECTORY, "mine", 0o644));
        assert!(matches!(opened(&fake), Err(SandboxError::NotADirectory { .. })));
    }

    #[test]
    fn a_sandbox_that_was_stopped_half_way_is_not_taken_for_one() {
        let fake = Fake::new();
        opened(&fake).unwrap();
        let calls = fake.with(|machine| machine.calls().len());
        let fake = Fake::new();
        fake.stop_after(calls - 3);
        assert!(opened(&fake).is_err());
        assert!(matches!(opened(&fake.restart()), Err(SandboxError::NotEmpty { .. })));
    }

    #[test]
    fn secrets_are_readable_for_their_owner_only_and_there_are_none() {
        for file in files() {
            let private = file.path.ends_with(".key") || file.path.contains("/manifests/");
            if private {
                assert_eq!(file.mode, 0o600, "{}", file.path);
            }
            assert!(!file.text.contains("PRIVATE KEY"), "{}", file.path);
        }
    }

    #[test]
    fn every_file_that_a_manifest_names_is_there() {
        let files = files();
        let has =
            |path: &str| files.iter().any(|file| file.path == path) || DIRECTORIES.contains(&path);
        for file in files.iter().filter(|file| file.path.contains("/manifests/")) {
            let named = file.text.split(['=', '\n', ' ']).filter_map(|word| word.strip_prefix('/'));
            for path in
                named.filter(|path| path.starts_with("etc/kubernetes/") && path.contains('.'))
            {
                assert!(has(path), "{} names /{path}", file.path);
            }
        }
    }

    #[test]
    fn two_sandboxes_in_one_directory_have_different_names() {
        let fake = Fake::new();
        let first = fresh(&fake, Path::new("/tmp"));
        assert!(first.starts_with("/tmp") && first != fresh(&fake, Path::new("/tmp")));
    }
}
