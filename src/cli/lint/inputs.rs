//! What is to be judged: files, those of directories, and the policies inside other files.

use std::path::{Path, PathBuf};

use super::super::{Failure, policy_file};

/// How the names of files end that are looked into below a directory.
const ENDS: [&str; 4] = ["yaml", "yml", "json", "tpl"];
/// What every file with an audit policy holds.
const MARK: &str = "audit.k8s.io/";
/// How deep directories are looked into: a link can lead back up.
const MOST_DEEP: usize = 16;

/// Returns the files that are meant: a directory stands for the files below it that hold an audit
/// policy, by the order of their names.
///
/// # Errors
///
/// A directory cannot be read, or holds no policy.
pub(super) fn files(named: &[&Path]) -> Result<Vec<PathBuf>, Failure> {
    let mut all = vec![];
    for path in named {
        if *path == Path::new("-") || !path.is_dir() {
            all.push((*path).to_owned());
            continue;
        }
        let mut below = vec![];
        walk(path, MOST_DEEP, &mut below)?;
        below.retain(|file| {
            let text = policy_file::read_policy(file).unwrap_or_default();
            String::from_utf8_lossy(&text).contains(MARK)
        });
        if below.is_empty() {
            let what = format!("no file below {} holds an audit policy", path.display());
            return Err(Failure::refused(what)
                .next(format!("Looked into: files that end with .{}", ENDS.join(", ."))));
        }
        all.extend(below);
    }
    Ok(all)
}

#[expect(clippy::disallowed_methods, reason = "a directory of the caller")]
fn walk(directory: &Path, deeper: usize, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::refused(format!("{} cannot be read: {error}", directory.display()))
    };
    let entries = std::fs::read_dir(directory).map_err(unreadable)?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<PathBuf>, _>>()
        .map_err(unreadable)?;
    paths.sort();
    for path in paths {
        let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes()[0] == b'.');
        if is_hidden {
            continue;
        }
        if path.is_dir() {
            if deeper > 0 {
                walk(&path, deeper - 1, found)?;
            }
        } else if path.extension().is_some_and(|end| ENDS.iter().any(|known| end == *known)) {
            found.push(path);
        }
    }
    Ok(())
}
