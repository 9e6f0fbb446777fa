//! `test`: policies checked against written expectations.

mod init;
mod report;

pub(super) use init::relative;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::environment::Environment;
use super::policy_file::{self, name};
use super::{Exit, Failure, lint, ui::Ui};
use audit_policy::api::Version;
use audit_policy::expectations::Case;
use audit_policy::expectations::CheckResult;
use audit_policy::expectations::Expectations;
use audit_policy::finding::Severity;
use audit_policy::policy;
use audit_policy::policy::AcceptedPolicy;

/// Check a policy against written expectations
///
/// A file names a policy, requests, and what is expected of each. `test --init POLICY` writes a
/// first one, to be edited.
///
/// A request is written as `explain` takes it: `verb`, `resource` or `path`, `subresource`,
/// `namespace`, `user`, `groups`, or `noUser: true` for failed authentication. Without `groups` a
/// user has those that every such user has; with `groups` exactly these. Expected are `level`,
/// `stages`, `rule` (from 1, 0 for none) or `line`.
#[derive(Debug, Args)]
pub(super) struct TestArgs {
    /// The files with the expectations; `-` is standard input
    #[arg(value_name = "FILE", required_unless_present = "init")]
    files: Vec<PathBuf>,
    /// The policy, instead of the one that each file names
    #[arg(short = 'f', long, value_name = "FILE", conflicts_with = "init")]
    policy: Option<PathBuf>,
    /// Print a first file for POLICY: a request for each rule, and what is decided now
    #[arg(long, value_name = "POLICY", conflicts_with_all = ["files", "output", "fail_on"])]
    init: Option<PathBuf>,
    /// Take the requests from these logs where they have some for a rule, the most frequent first
    #[arg(long, value_name = "FILE", requires = "init", num_args = 1..)]
    log: Vec<PathBuf>,
    /// Write to FILE instead of standard output
    #[arg(long, value_name = "FILE", requires = "init")]
    out: Option<PathBuf>,
    /// Replace FILE if it is there
    #[arg(long, requires = "out")]
    force: bool,
    /// The version of the API server, such as 1.31; without it the newest
    #[arg(long = "for", value_name = "VERSION", value_parser = lint::version)]
    version: Option<Version>,
    /// From what on to end with 1: error is a request that is not as expected, warning one of the
    /// server about the policy, info a rule that no request is decided by
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t)]
    fail_on: lint::FailOn,
    /// Format of the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    output: TestFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum TestFormat {
    #[default]
    Text,
    Json,
    Junit,
}

/// A file of expectations, and what came of them.
struct TestedFile {
    /// What a person calls the file.
    file: String,
    /// What a person calls the policy.
    policy: String,
    version: Version,
    /// What the server would warn of.
    warning: Option<String>,
    cases: Vec<Case>,
    outcome: TestOutcome,
}

/// What came of a file.
enum TestOutcome {
    /// The server would not start with the policy, in its words.
    Refused(String),
    /// The requests were decided, in the order of the cases.
    Decided(AcceptedPolicy, Vec<CheckResult>),
}

/// Checks every file, or writes a first one.
pub(super) fn run(
    args: &TestArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    if let Some(policy) = &args.init {
        return init::run(args, policy, environment, ui);
    }
    let version = args.version.unwrap_or(Version::NEWEST);
    let tested = args
        .files
        .iter()
        .map(|file| test(file, args.policy.as_deref(), version))
        .collect::<Result<Vec<TestedFile>, Failure>>()?;
    match args.output {
        TestFormat::Text => ui.result(&report::text(&tested)),
        TestFormat::Json => ui.result(&format!("{:#}\n", report::json(&tested))),
        TestFormat::Junit => ui.result(&report::junit(&tested)),
    }
    let worst = tested.iter().filter_map(TestedFile::worst).max();
    Ok(if args.fail_on.includes(worst) { Exit::Findings } else { Exit::Done })
}

fn test(file: &Path, policy: Option<&Path>, version: Version) -> Result<TestedFile, Failure> {
    let text = String::from_utf8(policy_file::read(file)?)
        .map_err(|_| Failure::refused(format!("{} is not UTF-8", name(file))))?;
    let expectations = Expectations::read(&text)
        .map_err(|error| Failure::refused(format!("{}:{error}", name(file))))?;
    let policy = match (policy, &expectations.policy) {
        (Some(policy), _) => policy.to_owned(),
        (None, Some(policy)) => file.parent().unwrap_or(Path::new("")).join(policy),
        (None, None) => {
            let what = format!("{} names no policy", name(file));
            return Err(Failure::refused(what).next("--policy FILE names one."));
        }
    };
    let verdict = policy::judge(&policy_file::read_policy(&policy)?, version);
    let cases = expectations.cases;
    let outcome = match verdict.outcome {
        Err(refusal) => TestOutcome::Refused(refusal.error),
        Ok(accepted) => {
            let checked = cases.iter().map(|case| case.check(&accepted, version)).collect();
            TestOutcome::Decided(accepted, checked)
        }
    };
    let warning = verdict.warning;
    Ok(TestedFile { file: name(file), policy: name(&policy), version, warning, cases, outcome })
}

impl TestedFile {
    /// The requests that are not as expected.
    fn failed(&self) -> usize {
        match &self.outcome {
            TestOutcome::Refused(_) => self.cases.len(),
            TestOutcome::Decided(_, checked) => {
                checked.iter().filter(|checked| !checked.differences.is_empty()).count()
            }
        }
    }

    /// The rules, from 0, by which no request is decided.
    fn untested(&self) -> Vec<usize> {
        let TestOutcome::Decided(accepted, checked) = &self.outcome else { return vec![] };
        let decides = |rule: &usize| checked.iter().any(|it| it.why.decision.rule == Some(*rule));
        (0..accepted.policy().rules.len()).filter(|rule| !decides(rule)).collect()
    }

    fn worst(&self) -> Option<Severity> {
        if self.failed() > 0 {
            return Some(Severity::Error);
        }
        let untested = (!self.untested().is_empty()).then_some(Severity::Info);
        self.warning.as_ref().map(|_| Severity::Warning).or(untested)
    }
}
