//! A policy to ask questions of: read, and accepted by the server.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::{Failure, ui::Ui};
use crate::api::Version;
use crate::policy::{self, AcceptedPolicy};
use crate::settings::POLICY_PATH;
use crate::shell;

/// A policy that a server of the asked version starts with.
pub(super) struct PolicyFile {
    /// What a person calls it.
    pub(super) name: String,
    /// The policy.
    pub(super) accepted: AcceptedPolicy,
    /// The version that accepts it.
    pub(super) version: Version,
}

impl PolicyFile {
    /// Reads the policy at `path`, or the node's own. What the server would warn of is said.
    pub(super) fn read(
        path: Option<&Path>,
        version: Option<Version>,
        environment: &Environment,
        ui: &mut Ui,
    ) -> Result<Self, Failure> {
        let named = path.is_some();
        let path = path.unwrap_or(Path::new(POLICY_PATH));
        let text = read(path).map_err(|failure| match named {
            true => failure,
            false => failure.next("-f FILE names a policy."),
        })?;
        let name = name(path);
        let version = version.unwrap_or(Version::NEWEST);
        let verdict = policy::judge(&text, version);
        if let Some(warning) = &verdict.warning {
            ui.warn(&format!("{name}: an API server {version} warns: {warning}"));
        }
        let Some(accepted) = verdict.accepted else {
            let error = verdict.error.unwrap_or_default();
            let what = format!("{name}: an API server {version} would not start with it: {error}");
            let lint = environment.command(&format!("lint {}", shell::word(path)));
            return Err(Failure::refused(what).next(lint));
        };
        Ok(Self { name, accepted, version })
    }
}

/// What a person calls a file.
pub(super) fn name(path: &Path) -> String {
    if path == Path::new("-") { "<stdin>".to_owned() } else { path.display().to_string() }
}

/// Reads a file of the caller, whatever kind of file it is and whatever way leads there; `-` is
/// standard input.
#[expect(clippy::disallowed_methods, reason = "the caller's file, which is not one of the node")]
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    if path == Path::new("-") {
        let mut text = vec![];
        std::io::stdin().read_to_end(&mut text)?;
        return Ok(text);
    }
    std::fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            Failure::refused(format!("there is no file {}", path.display()))
        }
        _ => Failure::refused(format!("{} cannot be read: {error}", path.display())),
    })
}

/// Returns where a file of the caller really lies, behind every link and `..`.
pub(super) fn real_path(path: &Path) -> Result<PathBuf, Failure> {
    Ok(std::fs::canonicalize(path)?)
}
