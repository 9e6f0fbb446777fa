//! Taking a change back: exactly where nobody touched it since, else only what was ours.

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use crate::manifest::{self, Manifest};

use super::{Change, FileChange, Operation, PathState, Plan, Role, merge};

/// A file that a change wrote, and what is there now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileNow {
    /// The change as it was made.
    pub change: FileChange,
    /// What is there now.
    pub current: PathState,
}

impl FileNow {
    fn bytes(&self) -> Option<&[u8]> {
        self.current.bytes()
    }
}

/// How a manifest was brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoMethod {
    /// It is as it was before the change already.
    Already,
    /// Nobody touched it since: the former bytes.
    Exact,
    /// It was edited since: only the lines of the change were taken back.
    Lines,
    /// It was edited since, on the same lines: its audit settings were made those of before.
    Parts,
    /// Nothing less gives a valid pod: the former file, whole. Says whether the kubelet runs the one
    /// that is there now.
    Whole {
        /// Whether it does.
        runs: bool,
    },
    /// The former file is no valid pod either: this backup, whole.
    Backup(PathBuf),
}

/// Why a change cannot be taken back.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// Neither the former manifest nor a backup is a valid pod.
    #[error("neither the former `{}` nor a backup of it is a valid pod: {why}", path.display())]
    NoValidPod {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with the former one.
        why: String,
    },
    /// Something that is no regular file is in the way of a file.
    #[error("`{}` is no regular file, and the former file belongs there", path.display())]
    Occupied {
        /// Where.
        path: PathBuf,
        /// Whether it is a directory.
        is_directory: bool,
    },
    /// The server would not start with the former policy.
    #[error("no API server starts with the policy `{}` as it was before", path.display())]
    Unacceptable {
        /// The policy.
        path: PathBuf,
    },
}

/// The plan that takes a change back.
#[derive(Debug)]
pub struct Undo {
    /// The plan; empty if everything is as before.
    pub plan: Plan,
    /// How the manifest was brought back.
    pub how: UndoMethod,
    /// Things to know, one sentence each.
    pub notes: Vec<String>,
}

/// A manifest that something else kept, such as kubeadm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Where it is.
    pub path: PathBuf,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Plans how to take back the change that wrote `files`; `manifest` is where the manifest is, and its
/// content now.
///
/// Files that existed before are restored first, then the manifest; files that did not exist before
/// are removed last. A policy or webhook configuration that someone changed since stays if
/// `acceptable` says that the server would take it.
///
/// # Errors
///
/// Returns [`UndoError`] if no valid manifest can be found to restore, or something that is no file
/// is in the place of a former one that the manifest will name, or no server starts with the policy
/// that would be restored.
pub fn undo(
    manifest: (&Path, Option<&[u8]>),
    files: &[FileNow],
    backup: Option<&Backup>,
    acceptable: impl Fn(&[u8]) -> bool,
) -> Result<Undo, UndoError> {
    let (manifest, current) = manifest;
    let mut notes = vec![];
    // Files that come back are first, the manifest is in the middle, files that go are last: whichever
    // manifest is in effect at any moment, what it names exists.
    let (mut first, mut last) = (vec![], vec![]);
    let mut how = UndoMethod::Already;
    let mut middle = None;
    let mut goal = current.map(<[u8]>::to_vec);
    for file in files.iter().filter(|file| file.change.role == Role::Manifest) {
        let (bytes, found) = former_manifest(file, backup)?;
        how = found;
        middle = change(file, Some(bytes.clone()));
        goal = Some(bytes);
    }
    let used = goal.and_then(|bytes| Manifest::parse_as_run(&bytes).ok());
    let used = used.map(|manifest| manifest.node_paths()).unwrap_or_default();
    for file in files.iter().filter(|file| file.change.role != Role::Manifest) {
        let is_used = used.iter().any(|path| Path::new(path) == file.change.path);
        if let Some(back) = former_file(file, is_used, &acceptable, &mut notes)? {
            if back.after.is_none() { last.push(back) } else { first.push(back) }
        }
    }
    let changes = first.into_iter().chain(middle).chain(last).map(Change::File).collect();
    let plan = Plan { operation: Operation::Rescue, manifest: manifest.to_owned(), changes };
    Ok(Undo { plan, how, notes })
}

