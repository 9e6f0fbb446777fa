//! A document with Go's types: what go-yaml v2 decodes into an empty interface.

use super::Span;

/// A value with the type Go gives it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Typed {
    pub(super) span: Span,
    pub(super) data: Data,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Data {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Text(String),
    List(Vec<Typed>),
    /// Keys are of any type but lists and maps; every key once.
    Map(Vec<(Typed, Typed)>),
}
