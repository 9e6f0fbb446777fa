//! `suggest`: proposes rules from recorded traffic.

mod report;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::environment::Environment;
use super::log_input::{InputArgs, traffic};
use super::policy_file;
use super::{Exit, Failure, ui::Ui};
use crate::host::log_file;
use crate::manifest::Manifest;
use crate::shell;
use crate::suggest::{Bounds, Proposals, Traffic, improve, propose};
use crate::template::Template;
use audit_policy::api::Version;
use audit_policy::expectations;
use audit_policy::policy::{AcceptedPolicy, judge};
use std::io::Write as _;

/// Propose rules from recorded traffic, with what each saves
///
/// Proposed are rules for what programs read and say of themselves over and over, for bodies that
/// nobody reads, and settings. Each is measured on the log. Secrets, configmaps, tokens, permissions,
/// ways into a container, changes of objects and whatever people do stay recorded; a policy that
/// passes the cis profile passes it afterwards, and lint finds nothing new.
///
/// A log tells what was, not what will be: look at what a rule hides before you use it.
#[derive(Debug, Args)]
pub(super) struct SuggestArgs {
    /// The policy to improve; without it that of this node's API server with this node's log, else
    /// the template cis
    #[arg(long, value_name = "FILE", conflicts_with = "template")]
    policy: Option<PathBuf>,
    /// The template to improve
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    /// Leave out what saves less than this part of the bytes, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 1.0)]
    least: f64,
    /// Propose no more than this
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Format of the result; yaml is the policy with the proposals
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    output: SuggestFormat,
    /// Write the policy with the proposals to FILE, which only its owner can read
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write a test of that policy to FILE, with requests out of the log
    #[arg(long, value_name = "FILE", requires = "out")]
    test_out: Option<PathBuf>,
    #[command(flatten)]
    input: InputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum SuggestFormat {
    /// The proposals, for people
    #[default]
    Text,
    /// The proposals, for programs
    Json,
    /// The policy
    Yaml,
}

/// The policy that is to record less.
struct BasePolicy {
    name: String,
    text: String,
    accepted: AcceptedPolicy,
}

/// Reads the log, and says what could be left out.
pub(super) fn run(
    args: &SuggestArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    if !(0.0..=100.0).contains(&args.least) {
        return Err(Failure::refused("--least is a part of all bytes in percent, from 0 to 100"));
    }
    let version = Version::NEWEST;
    let base = base(args, ui)?;
    let (traffic, _, span) = traffic(&args.input, base.accepted.policy(), version, ui)?;
    let bounds = Bounds { share: args.least / 100.0, most: args.limit };
    let Proposals { all, now } = propose(&traffic, base.accepted.policy(), &bounds);
    let Some(improved) = improve(&base.text, &all, version) else {
        return Err(Failure::refused(format!("{} is accepted by no server", base.name)));
    };
    let report = report::SuggestReport {
        base: &base.name,
        proposals: &all,
        improved: &improved,
        traffic: &traffic,
        now: &now,
        seconds: span.seconds(),
    };
    match args.output {
        SuggestFormat::Text => ui.result(&report.text()),
        SuggestFormat::Json => ui.result(&format!("{:#}\n", report.json())),
        SuggestFormat::Yaml => ui.result(&improved.text),
    }
    if let Some(out) = &args.out {
        write(out, &improved.text)?;
        ui.say(&format!("Wrote the policy to {}.", out.display()));
        if let Some(test) = &args.test_out {
            write(test, &tests(out, test, &improved.accepted, &traffic, version)?)?;
            ui.say(&format!("Wrote a test of it to {}.", test.display()));
            let next = environment.command(&format!("test {}", shell::word(test)));
            ui.say(&format!("Next:\n  {next}"));
        }
    }
    Ok(Exit::Done)
}

/// Returns expectations for the policy in `policy`, to be written to `file`.
fn tests(
    policy: &Path,
    file: &Path,
    accepted: &AcceptedPolicy,
    traffic: &Traffic,
    version: Version,
) -> Result<String, Failure> {
    let beside = std::path::absolute(file.parent().unwrap_or(Path::new("")).join("."))?;
    let path = policy_file::relative(&std::path::absolute(policy)?, &beside).display().to_string();
    Ok(expectations::starter(accepted, &path, version, &traffic.examples()))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error| Failure::refused(format!("{} cannot be made: {error}", path.display()));
    let mut file = log_file::create_private(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}

fn base(args: &SuggestArgs, ui: &mut Ui) -> Result<BasePolicy, Failure> {
    let (name, text) = match (&args.policy, &args.template) {
        (Some(path), _) => (policy_file::name(path), policy_file::read_policy(path)?),
        (None, Some(name)) => {
            let template = Template::find(name).map_err(Failure::refused)?;
            (format!("the template {name}"), template.text.into())
        }
        (None, None) if args.input.files.is_empty() => own(args, ui)?,
        (None, None) => {
            let template = Template::find("cis").map_err(Failure::refused)?;
            ("the template cis".to_owned(), template.text.into())
        }
    };
    let verdict = judge(&text, Version::NEWEST);
    let text =
        String::from_utf8(text).map_err(|_| Failure::refused(format!("{name} is not UTF-8")))?;
    match verdict.outcome {
        Ok(accepted) => Ok(BasePolicy { name, text, accepted }),
        Err(refusal) => Err(Failure::refused(format!(
            "{name}: an API server {} would not start with it: {refusal}",
            Version::NEWEST,
        ))),
    }
}

/// The policy of this node's API server.
fn own(args: &SuggestArgs, ui: &mut Ui) -> Result<(String, Vec<u8>), Failure> {
    let node = args.input.node.node(ui.stop(), false)?;
    let path = node.manifest_path()?;
    let manifest = Manifest::parse_for_rescue(&node.host.read(&path)?)
        .map_err(|error| Failure::refused(format!("{} cannot be read: {error}", path.display())))?;
    let policy = manifest
        .flag("audit-policy-file")
        .and_then(|flag| manifest.seen_at(flag)?.node_path)
        .map(PathBuf::from);
    let Some(policy) = policy else {
        return Err(Failure::refused(format!("{} names no audit policy", path.display()))
            .next("--policy FILE or --template NAME names the policy to improve."));
    };
    Ok((policy.display().to_string(), node.host.read(&policy)?))
}
