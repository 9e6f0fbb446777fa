//! `lint`: judge a policy as the API server would, and point out what it would be regretted for.

mod fix;
mod json;
mod text;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{Exit, Failure, policy_file, ui::Ui};
use crate::settings::POLICY_PATH;
use crate::view::findings::FileFindings;
use crate::view::github::github;
use crate::view::sarif::{SarifRule, sarif};
use audit_policy::api::Version;
use audit_policy::finding::Finding;
use audit_policy::finding::Severity;
use audit_policy::lint;
use audit_policy::lint::CHECKS;
use audit_policy::lint::Options;
use audit_policy::lint::Order;
use audit_policy::lint::Profile;
use audit_policy::lint::Report;
use audit_policy::lint::Sink;
use audit_policy::policy;
use audit_policy::policy::Problem;
use audit_policy::policy::ProblemKind;
use audit_policy::policy::Verdict;
use audit_policy::policy::VersionRange;

/// Judge a policy as the API server would, and point out what it would be regretted for
///
/// The verdict is the server's own, in its own words, for every version from 1.24 to 1.37 or for
/// the one named by --for. Then comes what the server takes without a word and does not mean: rules
/// that are never reached, selectors that match nothing, secrets in the log.
///
/// A comment `# kubectl-audit: ignore ID reason` above a rule or a line, or beside it, silences one
/// finding there.
#[derive(Debug, Args)]
pub(super) struct LintArgs {
    /// The policies; `-` is standard input, without any it is /etc/kubernetes/audit/policy.yaml
    #[arg(value_name = "POLICY")]
    policies: Vec<PathBuf>,
    /// One more policy
    #[arg(short = 'f', value_name = "FILE")]
    file: Vec<PathBuf>,
    /// The version of the API server, such as 1.31
    #[arg(long = "for", value_name = "VERSION", value_parser = version)]
    version: Option<Version>,
    /// Hold the policy against a rule book as well; can be given several times
    #[arg(long, value_name = "PROFILE", value_enum)]
    profile: Vec<Book>,
    /// How the server writes its log; with blocking-strict there is one thing more to get wrong
    #[arg(long, value_name = "MODE", value_enum, default_value_t)]
    log_mode: LogMode,
    /// The least severity that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t)]
    fail_on: FailOn,
    /// Repair what is safe to repair, in place: v1beta1, lost indentation
    #[arg(long)]
    fix: bool,
    /// With --fix: move a rule that matches everything behind all others
    #[arg(long, requires = "fix")]
    reorder: bool,
    /// With --fix: show the repair and write nothing
    #[arg(long, value_name = "client", num_args = 0..=1, require_equals = true, requires = "fix",
          default_missing_value = "client", value_parser = ["client"])]
    dry_run: Option<String>,
    /// Format of the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    output: Format,
}

/// For people or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// Text
    #[default]
    Text,
    /// JSON
    Json,
    /// SARIF 2.1.0, for code hosts and editors
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
}

/// A rule book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Book {
    /// CIS Kubernetes Benchmark 3.2.2
    Cis,
    /// DISA STIG V-242403
    Stig,
    /// kubescape C-0161
    Kubescape,
}

/// `--audit-log-mode` of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum LogMode {
    /// Events are written later
    Batch,
    /// Events are written at once
    #[default]
    Blocking,
    /// A request whose event cannot be written is refused
    BlockingStrict,
}

/// What makes the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum FailOn {
    /// Errors
    #[default]
    Error,
    /// Warnings and errors
    Warning,
    /// Anything
    Info,
    /// Nothing
    Never,
}

/// A policy text, its verdicts and what was found in it.
struct Judged {
    path: String,
    text: Vec<u8>,
    /// The version that decides, and its verdict.
    version: Version,
    verdict: Verdict,
    /// The verdict of every range of versions, where several were asked for.
    ranges: Vec<VersionRange>,
    report: Report,
    /// The profiles that were asked for.
    profiles: Vec<Profile>,
}

/// Judges every policy; a refusal by the server counts as an error.
pub(super) fn run(args: &LintArgs, ui: &mut Ui) -> Result<Exit, Failure> {
    let mut paths: Vec<&Path> =
        args.policies.iter().chain(&args.file).map(PathBuf::as_path).collect();
    if paths.is_empty() {
        paths.push(Path::new(POLICY_PATH));
    }
    let mut judged = vec![];
    for path in paths {
        let text = policy_file::read_policy(path)?;
        let text = if args.fix { fix::run(args, path, text, ui)? } else { text };
        judged.push(judge(args, path, text));
    }
    ui.result(&shown(args.output, &judged));
    let fails = judged.iter().any(|judged| args.fail_on.includes(judged.worst()));
    Ok(if fails { Exit::Findings } else { Exit::Done })
}

