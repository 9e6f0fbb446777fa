//! `lint`: judge a policy as the API server would, and report likely mistakes.

mod fix;
pub(in crate::cli) mod inputs;
mod json;
mod text;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{Exit, Failure, policy_file, ui::Ui};
use crate::view::findings::FileFindings;
use crate::view::github::github;
use crate::view::sarif::{SarifRule, sarif};
use audit_policy::api::Version;
use audit_policy::finding::Finding;
use audit_policy::finding::Place;
use audit_policy::finding::Severity;
use audit_policy::lint;
use audit_policy::lint::Advice;
use audit_policy::lint::CHECKS;
use audit_policy::lint::LintOptions;
use audit_policy::lint::LintReport;
use audit_policy::lint::OnWriteError;
use audit_policy::lint::Order;
use audit_policy::lint::Profile;
use audit_policy::policy;
use audit_policy::policy::Problem;
use audit_policy::policy::ProblemKind;
use audit_policy::policy::Verdict;
use audit_policy::policy::VersionRange;
use audit_policy::wrapped::WrappedPolicy;

/// Judge a policy as the API server would, and point out mistakes that the server accepts
///
/// The verdict is the server's own, in its own words, for every version from 1.24 to 1.37 or for
/// the one named by --for. Then come mistakes that the server accepts without a warning: rules that
/// are never reached, selectors that match nothing, secrets in the log.
///
/// A file that is something else is looked into: a ConfigMap or Secret, the cluster of kops, the
/// control plane of Cluster API, the machine configuration of Talos. Places are those of the file.
///
/// A comment `# kubectl-audit: ignore ID reason` above a rule or a line, or beside it, silences one
/// finding there.
#[derive(Debug, Args)]
pub(super) struct LintArgs {
    /// The policies, or directories of them; `-` is standard input, without any it is the policy
    /// that the API server's manifest names, else /etc/kubernetes/audit/policy.yaml
    #[arg(value_name = "POLICY")]
    policies: Vec<PathBuf>,
    /// One more policy
    #[arg(short = 'f', value_name = "FILE")]
    file: Vec<PathBuf>,
    /// The version of the API server, such as 1.31
    #[arg(long = "for", value_name = "VERSION", value_parser = version)]
    version: Option<Version>,
    /// Also check the policy against a benchmark; can be given several times
    #[arg(long, value_name = "PROFILE", value_enum)]
    profile: Vec<LintProfile>,
    /// How the server writes its log; with blocking-strict there is one thing more to get wrong
    #[arg(long, value_name = "MODE", value_enum, default_value_t)]
    log_mode: LogMode,
    /// The least severity that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t)]
    fail_on: FailOn,
    /// Repair what is safe to repair, in place: v1beta1, lost indentation
    #[arg(long)]
    fix: bool,
    /// With --fix: move a rule that matches everything after all others
    #[arg(long, requires = "fix")]
    reorder: bool,
    /// With --fix: show the repair and write nothing
    #[arg(long, value_name = "client", num_args = 0..=1, require_equals = true, requires = "fix",
          default_missing_value = "client", value_parser = ["client"])]
    dry_run: Option<String>,
    /// Format of the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    output: LintFormat,
}

