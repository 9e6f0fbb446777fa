//! How an operation ends that did not do what it was asked: why, the state of the machine, and what
//! to do next, as values. Only `cli` spells commands out.

use std::fmt;

use super::outcome::Exit;

/// Why something could not be done as it was asked.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What is wrong, where.
    pub what: String,
    /// In what state the machine is.
    pub state: &'static str,
    /// What to do next, one line each.
    pub next: Vec<Next>,
    /// The id of the change that was made, if one was.
    pub change: Option<String>,
}

/// A line of what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// A sentence, or a command of another program that is alone on its line.
    Line(String),
    /// Arguments of this program, for anyone to run.
    Ours(String),
    /// Arguments of this program, for root to run on this machine.
    OursAsRoot(String),
}

/// The state after every refusal.
pub const NOTHING_CHANGED: &str = "Nothing was changed.";

/// The state after a question that was answered with no.
const CANCELLED: &str = "Cancelled. Nothing was changed.";

impl Failure {
    /// Returns a refusal: nothing was changed.
    pub fn refused(what: impl fmt::Display) -> Self {
        Self {
            exit: Exit::Refused,
            what: what.to_string(),
            state: NOTHING_CHANGED,
            next: Vec::new(),
            change: None,
        }
    }

    /// Returns the end of a command that a person did not want after all: no error, and nothing was
    /// changed.
    #[must_use]
    pub fn cancelled() -> Self {
        Self { state: CANCELLED, ..Self::refused("") }
    }

    /// Says nothing of the machine: of a command that only reads nobody expects a change.
    #[must_use]
    pub fn without_state(mut self) -> Self {
        self.state = "";
        self
    }

    /// Adds a line of what to do next.
    #[must_use]
    pub fn next(mut self, line: impl Into<Next>) -> Self {
        self.next.push(line.into());
        self
    }

    /// Adds the flag that overrides a refusal.
    #[must_use]
    pub fn overridden_by(self, flag: &str) -> Self {
        self.next(format!("To continue anyway, add {flag}."))
    }

    /// Says that no flag overrides this refusal.
    #[must_use]
    pub fn never_overridden(self) -> Self {
        self.next("No flag overrides this.")
    }
}

impl From<String> for Next {
    fn from(line: String) -> Self {
        Self::Line(line)
    }
}

impl From<&str> for Next {
    fn from(line: &str) -> Self {
        Self::Line(line.to_owned())
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
#[must_use]
pub fn with_causes(error: &dyn std::error::Error) -> String {
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
