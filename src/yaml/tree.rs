//! The syntax tree: every node with the bytes it was written with.

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle as GranitStyle, ScanError, StructureStyle};

/// The place of a node in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
    /// The line of the first byte, from 1.
    pub line: usize,
    /// The column of the first byte in characters, from 1.
    pub column: usize,
}

impl Span {
    /// Returns the bytes as a range.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScalarStyle {
    /// Without quotes; the only style whose text can mean a number, a bool or null.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Where its content is written, without anchor and tag. A block collection lies from the start
    /// of its first child to the end of its last one: the first `- ` is not part of it.
    pub span: Span,
    /// The line on which it begins, anchor and tag included, from 1: what the server calls its line.
    pub line: usize,
    /// The name of the anchor in front of it.
    pub anchor: Option<String>,
    /// The tag in front of it, resolved, such as `tag:yaml.org,2002:str` or `!foo`.
    pub tag: Option<String>,
    /// What it is.
    pub kind: Kind,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A scalar; `text` is what it means after quotes, escapes and folding are undone.
    Scalar {
        /// The text without quotes, escapes and folding.
        text: String,
        /// How it is written.
        style: ScalarStyle,
    },
    /// A sequence; `flow` is `[…]`.
    Sequence {
        /// The items in order.
        items: Vec<Node>,
        /// Whether it is written with brackets.
        flow: bool,
    },
    /// A mapping; `flow` is `{…}`. Keys may repeat.
    Mapping {
        /// The entries in order.
        entries: Vec<Entry>,
        /// Whether it is written with braces.
        flow: bool,
    },
    /// `*name`: stands for the node with that anchor.
    Alias(String),
}

/// A key and its value. An absent value is an empty plain scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key, most often a scalar.
    pub key: Node,
    /// The value.
    pub value: Node,
}

impl Node {
    /// Returns the text of a scalar, whatever its style.
    #[must_use]
    pub fn scalar(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Returns the items of a sequence.
    #[must_use]
    pub fn items(&self) -> Option<&[Self]> {
        match &self.kind {
            Kind::Sequence { items, .. } => Some(items),
            _ => None,
        }
    }

    /// Returns the entries of a mapping.
    #[must_use]
    pub fn entries(&self) -> Option<&[Entry]> {
        match &self.kind {
            Kind::Mapping { entries, .. } => Some(entries),
            _ => None,
        }
    }

    /// Returns the last entry of a mapping whose key is this scalar: the one that counts.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries()?.iter().rev().find(|entry| entry.key.scalar() == Some(key))
    }

    /// Returns the value of [`Node::entry`].
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }
}

/// One document of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its content; an empty document has an empty plain scalar.
    pub root: Node,
}

/// The text is not YAML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct SyntaxError {
    /// What the parser says.
    pub message: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl From<SyntaxError> for super::Error {
    fn from(error: SyntaxError) -> Self {
        let SyntaxError { message, line, column } = error;
        Self { message: format!("yaml: line {line}: {message}"), line, column }
    }
}

/// Parses every document of `text`.
///
/// # Errors
///
/// Returns the first syntax error. The API server reads no further than the first document, so an
/// error in a later one does not concern it.
pub fn parse(text: &str) -> Result<Vec<Document>, SyntaxError> {
    build(text, usize::MAX)
}

/// Parses the first document of `text`, and nothing behind it.
pub(super) fn parse_first(text: &str) -> Result<Option<Document>, SyntaxError> {
    Ok(build(text, 1)?.pop())
}

fn build(text: &str, most: usize) -> Result<Vec<Document>, SyntaxError> {
    let options = granit_parser::options! { emit_comments: false, emit_anchor_events: true };
    let mut builder = Builder::default();
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let skipped = text.len() - body.len();
    for next in Parser::new_from_str_with_options(body, options) {
        let (event, span) = next.map_err(|error| syntax_error(&error))?;
        let ends_document = matches!(event, Event::DocumentEnd);
        let at = |offset: Option<usize>| offset.unwrap_or_default() + skipped;
        let span = Span {
            start: at(span.start.byte_offset()),
            end: at(span.end.byte_offset()),
            line: span.start.line(),
            column: span.start.col() + 1,
        };
        builder.take(event, span);
        if ends_document && builder.documents.len() >= most {
            break;
        }
    }
    Ok(builder.documents)
}

fn syntax_error(error: &ScanError) -> SyntaxError {
    let marker = error.marker();
    SyntaxError { message: error.info().to_owned(), line: marker.line(), column: marker.col() + 1 }
}

