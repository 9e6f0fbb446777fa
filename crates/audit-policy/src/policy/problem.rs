//! One thing that is wrong with a policy.

use serde::Serialize;

use crate::finding::Place;
use goyaml::Span;

/// One thing the server complains about, in its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What kind of thing it is.
    pub kind: ProblemKind,
    /// The way to the field, such as `rules[0].level`; empty where there is none.
    pub path: String,
    /// The server's words. Those of a validation error begin with the path.
    pub message: String,
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
}

/// What kind of thing is wrong. The last two are only warned of, the others refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// The text is no YAML, or no JSON if it begins with `{`.
    Syntax,
    /// `apiVersion` is missing, removed or unknown.
    Version,
    /// `kind` is not `Policy`.
    Kind,
    /// A value has the wrong type.
    Type,
    /// A value that must be there is not (Go: `FieldValueRequired`).
    Required,
    /// A value is none of those possible (Go: `FieldValueNotSupported`).
    NotSupported,
    /// A value is wrong for another reason (Go: `FieldValueInvalid`).
    Invalid,
    /// The policy has no rules.
    NoRules,
    /// A field the server does not know, and so does not read.
    UnknownField,
    /// A field that is written twice; the last one counts.
    DuplicateField,
}

impl Problem {
    pub(super) fn new(kind: ProblemKind, message: impl Into<String>, span: Span) -> Self {
        Self { kind, path: String::new(), message: message.into(), place: span.into() }
    }

    /// Returns what the message has in quotes: all between the first and the last one.
    pub(crate) fn quoted(&self) -> &str {
        let inside = self.message.split_once('"').and_then(|(_, rest)| rest.rsplit_once('"'));
        inside.map_or(&self.message, |(inside, _)| inside)
    }
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Self { line: span.line, column: span.column }
    }
}
