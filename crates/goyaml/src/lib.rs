#![doc = include_str!("../README.md")]

pub mod base64;
mod compose;
mod convert;
pub mod edit;
mod error;
pub mod foreign;
pub mod go;
mod go_syntax;
pub mod json;
mod number;
pub mod patch;
pub mod pointer;
mod scalar;
mod syntax;
mod timestamp;
mod tree;
mod typed;
mod value;

pub use error::{Error, SyntaxError};
pub use tree::{Document, MappingEntry, Node, NodeKind, ScalarStyle, Span};
pub use value::{Content, Duplicate, MapField, Value};

/// How deep a document may be nested unless the caller has a stack for more: trees are walked by
/// recursion.
const MOST_LEVELS: usize = 256;

/// Parses every document of `text`.
///
/// # Errors
///
/// Returns the first syntax error, or one for a document nested deeper than 256 levels. The API
/// server reads no further than the first document, so an error in a later one does not concern it.
pub fn parse(text: &str) -> Result<Vec<Document>, SyntaxError> {
    let mut parser = syntax::Parser::new(text.as_bytes(), MOST_LEVELS);
    let mut documents = vec![];
    while let Some(document) = parser.next_document()? {
        documents.push(document);
    }
    Ok(documents)
}

/// A document as the server reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct DecodedDocument {
    /// What it means.
    pub value: Value,
    /// The keys that are written twice, which a strict reader refuses.
    pub duplicates: Vec<Duplicate>,
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
/// let value = goyaml::decode("on: [yes, 0x10, 1.0, '1']").unwrap();
/// assert_eq!(value, serde_json::json!({ "true": [true, 16, 1, "1"] }));
/// ```
pub fn decode(text: &str) -> Result<serde_json::Value, Error> {
    Ok(decode_with_places(text.as_bytes(), MOST_LEVELS)?.value.to_json())
}

/// Returns what a document means, as [`decode`] does for the first one of a text.
///
/// # Errors
///
/// As [`decode`], but for the syntax, which the tree does not keep.
pub fn value_of(document: &Document) -> Result<serde_json::Value, Error> {
    let (typed, _) = compose::compose(&document.root)?;
    Ok(typed.into_value()?.to_json())
}

/// Returns the first document of `bytes` as [`decode`] does, with the place of every value. UTF-16
/// with a byte order mark is read too, as by the server.
///
/// # Errors
///
/// As [`decode`]; [`Error::is_depth`] is true if the document is nested deeper than `most_levels`,
/// which the server would read. The stack must be fit for that many levels.
pub fn decode_with_places(bytes: &[u8], most_levels: usize) -> Result<DecodedDocument, Error> {
    let nothing = || DecodedDocument {
        value: Value { span: Span::default(), content: Content::Null },
        duplicates: vec![],
    };
    let mut parser = syntax::Parser::new(bytes, most_levels);
    let Some(document) = parser.next_document().map_err(SyntaxError::from)? else {
        return Ok(nothing());
    };
    let (typed, duplicates) = compose::compose(&document.root)?;
    Ok(DecodedDocument { value: typed.into_value()?, duplicates })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_cover_exactly_what_was_written() {
        let text = "\u{feff}a: &x 'b c'\nlist:\n- one # note\n- [two, {k: v}]\n- |\n  t\n\n";
        let documents = parse(text).unwrap();
        let root = &documents[0].root;
        let at = |node: &Node| text[node.span.range()].to_owned();
        assert_eq!(at(root.get("a").unwrap()), "'b c'");
        assert_eq!(root.get("a").unwrap().anchor.as_deref(), Some("x"));
        let list = root.get("list").unwrap();
        assert_eq!(at(list), "one # note\n- [two, {k: v}]\n- |\n  t");
        assert_eq!(at(&list.items().unwrap()[1]), "[two, {k: v}]");
    }

    #[test]
    fn only_the_first_document_is_decoded_but_all_are_parsed() {
        assert_eq!(decode("a: 1\n---\n]").unwrap(), serde_json::json!({"a": 1}));
        assert_eq!(parse("a: 1\n---\nb\n...\n---\n").unwrap().len(), 3);
        assert_eq!(parse("a: 1\n---\n]").unwrap_err().line, 3);
        assert_eq!(decode("# nothing\n").unwrap(), serde_json::Value::Null);
    }

    #[test]
    fn errors_are_in_the_servers_words() {
        let error = |text: &str| decode(text).unwrap_err().message;
        assert_eq!(
            error("a:\n- b: c\n    d: e\n"),
            "yaml: line 3: mapping values are not allowed in this context"
        );
        assert_eq!(error("a: [\nb"), "yaml: line 2: did not find expected ',' or ']'");
        assert_eq!(error("a: *b"), "yaml: unknown anchor 'b' referenced");
        assert_eq!(
            error("{{ x }}: y"),
            "yaml: invalid map key: map[interface {}]interface {}{\"x\":interface {}(nil)}"
        );
        assert_eq!(error("a: .inf"), "json: unsupported value: +Inf");
        assert_eq!(error("@"), "yaml: found character that cannot start any token");
    }

    #[test]
    fn a_merge_key_overrides_what_stands_before_it() {
        let text = "x: &x {a: 1, b: 1}\nz: {a: 2, <<: *x, b: 2}\n";
        assert_eq!(decode(text).unwrap()["z"], serde_json::json!({"a": 1, "b": 2}));
    }

    #[test]
    fn depth_and_aliases_are_bounded() {
        assert!(parse(&"[".repeat(100_000)).unwrap_err().to_string().contains("nested deeper"));
        let mut bomb = "a0: &a0 [x, x]\n".to_owned();
        for level in 1..40 {
            let below = level - 1;
            bomb += &format!("a{level}: &a{level} [*a{below}, *a{below}]\n");
        }
        let error = decode(&bomb).unwrap_err();
        assert_eq!(error.message, "yaml: document contains excessive aliasing");
    }
}
