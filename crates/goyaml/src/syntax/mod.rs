//! The syntax of YAML 1.1, as the server's parser reads it.
//!
//! The server reads YAML with go-yaml v2, a descendant of libyaml, and what that parser takes or
//! refuses is the only truth here: where it differs from the YAML specification, so does this one.
//! Bytes become characters in [`reader`], characters become tokens in [`scanner`], and tokens
//! become the tree in [`parser`].

mod block;
mod directive;
mod encoding;
mod flow;
mod gap;
mod keys;
mod parser;
mod plain;
mod quoted;
mod reader;
mod scanner;
mod space;
mod tag;
mod token;

pub(super) use parser::Parser;
pub(super) use token::Mark;

/// Whose limit a text breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LimitReason {
    /// The server refuses it too.
    Syntax,
    /// It is nested deeper than the caller allows.
    Depth,
}

/// Why a text is not YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SyntaxFailure {
    /// The server's word for it.
    pub(super) problem: String,
    /// Where the parser noticed.
    pub(super) mark: Mark,
    /// The line the server names, if it names one.
    pub(super) server_line: Option<usize>,
    pub(super) reason: LimitReason,
}

impl SyntaxFailure {
    /// A problem with characters. The server counts lines from 0, adds one, and takes 0 for "not
    /// known" before it does, so nothing in the first line gets a line number.
    fn scanner(problem: impl Into<String>, mark: Mark) -> Self {
        let server_line = (mark.line > 0).then_some(mark.line + 1);
        Self { problem: problem.into(), mark, server_line, reason: LimitReason::Syntax }
    }

    /// A problem with the order of tokens. Here the server forgets to add one.
    fn parser(problem: impl Into<String>, mark: Mark) -> Self {
        let server_line = (mark.line > 0).then_some(mark.line);
        Self { problem: problem.into(), mark, server_line, reason: LimitReason::Syntax }
    }

    /// A problem for which the server names no line.
    fn nowhere(problem: impl Into<String>, mark: Mark) -> Self {
        Self { problem: problem.into(), mark, server_line: None, reason: LimitReason::Syntax }
    }
}