/// For people or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum LintFormat {
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
enum LintProfile {
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
struct LintedPolicy {
    path: String,
    text: Vec<u8>,
    /// Where in the file the policy is, if it is not the file itself.
    within: Option<WrappedPolicy>,
    /// What to do about a refusal.
    advice: Vec<Advice>,
    /// How many things --fix repairs, and how many more with --reorder.
    fixable: FixableCount,
    /// The version that decides, and its verdict.
    version: Version,
    verdict: Verdict,
    /// The verdict of every range of versions, where several were asked for.
    ranges: Vec<VersionRange>,
    report: LintReport,
    /// The profiles that were asked for.
    profiles: Vec<Profile>,
}

/// Judges every policy; a refusal by the server counts as an error.
pub(super) fn run(args: &LintArgs, ui: &mut Ui) -> Result<Exit, Failure> {
    let mut paths: Vec<&Path> =
        args.policies.iter().chain(&args.file).map(PathBuf::as_path).collect();
    let own = paths.is_empty().then(|| policy_file::of_this_node(ui));
    paths.extend(own.as_deref());
    let mut judged = vec![];
    for path in inputs::files(&paths)? {
        let text = policy_file::read_policy(&path)?;
        let inside = inputs::policies_inside(&text);
        if inside.is_empty() {
            let text = if args.fix { fix::run(args, &path, text, ui)? } else { text };
            judged.push(judge(args, &path, text, None));
            continue;
        }
        if args.fix {
            let name = policy_file::name(&path);
            ui.warn(&format!("{name} holds a policy and is none itself: --fix leaves it as it is"));
        }
        for wrapped in inside {
            judged.push(judge(args, &path, wrapped.placed.clone().into_bytes(), Some(wrapped)));
        }
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

fn judge(
    args: &LintArgs,
    path: &Path,
    text: Vec<u8>,
    within: Option<WrappedPolicy>,
) -> LintedPolicy {
    let version = args.version.unwrap_or(Version::NEWEST);
    let options = args.options();
    let ranges = if args.version.is_some() { vec![] } else { policy::judge_all(&text) };
    let verdict = match ranges.iter().find(|range| (range.from..=range.to).contains(&version)) {
        Some(range) => range.verdict.clone(),
        None => policy::judge(&text, version),
    };
    let words = str::from_utf8(&text).unwrap_or_default();
    let first_refused = ranges.iter().map(|range| &range.verdict).find(|it| !it.is_accepted());
    LintedPolicy {
        path: policy_file::name(path),
        version,
        advice: lint::advice(words, first_refused.unwrap_or(&verdict)),
        fixable: if within.is_none() {
            FixableCount::of(words, version)
        } else {
            FixableCount::default()
        },
        within,
        verdict,
        report: lint::lint(&text, version, &options),
        profiles: options.profiles,
        text,
        ranges,
    }
}

fn shown(format: LintFormat, judged: &[LintedPolicy]) -> String {
    match format {
        LintFormat::Text => judged.iter().map(text::text).collect(),
        LintFormat::Json => format!("{:#}\n", json::json(judged)),
        LintFormat::Github => {
            with_verdicts(judged, |files| files.iter().copied().map(github).collect())
        }
        LintFormat::Sarif => with_verdicts(judged, |files| {
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
fn with_verdicts(judged: &[LintedPolicy], show: impl Fn(&[FileFindings<'_>]) -> String) -> String {
    let findings: Vec<Vec<Finding>> = judged
        .iter()
        .map(|judged| {
            let all = judged.server_findings().chain(judged.report.findings.clone());
            all.map(|finding| judged.in_the_file(finding)).collect()
        })
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

impl LintedPolicy {
    /// The worst that was found; a refusal is an error.
    fn worst(&self) -> Option<Severity> {
        if !self.verdict.is_accepted() {
            return Some(Severity::Error);
        }
        self.report.findings.iter().map(|finding| finding.severity).max()
    }

    /// Where a refusal is: where its cause is, if that is known better than the server knows it.
    fn place_of_error(&self, verdict: &Verdict) -> Option<Place> {
        self.advice.first().and_then(|advice| advice.place).or(verdict.place())
    }

    /// Places a finding in the file: in one that writes the policy in another way, such as in
    /// base64, everything is where the policy begins.
    fn in_the_file(&self, finding: Finding) -> Finding {
        match &self.within {
            Some(WrappedPolicy { is_placed: false, place: (line, column), .. }) => {
                let place = Some(Place { line: *line, column: *column });
                Finding { place, ..finding }
            }
            _ => finding,
        }
    }

    /// What the server says, as findings.
    fn server_findings(&self) -> impl Iterator<Item = Finding> {
        let Self { verdict, version, .. } = self;
        let warned = verdict.problems.iter().find(|it| is_warned(it)).map(|it| it.place);
        let finding =
            |severity, place, message, help| Finding { id: SERVER, severity, place, message, help };
        let warning = verdict.warning.as_ref().map(|warning| {
            let message = format!("API server {version} would log a warning: {warning}");
            finding(Severity::Warning, warned, message, None)
        });
        let error = verdict.refusal().map(|refusal| {
            let message = format!("an API server {version} would not start with it: {refusal}");
            let words: Vec<&str> = self.advice.iter().map(|advice| &*advice.words).collect();
            let help = (!words.is_empty()).then(|| words.join("; "));
            finding(Severity::Error, self.place_of_error(verdict), message, help)
        });
        warning.into_iter().chain(error)
    }
}

/// How many things of a policy can be repaired without asking.
#[derive(Debug, Clone, Copy, Default)]
struct FixableCount {
    /// By --fix.
    plain: usize,
    /// Besides, by --fix --reorder.
    by_order: usize,
}

impl FixableCount {
    fn of(text: &str, version: Version) -> Self {
        let repairs =
            |order| lint::fix(text, version, order).map_or(0, |fixed| fixed.repairs.len());
        let plain = repairs(Order::Kept);
        Self { plain, by_order: repairs(Order::CatchAllLast).saturating_sub(plain) }
    }
}

impl LintArgs {
    /// Whether no file is changed.
    pub(super) fn only_reads(&self) -> bool {
        !self.fix || self.dry_run.is_some()
    }

    fn options(&self) -> LintOptions {
        let sink = match self.log_mode {
            LogMode::Batch | LogMode::Blocking => OnWriteError::Tolerant,
            LogMode::BlockingStrict => OnWriteError::Strict,
        };
        let profile = |book: &LintProfile| match book {
            LintProfile::Cis => Profile::Cis,
            LintProfile::Stig => Profile::Stig,
            LintProfile::Kubescape => Profile::Kubescape,
        };
        let profiles = self.profile.iter().map(profile).collect();
        LintOptions { sink, profiles, for_older: self.version.is_none() }
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