/// The change that puts a policy or webhook configuration back, or `None` if it stays.
fn former_file(
    file: &FileNow,
    is_used: bool,
    acceptable: &impl Fn(&[u8]) -> bool,
    notes: &mut Vec<String>,
) -> Result<Option<FileChange>, UndoError> {
    let FileChange { path, before, after, role, .. } = &file.change;
    let shown = path.display();
    let bytes = match &file.current {
        PathState::File { bytes, .. } => Some(bytes),
        PathState::Missing => None,
        other if before.is_none() || !is_used => {
            notes.push(left_alone(path, *other == PathState::Directory));
            return Ok(None);
        }
        other => {
            let is_directory = *other == PathState::Directory;
            return Err(UndoError::Occupied { path: path.clone(), is_directory });
        }
    };
    let refused = |text: &Vec<u8>| *role == Role::Policy && is_used && !acceptable(text);
    if before.as_ref().is_some_and(refused) {
        return Err(UndoError::Unacceptable { path: path.clone() });
    }
    if bytes == before.as_ref() {
        if bytes.is_none() && after.is_some() {
            notes.push(format!("{shown} is missing already; it did not exist before the change"));
        }
        return Ok(None);
    }
    if bytes.is_none() && after.is_some() {
        notes.push(format!("{shown} is missing; the former file is restored"));
    } else if bytes != after.as_ref() {
        if *role == Role::Policy && bytes.is_some_and(|it| acceptable(it)) {
            notes.push(format!("{shown} was changed since and stays: the API server accepts it"));
            return Ok(None);
        }
        notes.push(format!("{shown} was changed since; that text is kept in the entry"));
    }
    Ok(change(file, before.clone()))
}

fn left_alone(path: &Path, is_directory: bool) -> String {
    let path = path.display();
    match is_directory {
        true => format!(
            "a directory is at {path}, where the policy or the webhook configuration was: it stays; \
             remove it with `rmdir` if it is empty"
        ),
        false => format!("{path} is no regular file any more, and stays as it is"),
    }
}

fn change(file: &FileNow, after: Option<Vec<u8>>) -> Option<FileChange> {
    let before = file.bytes().map(<[u8]>::to_vec);
    let change = FileChange { before, after, ..file.change.clone() };
    (change.before != change.after).then_some(change)
}

fn former_manifest(
    file: &FileNow,
    backup: Option<&Backup>,
) -> Result<(Vec<u8>, UndoMethod), UndoError> {
    let before = file.change.before.clone().unwrap_or_default();
    if file.bytes() == Some(&before) {
        return Ok((before, UndoMethod::Already));
    }
    if file.bytes() == file.change.after.as_deref() {
        return Ok((before, UndoMethod::Exact));
    }
    if let Some(found) = only_ours(file, &before) {
        return Ok(found);
    }
    let runs = file.bytes().is_some_and(|bytes| valid(bytes).is_ok());
    whole(&file.change.path, before, backup, runs)
}

/// Takes back only what was ours from a manifest that was edited since.
fn only_ours(file: &FileNow, before: &[u8]) -> Option<(Vec<u8>, UndoMethod)> {
    let current = str::from_utf8(file.bytes()?).ok()?;
    let after = str::from_utf8(file.change.after.as_deref()?).ok()?;
    let former = Manifest::parse(before).ok()?;
    let parts = former.audit_parts();
    let merged = merge::undo(former.text(), after, current)
        .filter(|text| manifest::check(text).is_ok())
        .filter(|text| {
            // What makes it unsafe to edit, such as a key given twice, is not ours to take out.
            Manifest::parse_as_run(text.as_bytes())
                .is_ok_and(|merged| merged.audit_parts() == parts)
        });
    if let Some(text) = merged {
        return Some((text.into_bytes(), UndoMethod::Lines));
    }
    let current = Manifest::parse(current.as_bytes()).ok()?;
    let text = manifest::transplant(&current, &parts).ok()?.text().to_owned();
    Some((text.into_bytes(), UndoMethod::Parts))
}

fn whole(
    path: &Path,
    before: Vec<u8>,
    backup: Option<&Backup>,
    runs: bool,
) -> Result<(Vec<u8>, UndoMethod), UndoError> {
    let Err(why) = valid(&before) else { return Ok((before, UndoMethod::Whole { runs })) };
    match backup.filter(|backup| valid(&backup.bytes).is_ok()) {
        Some(backup) => Ok((backup.bytes.clone(), UndoMethod::Backup(backup.path.clone()))),
        None => Err(UndoError::NoValidPod { path: path.to_owned(), why }),
    }
}

/// Says what the kubelet would not take about a manifest.
pub(super) fn valid(bytes: &[u8]) -> Result<(), String> {
    let text = str::from_utf8(bytes).map_err(|error| error.to_string())?;
    manifest::check(text)
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}
