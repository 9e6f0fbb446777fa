//! What to do about a policy that the server refuses: plain words below its own.

mod advice;
mod indentation;
mod kind;
mod syntax;
mod types;
mod values;

pub use advice::Advice;

use crate::policy::{Problem, ProblemKind, Verdict};

/// How many refusals of one policy are explained; the rest is of the same kind most often.
const MOST: usize = 5;

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
