//! `test`: policies checked against written expectations.

mod args;
mod init;
mod report;
mod tested;

use std::path::Path;

use super::environment::Environment;
use super::node::Format;
use super::policy_file::{self, name};
use super::{Exit, Failure, ui::Ui};
pub(super) use args::TestArgs;
use args::TestFormat;
use audit_policy::api::Version;
use audit_policy::expectations::Expectations;
use audit_policy::policy;
use tested::{TestOutcome, TestedFile};

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
        TestFormat::Json => ui.result(&Format::Json.document(&report::json(&tested))),
        TestFormat::Yaml => ui.result(&Format::Yaml.document(&report::json(&tested))),
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
