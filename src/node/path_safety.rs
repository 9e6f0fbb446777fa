//! The way to a path: Whether a user other than root could lead a write astray.

#[cfg(test)]
mod tests;

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use crate::host::{FileKind, Host, HostError, Stat};
use crate::shell;
use audit_policy::finding::Finding;
use audit_policy::finding::Severity;

/// Whose directories are trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectoryTrust {
    /// Root's only, as on a running node.
    Root,
    /// Root's and those of this user, who works on a node's files below a directory. The checks
    /// start below that directory.
    User(u32),
}

/// Groups with a number below belong to the system by convention (login.defs, `SYS_GID_MAX`).
const FIRST_USER_GROUP: u32 = 1000;

/// A path, with what exists at it and above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathCheck {
    path: PathBuf,
    place: PathBuf,
    steps: Vec<PathStep>,
    immutable: Option<PathBuf>,
    read_only: Option<PathBuf>,
}

/// Something on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PathStep {
    position: PathPosition,
    /// The path as the caller would type it.
    place: PathBuf,
    stat: Stat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PathPosition {
    Root,
    Between,
    End,
}

impl PathCheck {
    /// Looks at everything on the way to `path`, following no symbolic link.
    ///
    /// # Errors
    /// Returns what the machine refuses.
    pub fn read(host: &dyn Host, path: &Path) -> Result<Self, HostError> {
        let mut path_check = Self {
            path: path.to_owned(),
            place: host.place(path),
            steps: Vec::new(),
            immutable: None,
            read_only: None,
        };
        if !is_plain(path) {
            return Ok(path_check);
        }
        let mut ancestors: Vec<&Path> = path.ancestors().collect();
        ancestors.reverse();
        for step in ancestors {
            let Some(stat) = host.stat(step)? else { break };
            let position = match step.parent() {
                _ if step == path => PathPosition::End,
                None => PathPosition::Root,
                Some(_) => PathPosition::Between,
            };
            path_check.steps.push(PathStep { position, place: host.place(step), stat });
            if stat.kind != FileKind::Directory {
                break;
            }
        }
        for (path, place) in path_check.replaced() {
            if unless_denied(host.immutable(&path))? {
                path_check.immutable = Some(place.clone());
            }
            if unless_denied(host.read_only(&path))? {
                path_check.read_only = Some(place);
            }
        }
        Ok(path_check)
    }

    /// What changes when something is written at the path, each with its place: a file and its
    /// directory, or the directory in which something new is made.
    fn replaced(&self) -> Vec<(PathBuf, PathBuf)> {
        let missing = self.path.ancestors().count() - self.steps.len();
        let existing = self.path.ancestors().skip(missing).zip(self.steps.iter().rev());
        let is_file = self.steps.last().is_some_and(|step| step.stat.kind == FileKind::File);
        existing
            .take(if is_file { 2 } else { 1 })
            .filter(|(_, step)| matches!(step.stat.kind, FileKind::File | FileKind::Directory))
            .map(|(path, step)| (path.to_owned(), step.place.clone()))
            .collect()
    }
}

/// A user who may not look may not write either, and gets that error then.
fn unless_denied(answer: Result<bool, HostError>) -> Result<bool, HostError> {
    match answer {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(false),
        answer => answer,
    }
}

/// Returns what speaks against writing at the end of `way`: an error refuses, a warning is said.
#[must_use]
pub fn check(path_check: &PathCheck, trust: DirectoryTrust) -> Vec<Finding> {
    let shown = path_check.place.display();
    if !is_plain(&path_check.path) {
        let message =
            format!("`{shown}` is not an absolute path without `..` and control characters");
        return vec![refuse("path-form", message, None)];
    }
    if let Some(system) = kernels(&path_check.path) {
        let message = format!("`{shown}` is below `{system}`, which is the kernel's");
        return vec![refuse("path-kernel", message, None)];
    }
    let steps = path_check.steps.iter().filter_map(|step| check_step(step, trust));
    steps
        .chain(path_check.immutable.as_deref().map(immutable))
        .chain(path_check.read_only.as_deref().map(read_only))
        .collect()
}

