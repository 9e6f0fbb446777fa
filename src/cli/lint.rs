//! `lint`: judge a policy as the API server would.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use super::node::Format;
use super::{Exit, Failure, ground, ui::Ui};
use crate::api::Version;
use crate::finding::Severity;
use crate::host::Local;
use crate::plan::Standing;
use crate::policy::{self, Problem, ProblemKind, Verdict, VersionRange};
use crate::settings::POLICY_PATH;
use crate::view::paint::{Tone, paint};
use crate::view::snippet::snippet;

/// Judge a policy as the API server would
///
/// The verdict is the server's own, in its own words, for every version from 1.24 to 1.37 or for
/// the one named by --for.
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
    /// Format of the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    output: Format,
}

/// A policy text and its verdicts.
struct Judged {
    path: String,
    text: Vec<u8>,
    /// The version that decides, and its verdict.
    version: Version,
    verdict: Verdict,
    /// The verdict of every range of versions, where several were asked for.
    ranges: Vec<VersionRange>,
}

/// Judges every policy; rejected by the server is an error.
pub(super) fn run(args: &LintArgs, ui: &mut Ui) -> Result<Exit, Failure> {
    let mut paths: Vec<&Path> =
        args.policies.iter().chain(&args.file).map(PathBuf::as_path).collect();
    if paths.is_empty() {
        paths.push(Path::new(POLICY_PATH));
    }
    let judged = paths
        .into_iter()
        .map(|path| Ok(judge(path, read(path)?, args.version)))
        .collect::<Result<Vec<Judged>, Failure>>()?;
    match args.output {
        Format::Text => judged.iter().for_each(|judged| ui.result(&as_text(judged))),
        Format::Json => ui.result(&format!("{:#}\n", as_json(&judged))),
    }
    let accepted = judged.iter().all(|judged| judged.verdict.accepted.is_some());
    Ok(if accepted { Exit::Done } else { Exit::Findings })
}

/// Reads a version whose rules are known.
pub(super) fn version(text: &str) -> Result<Version, String> {
    let known = || format!("the rules of 1.24 to {} are known", Version::NEWEST);
    let version = Version::parse(text).ok_or_else(known)?;
    if version == version.nearest_supported() { Ok(version) } else { Err(known()) }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    if path == Path::new("-") {
        let mut text = vec![];
        std::io::stdin().read_to_end(&mut text)?;
        return Ok(text);
    }
    let shown = path.display();
    match ground::standing(&Local::new(None), &std::path::absolute(path)?)? {
        Standing::File { bytes, .. } => Ok(bytes),
        Standing::Missing => Err(Failure::refused(format!("there is no file {shown}"))),
        _ => Err(Failure::refused(format!("{shown} is not a regular file"))),
    }
}

fn judge(path: &Path, text: Vec<u8>, version: Option<Version>) -> Judged {
    let decides = version.unwrap_or(Version::NEWEST);
    let ranges = if version.is_some() { vec![] } else { policy::judge_all(&text) };
    Judged {
        path: if path == Path::new("-") {
            "<stdin>".to_owned()
        } else {
            path.display().to_string()
        },
        version: decides,
        verdict: policy::judge(&text, decides),
        text,
        ranges,
    }
}

fn as_text(judged: &Judged) -> String {
    if judged.ranges.len() < 2 {
        let versions = match judged.ranges.first() {
            Some(VersionRange { from, to, .. }) => format!("API servers {from} to {to}"),
            None => format!("an API server {}", judged.version),
        };
        return verdict_text(judged, &judged.verdict, &versions);
    }
    let mut text = String::new();
    for VersionRange { from, to, verdict } in &judged.ranges {
        let versions = if from == to {
            format!("an API server {from}")
        } else {
            format!("API servers {from} to {to}")
        };
        text.push_str(&verdict_text(judged, verdict, &versions));
    }
    text
}

fn verdict_text(judged: &Judged, verdict: &Verdict, versions: &str) -> String {
    let source = String::from_utf8_lossy(&judged.text);
    let mut text = String::new();
    if let Some(warning) = &verdict.warning {
        let message = format!("{versions} warn: {warning}");
        let place = verdict.problems.iter().find(|it| is_warned(it)).map(|it| it.place);
        text.push_str(&snippet(&judged.path, &source, Severity::Warning, None, place, &message));
    }
    match &verdict.error {
        Some(error) => {
            let message = format!("{versions} would not start with it: {error}");
            let place = verdict.place;
            text.push_str(&snippet(&judged.path, &source, Severity::Error, None, place, &message));
        }
        None => {
            let good = paint(Tone::Good, "accepted");
            text.push_str(&format!("{}: {good} by {versions}\n", judged.path));
        }
    }
    text
}

/// Whether the server only warns of it.
fn is_warned(problem: &Problem) -> bool {
    matches!(problem.kind, ProblemKind::UnknownField | ProblemKind::DuplicateField)
}

fn as_json(judged: &[Judged]) -> Value {
    let files: Vec<Value> = judged.iter().map(file_json).collect();
    json!({ "apiVersion": "kubectl-audit/v1", "kind": "LintReport", "files": files })
}

fn file_json(judged: &Judged) -> Value {
    let verdict = &judged.verdict;
    let mut file = json!({
        "path": judged.path,
        "server": {
            "version": judged.version.to_string(),
            "accepted": verdict.accepted.is_some(),
            "error": verdict.error,
            "warning": verdict.warning,
        },
        "findings": [],
    });
    if judged.ranges.len() > 1 {
        let ranges: Vec<Value> = judged.ranges.iter().map(range_json).collect();
        file["ranges"] = Value::Array(ranges);
    }
    file
}

fn range_json(range: &VersionRange) -> Value {
    let verdict = &range.verdict;
    json!({
        "from": range.from.to_string(),
        "to": range.to.to_string(),
        "accepted": verdict.accepted.is_some(),
        "error": verdict.error,
        "warning": verdict.warning,
    })
}
