//! How a command ends: exit codes, and errors that say what to do next.

use std::fmt;

/// The exit codes that are a promise to users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// Findings or differences, and nothing else.
    Findings = 1,
    /// Refused, failed, or wrong usage: nothing was changed.
    Refused = 2,
    /// Applied, then rolled back.
    RolledBack = 3,
    /// Applied, but not verified or not confirmed.
    Unverified = 4,
    /// A rollback failed.
    RollbackFailed = 5,
}

/// Why a command could not do what it was asked: what is wrong, the state of the machine, and the
/// next thing to type.
#[derive(Debug)]
pub(super) struct Failure {
    /// The exit code.
    pub(super) exit: Exit,
    /// What is wrong, where.
    pub(super) what: String,
    /// In what state the machine is.
    pub(super) state: &'static str,
    /// What to do next, one line each; a command stands alone on its line.
    pub(super) next: Vec<String>,
}

/// The state after every refusal.
pub(super) const NOTHING_CHANGED: &str = "Nothing was changed.";

impl Failure {
    /// Returns a refusal: nothing was changed.
    pub(super) fn refused(what: impl fmt::Display) -> Self {
        Self {
            exit: Exit::Refused,
            what: what.to_string(),
            state: NOTHING_CHANGED,
            next: Vec::new(),
        }
    }

    /// Says nothing of the machine: of a command that only reads nobody expects a change.
    #[must_use]
    pub(super) fn without_state(mut self) -> Self {
        self.state = "";
        self
    }

    /// Adds a line of what to do next.
    #[must_use]
    pub(super) fn next(mut self, line: impl Into<String>) -> Self {
        self.next.push(line.into());
        self
    }

    /// Adds the flag that overrides a refusal.
    #[must_use]
    pub(super) fn overridden_by(self, flag: &str) -> Self {
        self.next(format!("To continue anyway, add {flag}."))
    }

    /// Says that no flag overrides this refusal.
    #[must_use]
    pub(super) fn never_overridden(self) -> Self {
        self.next("No flag overrides this.")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.what)
    }
}

/// A failed call that changed nothing: message and causes in one line.
impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::refused(with_causes(&error))
    }
}

/// Returns an error's message and those of its causes that it does not already quote.
pub(super) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let message = error.to_string();
        if !text.contains(&message) {
            text = format!("{text}: {message}");
        }
        cause = error.source();
    }
    text
}
