//! A problem that lint or doctor reports: where it is, how bad it is, what to do.

use std::fmt;

use serde::Serialize;

/// How bad a finding is, in rising order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably not what is meant.
    Warning,
    /// Wrong: it fails, or it does not do what it says.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A place in a text, counted as people count: from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.line, self.column)
    }
}

/// A problem, where it is and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The stable id users silence it by, such as `unknown-field`.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where it is, if it is in a text.
    #[serde(flatten)]
    pub place: Option<Place>,
    /// What is wrong and why it matters, in one or two sentences.
    pub message: String,
    /// What to do, where one thing can be named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}
