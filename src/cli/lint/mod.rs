//! `lint`: judge a policy as the API server would, and report likely mistakes.

mod args;
mod fix;
pub(in crate::cli) mod inputs;
mod json;
mod linted;
mod text;

use std::path::{Path, PathBuf};

use super::node::Format;
use super::{Exit, Failure, policy_file, ui::Ui};
use crate::view::findings::FileFindings;
use crate::view::github::github;
use crate::view::sarif::{SarifRule, sarif};
pub(super) use args::LintArgs;
use args::LintFormat;
use audit_policy::api::Version;
use audit_policy::finding::Finding;
use audit_policy::finding::Severity;
use audit_policy::lint;
use audit_policy::lint::CHECKS;
use audit_policy::policy;
use audit_policy::wrapped::{self, WrappedPolicy};
use linted::{FixableCount, LintedPolicy, SERVER};

/// Judges every policy; a refusal by the server counts as an error.
pub(super) fn run(args: &LintArgs, ui: &mut Ui) -> Result<Exit, Failure> {
    let mut paths: Vec<&Path> =
        args.policies.iter().chain(&args.file).map(PathBuf::as_path).collect();
    let own = paths.is_empty().then(|| policy_file::of_this_node(ui));
    paths.extend(own.as_deref());
    let mut judged = vec![];
    for path in inputs::files(&paths)? {
        let text = policy_file::read_policy(&path)?;
        let inside = wrapped::policies_inside(&text);
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
    ui.long_result(&shown(args.output, &judged));
    let fails = judged.iter().any(|judged| args.fail_on.includes(judged.worst()));
    Ok(if fails { Exit::Findings } else { Exit::Done })
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
        LintFormat::Json => Format::Json.document(&json::json(judged)),
        LintFormat::Yaml => Format::Yaml.document(&json::json(judged)),
        LintFormat::Github => {
            with_verdicts(judged, |files| files.iter().copied().map(github).collect())
        }
        LintFormat::Sarif => with_verdicts(judged, |files| {
            let home = env!("CARGO_PKG_REPOSITORY");
            format!("{:#}\n", sarif(files, &sarif_rules(), env!("CARGO_PKG_VERSION"), home))
        }),
    }
}

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
