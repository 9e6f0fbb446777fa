//! What to do about a policy that the server refuses: plain words below its own.

mod kind;
mod syntax;
mod types;
mod values;

use crate::finding::Place;
use crate::policy::{Problem, ProblemKind, Verdict};

/// How many refusals of one policy are explained; the rest is of the same kind most often.
const MOST: usize = 5;

/// What to do about one thing for which the server refuses a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// Where, if it is not where the server's words point to.
    pub place: Option<Place>,
    /// What is wrong in plain words, and what to write; one sentence without a full stop.
    pub words: String,
}

/// Returns what to do about a refusal, the thing the server names first before the others; nothing
/// for a policy that it accepts.
///
/// # Examples
///
/// ```
/// use audit_policy::{api::Version, lint::advice, policy};
///
/// let text = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: metadata\n";
/// let verdict = policy::judge(text.as_bytes(), Version::NEWEST);
/// assert_eq!(advice(text, &verdict)[0].words, "write `level: Metadata`");
/// ```
#[must_use]
pub fn advice(text: &str, verdict: &Verdict) -> Vec<Advice> {
    if verdict.is_accepted() {
        return vec![];
    }
    let is_refused = |problem: &&Problem| {
        !matches!(problem.kind, ProblemKind::UnknownField | ProblemKind::DuplicateField)
    };
    let mut all: Vec<Advice> = vec![];
    for problem in verdict.problems.iter().filter(is_refused) {
        let advice = of_problem(text, problem).filter(|advice| !all.contains(advice));
        all.extend(advice);
    }
    all.truncate(MOST);
    all
}

fn of_problem(text: &str, problem: &Problem) -> Option<Advice> {
    match problem.kind {
        ProblemKind::Syntax => syntax::advice(text, problem),
        ProblemKind::Version | ProblemKind::Kind => kind::advice(text, problem),
        ProblemKind::Type => types::advice(text, problem).or_else(|| kind::advice(text, problem)),
        ProblemKind::Required | ProblemKind::NotSupported | ProblemKind::Invalid => {
            values::advice(text, problem)
        }
        ProblemKind::NoRules => kind::without_rules(text),
        ProblemKind::UnknownField | ProblemKind::DuplicateField => None,
    }
}

impl Advice {
    fn new(words: impl Into<String>) -> Self {
        Self { place: None, words: words.into() }
    }

    fn at(mut self, line: usize, column: usize) -> Self {
        self.place = Some(Place { line, column });
        self
    }
}

/// The rest of the line at a place, without its comment.
fn written(text: &str, place: Place) -> &str {
    let line = text.lines().nth(place.line.saturating_sub(1)).unwrap_or_default();
    let start =
        line.char_indices().nth(place.column.saturating_sub(1)).map_or(line.len(), |at| at.0);
    let rest = &line[start..];
    rest.split(" #").next().unwrap_or(rest).trim()
}
