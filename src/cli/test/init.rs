//! `test --init`: a first file of expectations.

use std::path::Path;

use super::args::TestArgs;
use crate::cli::environment::Environment;
use crate::cli::log_input::{InputArgs, traffic};
use crate::cli::policy_file::PolicyFile;
use crate::cli::policy_file::relative;
use crate::cli::{Exit, Failure, replace, ui::Ui};
use crate::shell;
use crate::suggest::Traffic;
use audit_policy::expectations;

/// Prints or writes a file that holds what the policy does today.
pub(super) fn run(
    args: &TestArgs,
    policy: &Path,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    let file = PolicyFile::read(Some(policy), args.version, environment, ui)?;
    let traffic = match &args.log[..] {
        [] => Traffic::new(file.accepted.policy(), file.version),
        log => traffic(&InputArgs::all_of(log), file.accepted.policy(), file.version, ui)?.0,
    };
    let seen = traffic.examples();
    let starter = |path: &Path| {
        let path = path.display().to_string();
        expectations::starter(&file.accepted, &path, file.version, &seen)
    };
    let Some(out) = &args.out else {
        ui.result(&starter(policy));
        return Ok(Exit::Done);
    };
    let beside = out.parent().unwrap_or(Path::new(""));
    let path = relative(&std::path::absolute(policy)?, &std::path::absolute(beside.join("."))?);
    replace::write(out, &starter(&path), args.force)?;
    ui.say(&format!("Wrote what {} does now to {}.", file.name, out.display()));
    let next = environment.command(&format!("test {}", shell::word(out)));
    ui.say(&format!("Next:\n  {next}"));
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_named_as_seen_from_the_directory_of_the_file() {
        let way = |file: &str, from: &str| relative(Path::new(file), Path::new(from));
        assert_eq!(way("/a/b/p.yaml", "/a/b"), Path::new("p.yaml"));
        assert_eq!(way("/a/p.yaml", "/a/tests/x"), Path::new("../../p.yaml"));
        assert_eq!(way("/etc/p.yaml", "/home"), Path::new("../etc/p.yaml"));
    }
}
