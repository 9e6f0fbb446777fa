//! The server's verdict on a policy file (Go: `policy.LoadPolicyFromBytes`).

#[cfg(test)]
mod tests;

use std::thread;

use super::changes::{CHANGES, STRICT_FIRST};
use super::decode::{self, Slot};
use super::draft::PolicyDraft;
use super::kind::TypeMeta;
use super::places::Places;
use super::problem::{Problem, ProblemKind};
use super::read::{self, ReadFailure};
use super::validate;
use super::verdict::{AcceptedPolicy, Refusal, Verdict, VersionRange};
use crate::api::Version;
use goyaml::{Span, go};

/// How deep a text may be nested before it gets a stack of its own.
const SHALLOW: usize = 64;
/// Enough for the 20,000 levels the server's YAML parser reads, and only touched where it is used.
const DEEP_STACK: usize = 256 << 20;

/// Returns what a server of this version says to a policy file. A version that is not known here
/// is judged as the nearest one, but for the [`formats`](super::formats()) it reads.
///
/// # Examples
///
/// ```
/// use audit_policy::{api::Version, policy};
///
/// let text = b"apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: metadata\n";
/// let verdict = policy::judge(text, Version::NEWEST);
/// let refusal = verdict.outcome.unwrap_err();
/// assert_eq!(refusal.place.unwrap().to_string(), "4:10");
/// ```
#[must_use]
pub fn judge(text: &[u8], version: Version) -> Verdict {
    with_reading(text, |reading| reading.judge(version))
}

/// Returns what servers of every known version say, oldest first; neighbours that say the same are
/// one range.
#[must_use]
pub fn judge_all(text: &[u8]) -> Vec<VersionRange> {
    with_reading(text, |reading| {
        let mut ranges: Vec<VersionRange> = vec![];
        for version in Version::supported() {
            let verdict = match ranges.last_mut() {
                Some(last) if !CHANGES.contains(&version) => {
                    last.to = version;
                    continue;
                }
                _ => reading.judge(version),
            };
            match ranges.last_mut() {
                Some(last) if last.verdict == verdict => last.to = version,
                _ => ranges.push(VersionRange { from: version, to: version, verdict }),
            }
        }
        ranges
    })
}

/// A text, and what is in it or why that cannot be read.
struct Reading<'a> {
    text: &'a [u8],
    read: Result<goyaml::DecodedDocument, Problem>,
}

/// A text is nested too deeply for the stack.
struct TooDeep;

/// Reads a text and asks about it.
///
/// Values are walked and dropped by recursion, so a text with thousands of levels, which the server
/// reads, needs a larger stack than ours may be.
fn with_reading<T: Send>(text: &[u8], ask: impl Fn(&Reading<'_>) -> T + Sync) -> T {
    if let Ok(reading) = Reading::new(text, SHALLOW) {
        return ask(&reading);
    }
    let deep = thread::scope(|scope| {
        let asking = || Reading::new(text, usize::MAX).ok().map(|reading| ask(&reading));
        let thread = thread::Builder::new().stack_size(DEEP_STACK).spawn_scoped(scope, asking);
        thread.ok()?.join().ok()?
    });
    deep.unwrap_or_else(|| {
        let what = "nested too deeply to be judged";
        let read = Err(Problem::new(ProblemKind::Syntax, what, Span::default()));
        ask(&Reading { text, read })
    })
}

impl<'a> Reading<'a> {
    fn new(text: &'a [u8], levels: usize) -> Result<Self, TooDeep> {
        match read::read(text, levels) {
            Ok(decoded) => Ok(Self { text, read: Ok(decoded) }),
            Err(ReadFailure::Refused(problem)) => Ok(Self { text, read: Err(problem) }),
            Err(ReadFailure::TooDeep) => Err(TooDeep),
        }
    }

    fn judge(&self, version: Version) -> Verdict {
        let decoded = match &self.read {
            Ok(decoded) => decoded,
            Err(problem) => return Verdict::undecodable(read::said_by(version, problem)),
        };
        match decode_policy(self.text, version, decoded) {
            Ok((kind, slot, strict)) => {
                let strict = if version >= STRICT_FIRST { strict } else { Strict::default() };
                judge_decoded(self.text, version, &kind, slot, strict)
            }
            Err(problem) => Verdict::undecodable(problem),
        }
    }
}

/// What strict decoding complains about: each thing, and the words of the whole.
#[derive(Default)]
struct Strict {
    problems: Vec<Problem>,
    messages: Vec<String>,
}

impl Strict {
    fn warning(&self) -> Option<String> {
        let messages = self.messages.join(", ");
        (!self.messages.is_empty()).then(|| {
            format!(
                "Audit policy contains errors, falling back to lenient decoding: \
                 strict decoding error: {messages}"
            )
        })
    }
}

fn decode_policy(
    text: &[u8],
    version: Version,
    decoded: &goyaml::DecodedDocument,
) -> Result<(TypeMeta, Slot, Strict), Problem> {
    let kind = TypeMeta::of(&decoded.value)?.read_by(version)?;
    let schema = kind.schema(&go::coerce_utf8(text))?;
    let mut slot = Slot::default();
    let unknown = decode::decode(schema, &mut slot, &decoded.value, version)?;
    if let Some(problem) = kind.unless_policy(schema) {
        return Err(problem);
    }
    Ok((kind, slot, strict(&decoded.duplicates, unknown)))
}

/// Keys written twice in YAML come first, all of them as one complaint of several lines.
fn strict(duplicates: &[goyaml::Duplicate], unknown: Vec<Problem>) -> Strict {
    let mut strict = Strict::default();
    if !duplicates.is_empty() {
        let lines: Vec<_> = duplicates.iter().map(|twice| twice.message.as_str()).collect();
        strict.messages.push(format!("yaml: unmarshal errors:\n  {}", lines.join("\n  ")));
    }
    strict.messages.extend(unknown.iter().map(|problem| problem.message.clone()));
    let twice = |twice: &goyaml::Duplicate| {
        Problem::new(ProblemKind::DuplicateField, twice.message.clone(), twice.span)
    };
    strict.problems = duplicates.iter().map(twice).chain(unknown).collect();
    strict
}

fn judge_decoded(
    text: &[u8],
    version: Version,
    kind: &TypeMeta,
    slot: Slot,
    strict: Strict,
) -> Verdict {
    let warning = strict.warning();
    if let Some(problem) = kind.unless_v1() {
        return Verdict::refused(problem.message.clone(), problem, warning, strict.problems);
    }
    let draft = PolicyDraft::of(slot);
    let wrong = validate::validate(&draft, version);
    if !wrong.is_empty() {
        return Verdict {
            outcome: Err(Refusal {
                error: validate::aggregate(&wrong),
                place: wrong.first().map(|problem| problem.place),
            }),
            warning,
            problems: wrong.into_iter().chain(strict.problems).collect(),
        };
    }
    let rules_span = draft.rules_span.unwrap_or_else(|| kind.span());
    let places = Places::of(&draft);
    match draft.into_policy().filter(|policy| !policy.rules.is_empty()) {
        Some(policy) => Verdict {
            outcome: Ok(AcceptedPolicy::new(text.to_vec(), policy, places)),
            warning,
            problems: strict.problems,
        },
        None => {
            let message = "loaded illegal policy with 0 rules";
            let problem = Problem::new(ProblemKind::NoRules, message, rules_span);
            Verdict::refused(message.to_owned(), problem, warning, strict.problems)
        }
    }
}
