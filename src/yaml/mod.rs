//! YAML text with positions, read by the rules of the API server and the kubelet.
//!
//! [`parse`] gives the syntax tree with the byte span of every node, [`decode`] what the server
//! sees in a text, [`edit`] changes spans of the text. Nothing here ever writes YAML from a tree:
//! what is not edited stays byte for byte.

mod base64;
mod compose;
pub mod edit;
pub mod go;
mod number;
mod scalar;
mod timestamp;
mod tree;
mod typed;
mod value;

pub use tree::{Document, Entry, Kind, Node, ScalarStyle, Span, SyntaxError, parse};
pub use value::{Content, Field, Value};

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
}

impl Error {
    fn at(message: String, span: Span) -> Self {
        Self { message, line: span.line, column: span.column }
    }
}

/// A document as the server reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// What it means.
    pub value: Value,
    /// What a strict reader complains about, in the server's words: keys that are written twice.
    pub duplicates: Vec<String>,
}

/// Returns the first document of `text` as JSON (Go: sigs.k8s.io/yaml `YAMLToJSON`): what the API
/// server and the kubelet see. A text without any document is null.
///
/// # Errors
///
/// Returns the server's own words. What comes after the first document is not read and cannot be
/// wrong.
///
/// # Examples
///
/// ```
/// let value = kubectl_audit::yaml::decode("on: [yes, 0x10, 1.0, '1']").unwrap();
/// assert_eq!(value, serde_json::json!({ "true": [true, 16, 1, "1"] }));
/// ```
pub fn decode(text: &str) -> Result<serde_json::Value, Error> {
    Ok(decode_with_places(text)?.value.to_json())
}

/// Returns the first document of `text` as [`decode`] does, with the place of every value.
///
/// # Errors
///
/// As [`decode`].
pub fn decode_with_places(text: &str) -> Result<Decoded, Error> {
    let nothing = || Decoded {
        value: Value { span: Span::default(), content: Content::Null },
        duplicates: vec![],
    };
    let Some(document) = tree::parse_first(text)? else {
        return Ok(nothing());
    };
    let (typed, duplicates) = compose::compose(&document.root)?;
    Ok(Decoded { value: typed.into_value()?, duplicates })
}
