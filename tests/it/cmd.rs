//! Runs the transcripts: every console block in `tests/cmd/*.md`, one of which is README.md.
//!
//! `kubectl audit …` runs through a stand-in for kubectl that does what kubectl does with a plugin:
//! it calls `kubectl-audit` from the `PATH` with the rest of the command line.

use std::env;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

const KUBECTL: &str = "#!/bin/sh\n[ \"$1\" = audit ] && shift && exec kubectl-audit \"$@\"\n";

#[test]
fn every_transcript_is_what_a_user_sees() {
    let stage = tempfile::tempdir().unwrap();
    let bin = stage.path().join("bin");
    fs::create_dir(&bin).unwrap();
    let kubectl = bin.join("kubectl");
    fs::write(&kubectl, KUBECTL).unwrap();
    fs::set_permissions(&kubectl, fs::Permissions::from_mode(0o755)).unwrap();
    symlink(env!("CARGO_BIN_EXE_kubectl-audit"), bin.join("kubectl-audit")).unwrap();
    let path = format!("{}:{}", bin.display(), env::var("PATH").unwrap());

    let cases = trycmd::TestCases::new();
    cases.register_bin("kubectl", Path::new(&kubectl));
    cases.env("PATH", path).env("NO_COLOR", "1").env("USER", "root").env("SUDO_USER", "");
    cases.case("tests/cmd/*.md");
    cases.run();
}
