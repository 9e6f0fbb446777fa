//! Why a text cannot be read.

use super::Span;
use super::syntax::{LimitReason, SyntaxFailure};

/// The text is not YAML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct SyntaxError {
    /// What the server's parser says.
    pub message: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The line the server names, which is one less for some errors; it names none in the first.
    pub server_line: Option<usize>,
    is_depth: bool,
}

/// Why the server cannot read a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// The server's own words, such as `yaml: line 10: mapping values are not allowed in this
    /// context`.
    pub message: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    is_depth: bool,
}

impl Error {
    pub(super) fn at(message: String, span: Span) -> Self {
        Self { message, line: span.line, column: span.column, is_depth: false }
    }

    /// Says whether the text is nested too deeply for us; the server might read it.
    #[must_use]
    pub fn is_depth(&self) -> bool {
        self.is_depth
    }
}

impl From<SyntaxFailure> for SyntaxError {
    fn from(failure: SyntaxFailure) -> Self {
        Self {
            message: failure.problem,
            line: failure.mark.line + 1,
            column: failure.mark.column + 1,
            server_line: failure.server_line,
            is_depth: failure.reason == LimitReason::Depth,
        }
    }
}

impl From<SyntaxError> for Error {
    fn from(error: SyntaxError) -> Self {
        let SyntaxError { message, line, column, server_line, is_depth } = error;
        let message = match server_line {
            Some(line) => format!("yaml: line {line}: {message}"),
            None => format!("yaml: {message}"),
        };
        Self { message, line, column, is_depth }
    }
}
