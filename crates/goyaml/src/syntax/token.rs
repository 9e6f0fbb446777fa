//! What the scanner cuts a text into.

use crate::ScalarStyle;

/// A place in the text, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Mark {
    /// Characters before it.
    pub(crate) index: usize,
    /// Bytes before it.
    pub(crate) offset: usize,
    /// Lines before its line.
    pub(crate) line: usize,
    /// Characters before it in its line.
    pub(crate) column: usize,
}

/// A piece of the text that means something to the grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: Mark,
    pub(super) end: Mark,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenKind {
    StreamEnd,
    /// `%YAML major.minor`
    Version {
        major: u8,
        minor: u8,
    },
    /// `%TAG handle prefix`
    TagDirective {
        handle: String,
        prefix: String,
    },
    /// `---`
    DocumentStart,
    /// `...`
    DocumentEnd,
    /// The indentation grows before a `-`.
    BlockSequenceStart,
    /// The indentation grows before a key.
    BlockMappingStart,
    /// The indentation falls back.
    BlockEnd,
    /// `[`
    FlowSequenceStart,
    /// `]`
    FlowSequenceEnd,
    /// `{`
    FlowMappingStart,
    /// `}`
    FlowMappingEnd,
    /// `-`
    BlockEntry,
    /// `,`
    FlowEntry,
    /// `?`, or nothing at all before a simple key.
    Key,
    /// `:`
    Value,
    /// `*name`
    Alias(String),
    /// `&name`
    Anchor(String),
    /// `!suffix`, `!handle!suffix`, or `!<suffix>` with an empty handle.
    Tag {
        handle: String,
        suffix: String,
    },
    Scalar {
        text: String,
        style: ScalarStyle,
    },
}
