//! The static pod manifest on whole files: own ones, real ones, and mutants of both.

mod check;
mod comments;
mod corpus;
mod edits;
mod enable;
mod fuzz;
mod golden;
mod judge;
mod script;
mod strip;

use std::fs;
use std::path::{Path, PathBuf};

/// Returns the own manifests by name, in order.
fn own_manifests() -> Vec<(String, Vec<u8>)> {
    manifests_in(&data())
}

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/manifests")
}

fn manifests_in(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let is_manifest =
        |path: &PathBuf| path.extension().is_some_and(|end| end == "yaml" || end == "manifest");
    let mut paths: Vec<PathBuf> = entries.filter(is_manifest).collect();
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    paths.iter().map(|path| (name(path), fs::read(path).unwrap())).collect()
}
