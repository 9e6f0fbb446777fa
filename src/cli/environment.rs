//! What a command reads from the process around it.
#![expect(clippy::disallowed_methods, reason = "the only place that reads the environment")]

use std::path::{Path, PathBuf};

use crate::host::caller;
use crate::shell;

/// The process around a command.
#[derive(Debug, Clone)]
pub(super) struct Environment {
    /// Whether we are root.
    pub(super) root: bool,
    /// How to call this program as a user, root not needed.
    program: String,
    /// Who asked: the user who called sudo, or the user.
    pub(super) user: String,
    /// The terminal, where there is one.
    pub(super) terminal: Option<String>,
    /// The user's home directory.
    pub(super) home: Option<PathBuf>,
    /// The pager the user wants; empty for none.
    pub(super) pager: Option<String>,
}

impl Environment {
    /// Reads the process around us.
    #[must_use]
    pub(super) fn read() -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let uid = caller::uid();
        let user = variable("SUDO_USER").or_else(|| variable("USER"));
        Self {
            root: caller::effective_uid() == Some(0),
            program: program(std::env::current_exe().ok(), variable("PATH").as_deref()),
            user: user.unwrap_or_else(|| match uid {
                Some(0) => "root".to_owned(),
                Some(uid) => format!("uid {uid}"),
                None => "unknown".to_owned(),
            }),
            terminal: caller::terminal(),
            home: variable("HOME").map(PathBuf::from),
            pager: ["KUBECTL_AUDIT_PAGER", "PAGER"]
                .into_iter()
                .find_map(|name| std::env::var(name).ok())
                .or_else(|| (variable("TERM")? == "dumb").then(String::new)),
        }
    }

    /// Returns the command line that was typed, for root to run.
    pub(super) fn again_as_root(&self) -> String {
        let arguments = std::env::args_os().skip(1);
        let words: Vec<String> = arguments.map(|word| shell::word(Path::new(&word))).collect();
        self.root_command(&words.join(" "))
    }

    /// Returns a command line of this program that works here and now.
    #[must_use]
    pub(super) fn command(&self, arguments: &str) -> String {
        format!("{} {arguments}", self.program)
    }

    /// Returns a command line of this program that works here and now and is run by root.
    ///
    /// A krew plugin is not on root's `PATH`, so `sudo` is given the caller's.
    #[must_use]
    pub(super) fn root_command(&self, arguments: &str) -> String {
        match (self.root, self.program.as_str()) {
            (true, program) => format!("{program} {arguments}"),
            (false, PLUGIN) => format!("sudo env \"PATH=$PATH\" {PLUGIN} {arguments}"),
            (false, program) => format!("sudo {program} {arguments}"),
        }
    }
}

/// How kubectl calls us when it finds us.
const PLUGIN: &str = "kubectl audit";

/// Returns `kubectl audit` if kubectl would find this very program, else its absolute path.
fn program(own: Option<PathBuf>, path: Option<&str>) -> String {
    let Some(own) = own else { return PLUGIN.to_owned() };
    let found = |name: &str| {
        let directories = std::env::split_paths(path.unwrap_or_default());
        directories.map(|directory| directory.join(name)).find(|file| is_file(file))
    };
    let same =
        found("kubectl-audit").and_then(|file| file.canonicalize().ok()) == Some(own.clone());
    if same && found("kubectl").is_some() { PLUGIN.to_owned() } else { shell::word(&own) }
}

fn is_file(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}
