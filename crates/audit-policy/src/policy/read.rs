//! Bytes into a value, in the format the server takes them for.

use super::changes::LOWER_CASE_COMPLAINT;
use super::kind;
use super::problem::{Problem, ProblemKind};
use crate::api::Version;
use goyaml::json::{self, JsonError};
use goyaml::{Content, Span, Value};

/// What the first bytes of a policy in the server's binary format are.
const PROTOBUF: &[u8] = b"k8s\0";

/// Why a text has no value.
pub(super) enum ReadFailure {
    /// It is nested deeper than was allowed.
    TooDeep,
    /// The server cannot read it either.
    Refused(Problem),
}

/// Reads a text in the format its first bytes show (Go: `recognizer.decoder.Decode`).
///
/// # Errors
///
/// Fails for what the server cannot read, in the words of the newest one, and for what is nested
/// deeper than `levels`. A policy in the binary format is refused too: nobody has one as a file.
pub(super) fn read(text: &[u8], levels: usize) -> Result<goyaml::DecodedDocument, ReadFailure> {
    if text.starts_with(PROTOBUF) {
        let start = Span { line: 1, column: 1, ..Span::default() };
        return Err(ReadFailure::Refused(Problem::new(
            ProblemKind::Syntax,
            "unexpected EOF",
            start,
        )));
    }
    if is_json(text) {
        let value = json::parse(text, levels)?;
        return Ok(goyaml::DecodedDocument { value, duplicates: vec![] });
    }
    let decoded = goyaml::decode_with_places(text, levels)?;
    match too_deep_for_json(&decoded.value, 1) {
        Some(error) => Err(error.into()),
        None => Ok(decoded),
    }
}

/// Returns why a text cannot be read in the words of this version.
pub(super) fn said_by(version: Version, problem: &Problem) -> Problem {
    let mut problem = problem.clone();
    if version < LOWER_CASE_COMPLAINT
        && let Some(rest) = problem.message.strip_prefix("unsupported map key")
    {
        problem.message = format!("Unsupported map key{rest}");
    }
    problem
}

/// Says whether the first thing in a text is a `{` (Go: `yaml.IsJSONBuffer`).
fn is_json(text: &[u8]) -> bool {
    let first_chunk = text.utf8_chunks().next();
    first_chunk.is_some_and(|chunk| chunk.valid().trim_start().starts_with('{'))
}

/// The server hands what YAML means on as JSON, whose reader does not go as deep.
fn too_deep_for_json(value: &Value, level: usize) -> Option<JsonError> {
    let bracket = match &value.content {
        Content::List(_) => '[',
        Content::Map(_) => '{',
        _ => return None,
    };
    if level > json::DEEPEST {
        let message = format!("invalid character '{bracket}' exceeded max depth");
        return Some(JsonError { message, span: value.span, is_depth: false });
    }
    match &value.content {
        Content::List(items) => items.iter().find_map(|item| too_deep_for_json(item, level + 1)),
        Content::Map(fields) => {
            fields.iter().find_map(|field| too_deep_for_json(&field.value, level + 1))
        }
        _ => None,
    }
}

impl From<JsonError> for ReadFailure {
    fn from(error: JsonError) -> Self {
        if error.is_depth {
            return Self::TooDeep;
        }
        let message = kind::meta_error(&error.message);
        Self::Refused(Problem::new(ProblemKind::Syntax, message, error.span))
    }
}

impl From<goyaml::Error> for ReadFailure {
    fn from(error: goyaml::Error) -> Self {
        if error.is_depth() {
            return Self::TooDeep;
        }
        let span = Span { line: error.line, column: error.column, ..Span::default() };
        Self::Refused(Problem::new(ProblemKind::Syntax, error.message, span))
    }
}
