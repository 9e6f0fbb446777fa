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
    files_with(directory, "rs", &mut found);
    found.sort();
    found
}

/// Adds every file below a directory whose name ends so, with its text; what is built is left out.
pub(crate) fn files_with(directory: &Path, end: &str, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            files_with(&path, end, found);
        } else if path.extension().is_some_and(|it| it == end) {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
}
