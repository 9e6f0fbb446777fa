//! A stand-in for kubectl: a script that answers as the test says.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};

/// Runs our program with a kubectl that is this script, or with none, and returns what it was asked.
pub(crate) fn run(script: Option<&str>, arguments: &[&str]) -> (Output, String) {
    let directory = tempfile::tempdir().unwrap();
    let asked = directory.path().join("asked");
    if let Some(script) = script {
        let kubectl = directory.path().join("kubectl");
        let text = format!("#!/bin/sh\necho \"$@\" > {}\n{script}\n", asked.display());
        fs::write(&kubectl, text).unwrap();
        fs::set_permissions(&kubectl, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-audit"));
    let output = command.args(arguments).env("PATH", directory.path()).output().unwrap();
    (output, fs::read_to_string(asked).unwrap_or_default())
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
