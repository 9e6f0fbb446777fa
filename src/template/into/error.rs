//! Why the rules of a template cannot be added.

use std::fmt;

use audit_policy::api::Version;

/// Why the rules of a template were not added to a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntoError {
    /// No server would start with the policy as it is.
    #[error("an API server {version} would not start with it as it is: {error}")]
    NotAccepted {
        /// The version that says so.
        version: Version,
        /// What it says.
        error: String,
    },
    /// The rules are in brackets, or written in another way that has no lines between them.
    #[error("its rules are not written one below the other, each after `- ` on a line of its own")]
    NotBelowEachOther {
        /// What to do by hand.
        steps: Vec<RuleGroup>,
    },
    /// The result would not mean what was meant.
    #[error("its rules are written in a way in which the result would mean something else")]
    NotAsMeant,
    /// A server that accepts the policy would not accept the result.
    #[error("an API server {version} would start with it as it is, but not with these rules in it")]
    Refused {
        /// The oldest version that would not.
        version: Version,
    },
}

/// Rules of a template that belong at one place, all numbers from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleGroup {
    /// The first rule of the template.
    pub first: usize,
    /// The last one.
    pub last: usize,
    /// The rule of the policy that follows them; the number after the last one if none does.
    pub before: usize,
}

impl RuleGroup {
    /// Puts neighbours together. Rules and what follows them are numbered from 0 here.
    pub(super) fn all(insertions: impl Iterator<Item = (usize, usize)>) -> Vec<Self> {
        let mut steps: Vec<Self> = vec![];
        for (rule, before) in insertions {
            let rule = rule + 1;
            match steps.last_mut() {
                Some(step) if step.before == before + 1 && step.last + 1 == rule => {
                    step.last = rule;
                }
                _ => steps.push(Self { first: rule, last: rule, before: before + 1 }),
            }
        }
        steps
    }
}

impl fmt::Display for RuleGroup {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, last, before } = self;
        let rules = if first == last {
            format!("rule {first}")
        } else {
            format!("rules {first} to {last}")
        };
        write!(out, "{rules} of the template before what is rule {before} now")
    }
}