/// Whether a path is absolute and says the same to everybody.
fn is_plain(path: &Path) -> bool {
    path.is_absolute()
        && !path.components().any(|part| part == Component::ParentDir)
        && path.to_str().is_some_and(|text| !text.chars().any(char::is_control))
}

fn kernels(path: &Path) -> Option<&'static str> {
    ["/proc", "/sys", "/dev"].into_iter().find(|system| path.starts_with(system))
}

fn check_step(step: &PathStep, trust: DirectoryTrust) -> Option<Finding> {
    match (step.stat.kind, step.position) {
        (FileKind::Symlink, _) => Some(symlink(step)),
        (FileKind::Directory, PathPosition::Root) if trust != DirectoryTrust::Root => None,
        // Who owns the directory at the end is its user's business: a log directory belongs to the
        // user the server runs as.
        (FileKind::Directory, PathPosition::End) => check_mode(step),
        (FileKind::Directory, _) => check_owner(step, trust).or_else(|| check_mode(step)),
        (FileKind::File, PathPosition::End) => None,
        (FileKind::File | FileKind::Other, position) => {
            let wanted = if position == PathPosition::End { "file" } else { "directory" };
            let message = format!("`{}` is not a {wanted}", step.place.display());
            Some(refuse("path-kind", message, None))
        }
    }
}

fn check_owner(step: &PathStep, trust: DirectoryTrust) -> Option<Finding> {
    let uid = step.stat.owner.uid;
    if uid == 0 || trust == DirectoryTrust::User(uid) {
        return None;
    }
    let message = format!(
        "`{}` belongs to user {uid}, who could put something else in its place",
        step.place.display()
    );
    Some(refuse("path-owner", message, Some(format!("chown root {}", shell::word(&step.place)))))
}

fn check_mode(step: &PathStep) -> Option<Finding> {
    let Stat { mode, owner, .. } = step.stat;
    let (shown, word) = (step.place.display(), shell::word(&step.place));
    if mode & 0o002 != 0 {
        let message = format!("everybody may write to `{shown}`");
        return Some(refuse("path-writable", message, Some(format!("chmod o-w {word}"))));
    }
    if mode & 0o020 == 0 || owner.gid == 0 {
        return None;
    }
    let message = format!("group {} may write to `{shown}`", owner.gid);
    if owner.gid < FIRST_USER_GROUP {
        return Some(say("path-group", format!("{message}: a group of the system")));
    }
    Some(refuse("path-writable", message, Some(format!("chmod g-w {word}"))))
}

fn symlink(step: &PathStep) -> Finding {
    let shown = step.place.display();
    let message = if step.position == PathPosition::End {
        format!("`{shown}` is a symbolic link: writing would replace the link, not the file")
    } else {
        format!("`{shown}` is a symbolic link, so the path may lead elsewhere tomorrow")
    };
    refuse("path-symlink", message, Some(format!("readlink -f {}", shell::word(&step.place))))
}

fn immutable(place: &Path) -> Finding {
    refuse(
        "path-immutable",
        format!("`{}` is marked immutable or append-only, for root too", place.display()),
        Some(format!("chattr -i -a {}", shell::word(place))),
    )
}

fn read_only(place: &Path) -> Finding {
    refuse(
        "path-read-only",
        format!("`{}` is on a file system that is mounted read-only", place.display()),
        Some(format!("findmnt --target {}", shell::word(place))),
    )
}

fn refuse(id: &'static str, message: String, help: Option<String>) -> Finding {
    Finding { id, severity: Severity::Error, place: None, message, help }
}

fn say(id: &'static str, message: String) -> Finding {
    Finding { id, severity: Severity::Warning, place: None, message, help: None }
}