/// Reads a version whose rules are known.
pub(super) fn version(text: &str) -> Result<Version, String> {
    let known = || format!("the rules of 1.24 to {} are known", Version::NEWEST);
    let version = Version::parse(text).ok_or_else(known)?;
    if version == version.nearest_supported() { Ok(version) } else { Err(known()) }
}

fn judge(args: &LintArgs, path: &Path, text: Vec<u8>) -> Judged {
    let version = args.version.unwrap_or(Version::NEWEST);
    let options = args.options();
    let ranges = if args.version.is_some() { vec![] } else { policy::judge_all(&text) };
    let verdict = match ranges.iter().find(|range| (range.from..=range.to).contains(&version)) {
        Some(range) => range.verdict.clone(),
        None => policy::judge(&text, version),
    };
    Judged {
        path: policy_file::name(path),
        version,
        verdict,
        report: lint::lint(&text, version, &options),
        profiles: options.profiles,
        text,
        ranges,
    }
}

fn shown(format: Format, judged: &[Judged]) -> String {
    match format {
        Format::Text => judged.iter().map(text::text).collect(),
        Format::Json => format!("{:#}\n", json::json(judged)),
        Format::Github => {
            with_verdicts(judged, |files| files.iter().copied().map(github).collect())
        }
        Format::Sarif => with_verdicts(judged, |files| {
            let home = env!("CARGO_PKG_REPOSITORY");
            format!("{:#}\n", sarif(files, &sarif_rules(), env!("CARGO_PKG_VERSION"), home))
        }),
    }
}

/// The id of what the server says, where there is no other place for it.
const SERVER: &str = "server-verdict";

fn sarif_rules() -> Vec<SarifRule> {
    let about = "what the API server says to the policy, in its own words";
    let server = SarifRule { id: SERVER, severity: Severity::Error, about };
    let ours = CHECKS.iter().map(|check| SarifRule {
        id: check.id,
        severity: check.severity,
        about: check.about,
    });
    std::iter::once(server).chain(ours).collect()
}

/// Shows files whose first findings are what the server says.
fn with_verdicts(judged: &[Judged], show: impl Fn(&[FileFindings<'_>]) -> String) -> String {
    let findings: Vec<Vec<Finding>> = judged
        .iter()
        .map(|judged| judged.server_findings().chain(judged.report.findings.clone()).collect())
        .collect();
    let files: Vec<FileFindings<'_>> = judged
        .iter()
        .zip(&findings)
        .map(|(judged, findings)| FileFindings {
            path: &judged.path,
            text: "",
            findings,
            ignored: judged.report.ignored,
        })
        .collect();
    show(&files)
}

impl Judged {
    /// The worst that was found; a refusal is an error.
    fn worst(&self) -> Option<Severity> {
        if self.verdict.accepted.is_none() {
            return Some(Severity::Error);
        }
        self.report.findings.iter().map(|finding| finding.severity).max()
    }

    /// What the server says, as findings.
    fn server_findings(&self) -> impl Iterator<Item = Finding> {
        let Self { verdict, version, .. } = self;
        let warned = verdict.problems.iter().find(|it| is_warned(it)).map(|it| it.place);
        let finding =
            |severity, place, message| Finding { id: SERVER, severity, place, message, help: None };
        let warning = verdict.warning.as_ref().map(|warning| {
            let message = format!("an API server {version} warns: {warning}");
            finding(Severity::Warning, warned, message)
        });
        let error = verdict.error.as_ref().map(|error| {
            let message = format!("an API server {version} would not start with it: {error}");
            finding(Severity::Error, verdict.place, message)
        });
        warning.into_iter().chain(error)
    }
}

impl LintArgs {
    fn options(&self) -> Options {
        let sink = match self.log_mode {
            LogMode::Batch | LogMode::Blocking => Sink::Tolerant,
            LogMode::BlockingStrict => Sink::Strict,
        };
        let profile = |book: &Book| match book {
            Book::Cis => Profile::Cis,
            Book::Stig => Profile::Stig,
            Book::Kubescape => Profile::Kubescape,
        };
        Options { sink, profiles: self.profile.iter().map(profile).collect() }
    }

    fn order(&self) -> Order {
        if self.reorder { Order::CatchAllLast } else { Order::Kept }
    }
}

impl FailOn {
    /// Whether findings of which the worst is this bad make the exit code 1.
    pub(super) fn includes(self, worst: Option<Severity>) -> bool {
        let least = match self {
            Self::Never => return false,
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Info => Severity::Info,
        };
        worst.is_some_and(|worst| worst >= least)
    }
}

/// Whether the server only warns of it.
fn is_warned(problem: &Problem) -> bool {
    matches!(problem.kind, ProblemKind::UnknownField | ProblemKind::DuplicateField)
}