/// Puts events together into documents. A collection under construction is a `Node` without an end.
#[derive(Default)]
struct Builder {
    documents: Vec<Document>,
    open: Vec<Node>,
    keys: Vec<Option<Node>>,
    anchors: HashMap<usize, String>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Scalar(text, style, _, tag) => {
                let kind = Kind::Scalar { text: text.into_owned(), style: style_of(style) };
                self.put(Node {
                    span,
                    line: span.line,
                    anchor: None,
                    tag: tag.map(|tag| tag.to_string()),
                    kind,
                });
            }
            Event::SequenceStart(style, _, tag) => {
                let kind = Kind::Sequence { items: vec![], flow: style == StructureStyle::Flow };
                self.start(Node {
                    span,
                    line: span.line,
                    anchor: None,
                    tag: tag.map(|tag| tag.to_string()),
                    kind,
                });
            }
            Event::MappingStart(style, _, tag) => {
                let kind = Kind::Mapping { entries: vec![], flow: style == StructureStyle::Flow };
                self.start(Node {
                    span,
                    line: span.line,
                    anchor: None,
                    tag: tag.map(|tag| tag.to_string()),
                    kind,
                });
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(id) => {
                let name = self.anchors.get(&id).cloned().unwrap_or_default();
                self.put(Node {
                    span,
                    line: span.line,
                    anchor: None,
                    tag: None,
                    kind: Kind::Alias(name),
                });
            }
            Event::Anchor(id, name) => self.anchor(id, name.into_owned()),
            _ => {}
        }
    }

    fn anchor(&mut self, id: usize, name: String) {
        if let Some(node) = self.newest() {
            node.anchor = Some(name.clone());
        }
        self.anchors.insert(id, name);
    }

    /// The node whose event came last: an open collection without children, or the last child.
    fn newest(&mut self) -> Option<&mut Node> {
        let Some(open) = self.open.last_mut() else {
            return self.documents.last_mut().map(|document| &mut document.root);
        };
        let pending = self.keys.last_mut().and_then(Option::as_mut);
        if pending.is_some() {
            return pending;
        }
        let empty = match &open.kind {
            Kind::Sequence { items, .. } => items.is_empty(),
            Kind::Mapping { entries, .. } => entries.is_empty(),
            _ => true,
        };
        if empty {
            return Some(open);
        }
        match &mut open.kind {
            Kind::Sequence { items, .. } => items.last_mut(),
            Kind::Mapping { entries, .. } => entries.last_mut().map(|entry| &mut entry.value),
            _ => None,
        }
    }

    fn start(&mut self, node: Node) {
        self.open.push(node);
        self.keys.push(None);
    }

    fn end(&mut self, span: Span) {
        self.keys.pop();
        if let Some(mut node) = self.open.pop() {
            let flow = matches!(
                node.kind,
                Kind::Sequence { flow: true, .. } | Kind::Mapping { flow: true, .. }
            );
            if flow {
                node.span.end = span.end;
            } else {
                // The parser reports where it noticed start and end, not where they were written.
                node.span = around_children(&node);
            }
            self.put(node);
        }
    }

    fn put(&mut self, node: Node) {
        let Some(open) = self.open.last_mut() else {
            return self.documents.push(Document { root: node });
        };
        match &mut open.kind {
            Kind::Sequence { items, .. } => items.push(node),
            Kind::Mapping { entries, .. } => {
                if let Some(pending) = self.keys.last_mut() {
                    match pending.take() {
                        None => *pending = Some(node),
                        Some(key) => entries.push(Entry { key, value: node }),
                    }
                }
            }
            _ => {}
        }
    }
}

/// Returns the span from the first to the last child of a block collection.
fn around_children(node: &Node) -> Span {
    let (first, last) = match &node.kind {
        Kind::Sequence { items, .. } => (items.first(), items.last()),
        Kind::Mapping { entries, .. } => {
            (entries.first().map(|e| &e.key), entries.last().map(|e| &e.value))
        }
        _ => (None, None),
    };
    match (first, last) {
        (Some(first), Some(last)) => Span { end: last.span.end, ..first.span },
        _ => node.span,
    }
}

fn style_of(style: GranitStyle) -> ScalarStyle {
    match style {
        GranitStyle::Plain => ScalarStyle::Plain,
        GranitStyle::SingleQuoted => ScalarStyle::SingleQuoted,
        GranitStyle::DoubleQuoted => ScalarStyle::DoubleQuoted,
        GranitStyle::Literal => ScalarStyle::Literal,
        GranitStyle::Folded => ScalarStyle::Folded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_cover_exactly_what_was_written() {
        let text = "\u{feff}a: &x 'b c'\nlist:\n- one # note\n- [two, {k: v}]\n";
        let documents = parse(text).unwrap();
        let root = &documents[0].root;
        let at = |node: &Node| text[node.span.range()].to_owned();
        assert_eq!(at(root.get("a").unwrap()), "'b c'");
        assert_eq!(root.get("a").unwrap().anchor.as_deref(), Some("x"));
        let list = root.get("list").unwrap();
        assert_eq!(at(list), "one # note\n- [two, {k: v}]");
        assert_eq!(at(&list.items().unwrap()[1]), "[two, {k: v}]");
    }
}
