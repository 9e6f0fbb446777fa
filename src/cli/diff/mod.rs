//! `diff`: which requests two policies decide differently.

mod json;

use std::path::{Path, PathBuf};

use clap::Args;

use super::environment::Environment;
use super::node::Format;
use super::policy_file::PolicyFile;
use super::{Exit, Failure, args, ui::Ui};
use crate::shell;
use crate::view::comparison::{ComparedPolicy, comparison};
use audit_policy::analysis::Bound;
use audit_policy::analysis::ClusterFacts;
use audit_policy::analysis::DecisionChange;
use audit_policy::analysis::DecisionEquality;
use audit_policy::analysis::Difference;
use audit_policy::analysis::difference;
use audit_policy::api::Version;
use audit_policy::request::Words;

/// Show which requests two policies decide differently
///
/// About meaning, not about text: policies that decide every request alike give no output, however
/// they are written. What is shown is exact; no request is in two classes, and no two classes could
/// be one. Ends with 1 if anything differs.
///
/// A template is compared by a pipe: `kubectl audit init gce | kubectl audit diff - policy.yaml`.
#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// The policy before; `-` is standard input
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The policy after; `-` is standard input
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// The version of the API server, such as 1.31; without it the newest
    #[arg(long = "for", value_name = "VERSION", value_parser = args::version)]
    version: Option<Version>,
    /// Format of the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    output: Format,
}

/// Compares the two; a difference that is too much work to find out is no difference found.
pub(super) fn run(
    args: &DiffArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    let is_stdin = |path: &Path| path == Path::new("-");
    if is_stdin(&args.old) && is_stdin(&args.new) {
        return Err(Failure::refused("standard input cannot be both policies"));
    }
    let mut read = |path: &Path| PolicyFile::read(Some(path), args.version, environment, ui);
    let files = [read(&args.old)?, read(&args.new)?];
    let difference = compare(&files);
    match args.output {
        Format::Text => {
            let asked = if is_stdin(&args.new) { &args.old } else { &args.new };
            let ask = |change: &DecisionChange| command(change, asked, args.version, environment);
            ui.long_result(&text(&files, &difference, ask));
        }
        format => ui.result(&format.document(&json::report(&files, &difference))),
    }
    match difference {
        Difference::Equal => Ok(Exit::Done),
        Difference::Classes(_) => Ok(Exit::Findings),
        Difference::NotDecided(found) if !found.is_empty() => {
            ui.warn("these are some of the differences: to find all would take too much work");
            Ok(Exit::Findings)
        }
        Difference::NotDecided(_) => Err(Failure::refused(format!(
            "not decided whether {} and {} differ: that would take too much work",
            files[0].name, files[1].name
        ))),
    }
}

fn compare(files: &[PolicyFile; 2]) -> Difference {
    let [old, new] = files;
    let policies = [old.accepted.policy(), new.accepted.policy()];
    let world = ClusterFacts::of_every_cluster();
    difference(policies, new.version, world, DecisionEquality::Observed, Bound::default())
}

fn text(
    files: &[PolicyFile; 2],
    difference: &Difference,
    ask: impl Fn(&DecisionChange) -> Option<String>,
) -> String {
    let changes = difference.changes();
    if changes.is_empty() {
        return String::new();
    }
    let sides =
        files.each_ref().map(|file| ComparedPolicy { name: &file.name, accepted: &file.accepted });
    comparison(sides, changes, ask)
}

/// The command line that explains what becomes of the example of a class.
fn command(
    change: &DecisionChange,
    policy: &Path,
    version: Option<Version>,
    environment: &Environment,
) -> Option<String> {
    let mut words = vec!["explain".to_owned()];
    words.extend(Words::of(&change.example)?.arguments()?);
    words.extend(["-f".to_owned(), policy.display().to_string()]);
    words.extend(version.into_iter().flat_map(|version| ["--for".to_owned(), version.to_string()]));
    let words: Vec<String> = words.iter().map(|word| shell::word(Path::new(word))).collect();
    Some(environment.command(&words.join(" ")))
}
