//! The server's verdict on a policy file (Go: `policy.LoadPolicyFromBytes`).

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

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "apiVersion: audit.k8s.io/v1\nkind: Policy\n";

    fn judge_rules(rules: &str) -> Verdict {
        judge(format!("{HEAD}rules:\n{rules}").as_bytes(), Version::NEWEST)
    }

    fn places(verdict: &Verdict) -> Vec<String> {
        verdict.problems.iter().map(|problem| problem.place.to_string()).collect()
    }

    #[test]
    fn between_two_turns_every_version_says_the_same() {
        let texts = [
            "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  verb: [get]\n",
            "apiVersion: audit.k8s.io/v1\nrules:\n- level: None\n  resources: [{group: '*'}]\n",
            "apiVersion: audit.k8s.io/v1\nrules:\n- level: None\n  resources: [{resourceNames: [a]}]\n",
            "apiVersion: audit.k8s.io/v1beta1\nrules: []\n",
        ];
        for text in texts {
            let ranges = judge_all(text.as_bytes());
            for version in Version::supported() {
                let range = ranges.iter().find(|it| it.from <= version && version <= it.to);
                assert_eq!(
                    range.unwrap().verdict,
                    judge(text.as_bytes(), version),
                    "{version}: {text}"
                );
            }
        }
    }

    #[test]
    fn every_problem_has_the_place_of_what_is_wrong() {
        let verdict =
            judge_rules("- level: None\n- verbs: [get]\n- level: none\n  omitStages: [X]\n");
        assert_eq!(places(&verdict), ["5:3", "6:10", "7:16"]);
        let verdict = judge_rules("- level: None\n  user: [x]\n  level: None\n");
        assert_eq!(places(&verdict), ["6:3", "5:3"]);
        assert!(verdict.is_accepted());
        let verdict = judge_rules("- level: None\n  users: [1]\n");
        assert_eq!(places(&verdict), ["5:11"]);
        let verdict =
            judge(b"{\"apiVersion\": \"audit.k8s.io/v1\",\n \"rules\": [{}]}", Version::NEWEST);
        assert_eq!(places(&verdict), ["2:12"]);
    }

    #[test]
    fn a_server_reads_the_formats_of_its_time() {
        for (format, oldest, newest) in [("v1alpha1", 7, 23), ("v1beta1", 8, 23), ("v1", 12, 38)] {
            let text = format!("apiVersion: audit.k8s.io/{format}\nrules:\n- level: Metadata\n");
            for minor in 7..=38 {
                let verdict = judge(text.as_bytes(), Version::minor(minor));
                let reads = (oldest..=newest).contains(&minor);
                assert_eq!(verdict.is_accepted(), reads, "{format} {minor}: {verdict:?}");
                assert!(reads || verdict.problems[0].kind == ProblemKind::Version, "{verdict:?}");
            }
        }
    }

    #[test]
    fn versions_that_say_the_same_are_one_range() {
        let ranges = |rules: &str| -> Vec<String> {
            let ranges = judge_all(format!("{HEAD}rules:\n{rules}").as_bytes());
            let shown = |range: &VersionRange| {
                let verdict = &range.verdict;
                let (ok, warned) = (verdict.is_accepted(), verdict.warning.is_some());
                format!("{}-{} {ok} {warned}", range.from, range.to)
            };
            ranges.iter().map(shown).collect()
        };
        assert_eq!(ranges("- level: None\n"), ["1.24-1.37 true false"]);
        assert_eq!(
            ranges("- level: None\n  x: 1\n"),
            ["1.24-1.25 true false", "1.26-1.37 true true"]
        );
        assert_eq!(
            ranges("- level: None\n  resources: [{group: '*'}]\n"),
            ["1.24-1.35 false false", "1.36-1.37 true false"]
        );
        assert_eq!(
            ranges("- level: None\n  resources: [{resourceNames: [a]}]\n"),
            ["1.24-1.33 false false", "1.34-1.37 false false"]
        );
    }

    #[test]
    fn a_text_nested_as_deep_as_the_server_reads_is_judged() {
        let nested = |levels| {
            format!(
                "{HEAD}rules: [{{level: None}}]\nx: {}",
                "[".repeat(levels) + &"]".repeat(levels)
            )
        };
        assert!(judge(nested(9_999).as_bytes(), Version::NEWEST).is_accepted());
        let error = judge(nested(10_000).as_bytes(), Version::NEWEST).outcome.unwrap_err().error;
        assert!(error.ends_with("invalid character '[' exceeded max depth"), "{error}");
    }

    #[test]
    fn names_written_twice_in_json_leave_what_the_second_value_does_not_reach() {
        let text = br#"{"apiVersion":"audit.k8s.io/v1","rules":[{"level":"None","users":["a"]}],"rules":[{"verbs":["x"]}]}"#;
        let accepted = judge(text, Version::NEWEST).outcome.unwrap();
        let rule = &accepted.policy().rules[0];
        assert_eq!((rule.users.join(","), rule.verbs.join(",")), ("a".to_owned(), "x".to_owned()));
    }
}
