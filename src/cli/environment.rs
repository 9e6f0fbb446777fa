//! What a command reads from the process around it.
#![expect(clippy::disallowed_methods, reason = "the only place that reads the environment")]

use std::path::{Path, PathBuf};

/// The process around a command.
#[derive(Debug, Clone)]
pub(super) struct Environment {
    /// Whether we are root.
    pub(super) root: bool,
    /// How to call this program as a user, root not needed.
    program: String,
    /// Who asked: the user behind sudo, or the user.
    pub(super) user: String,
    /// The terminal, where there is one.
    pub(super) terminal: Option<String>,
}

impl Environment {
    /// Reads the process around us.
    #[must_use]
    pub(super) fn read() -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let uid = rustix::process::getuid().as_raw();
        let user = variable("SUDO_USER").or_else(|| variable("USER"));
        Self {
            root: rustix::process::geteuid().is_root(),
            program: program(std::env::current_exe().ok(), variable("PATH").as_deref()),
            user: user.unwrap_or_else(|| format!("uid {uid}")),
            terminal: rustix::termios::ttyname(std::io::stdin(), Vec::new())
                .ok()
                .and_then(|name| name.into_string().ok()),
        }
    }

    /// Returns a command line of ours that works here and now.
    #[must_use]
    pub(super) fn command(&self, arguments: &str) -> String {
        format!("{} {arguments}", self.program)
    }

    /// Returns a command line of ours that works here and now and is run by root.
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
    if same && found("kubectl").is_some() { PLUGIN.to_owned() } else { quoted(&own) }
}

fn is_file(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// Returns a path as one word for a POSIX shell.
pub(super) fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=:@%,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.into_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_with_blanks_and_quotes_are_one_word_for_a_shell() {
        assert_eq!(quoted(Path::new("/a/b-1.yaml")), "/a/b-1.yaml");
        assert_eq!(quoted(Path::new("/a b/c'd")), r"'/a b/c'\''d'");
    }
}
