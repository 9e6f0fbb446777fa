//! What a document means, with the place of every value.

use serde_json::{Map, Number, Value as Json};

use super::Span;

/// A value and where it is written. A value that came through an alias has the place of its anchor.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// Where it is written.
    pub span: Span,
    /// What it is.
    pub content: Content,
}

/// What a value is, in JSON's terms.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// `null`, `~`, or nothing at all.
    Null,
    /// A boolean; in YAML 1.1 `y`, `no` and `off` are some too.
    Bool(bool),
    /// A number as JSON would write it.
    Number(String),
    /// Text.
    Text(String),
    /// A sequence.
    List(Vec<Value>),
    /// A mapping. From YAML: every name once, in the order of their bytes. From JSON: as written.
    Map(Vec<MapField>),
}

/// A name in a mapping and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct MapField {
    /// The name; numbers and booleans have become text.
    pub name: String,
    /// Where the name is written.
    pub span: Span,
    /// The value.
    pub value: Value,
}

impl Value {
    /// Returns the last field with this name of a mapping.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&MapField> {
        match &self.content {
            Content::Map(fields) => fields.iter().rev().find(|field| field.name == name),
            _ => None,
        }
    }

    /// Returns the value without places. A number too large for JSON's reader becomes null.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match &self.content {
            Content::Null => Json::Null,
            Content::Bool(value) => Json::Bool(*value),
            Content::Number(literal) => literal.parse::<Number>().map_or(Json::Null, Json::Number),
            Content::Text(text) => Json::String(text.clone()),
            Content::List(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Content::Map(fields) => Json::Object(
                fields
                    .iter()
                    .map(|field| (field.name.clone(), field.value.to_json()))
                    .collect::<Map<_, _>>(),
            ),
        }
    }
}

/// A key that its mapping has already. The value that comes later counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The server's words, such as `line 6: key "level" already set in map`.
    pub message: String,
    /// Where the key is written again.
    pub span: Span,
}
