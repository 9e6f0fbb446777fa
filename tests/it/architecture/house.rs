//! The sources of the workspace, as files.

use std::fs;
use std::path::{Path, PathBuf};

/// The crates of the workspace and where their sources are; the root package comes first.
pub(crate) const CRATES: &[(&str, &str)] = &[
    ("kubectl_audit", "src"),
    ("audit_log", "crates/audit-log/src"),
    ("audit_policy", "crates/audit-policy/src"),
    ("goyaml", "crates/goyaml/src"),
];

/// The directory of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file below a directory, with its text.
pub(crate) fn files_below(directory: &Path) -> Vec<(PathBuf, String)> {
    let mut found = vec![];
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}
