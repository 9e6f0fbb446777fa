//! The syntax tree: every node with the bytes it was written with.

use std::ops::Range;

/// The place of a node in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
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
    /// Where its content is written, without anchor and tag. A block collection is from the start
    /// of its first child to the end of its last one: the first `- ` is not part of it.
    pub span: Span,
    /// The line on which it begins, anchor and tag included, from 1: what the server calls its line.
    pub line: usize,
    /// The name of the anchor before it.
    pub anchor: Option<String>,
    /// The tag before it, resolved, such as `tag:yaml.org,2002:str` or `!foo`.
    pub tag: Option<String>,
    /// What it is.
    pub kind: NodeKind,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeKind {
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
        entries: Vec<MappingEntry>,
        /// Whether it is written with braces.
        flow: bool,
    },
    /// `*name`: stands for the node with that anchor.
    Alias(String),
}

/// A key and its value. An absent value is an empty plain scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingEntry {
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
            NodeKind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Returns the items of a sequence.
    #[must_use]
    pub fn items(&self) -> Option<&[Self]> {
        match &self.kind {
            NodeKind::Sequence { items, .. } => Some(items),
            _ => None,
        }
    }

    /// Returns the entries of a mapping.
    #[must_use]
    pub fn entries(&self) -> Option<&[MappingEntry]> {
        match &self.kind {
            NodeKind::Mapping { entries, .. } => Some(entries),
            _ => None,
        }
    }

    /// Returns the last entry of a mapping whose key is this scalar: the one that counts.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&MappingEntry> {
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
