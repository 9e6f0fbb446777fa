//! The tree out of tokens.

use std::collections::HashSet;

use super::scanner::Scanner;
use super::token::{Token, TokenKind};
use super::{LimitReason, Mark, SyntaxFailure};
use crate::{Document, MappingEntry, Node, NodeKind, ScalarStyle, Span};

/// What may be where a node is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NodeContext {
    /// Block and flow style.
    Block,
    /// The same, and a sequence that is not indented: a key or a value of a block mapping.
    BlockEntry,
    /// Flow style only.
    Flow,
}

/// What is before a node.
struct Properties {
    anchor: Option<String>,
    tag: Option<String>,
    start: Mark,
    end: Mark,
}

/// Reads the documents of a text one by one.
pub(crate) struct Parser<'a> {
    pub(super) scanner: Scanner<'a>,
    started: bool,
    tag_directives: Vec<(String, String)>,
    anchors: HashSet<String>,
    levels: usize,
    most_levels: usize,
}

impl<'a> Parser<'a> {
    /// Prepares to read `bytes`. Nodes nested deeper than `most_levels` are refused.
    pub(crate) fn new(bytes: &'a [u8], most_levels: usize) -> Self {
        Self {
            scanner: Scanner::new(bytes),
            started: false,
            tag_directives: vec![],
            anchors: HashSet::new(),
            levels: 0,
            most_levels,
        }
    }

    /// Returns the next document, if there is one. Nothing after it is read but the token that
    /// shows that it is over.
    ///
    /// # Errors
    ///
    /// Fails where the server's parser does; the parser is of no use after that.
    pub(crate) fn next_document(&mut self) -> Result<Option<Document>, SyntaxFailure> {
        let implicit = !std::mem::replace(&mut self.started, true);
        while !implicit && self.scanner.peek()?.kind == TokenKind::DocumentEnd {
            self.scanner.take()?;
        }
        let root = match &self.scanner.peek()?.kind {
            TokenKind::StreamEnd => return Ok(None),
            kind if implicit && !starts_document(kind) => {
                self.read_directives()?;
                self.node(NodeContext::Block)?
            }
            _ => self.explicit_document()?,
        };
        if self.scanner.peek()?.kind == TokenKind::DocumentEnd {
            self.scanner.take()?;
        }
        self.tag_directives.clear();
        self.anchors.clear();
        Ok(Some(Document { root }))
    }

    fn explicit_document(&mut self) -> Result<Node, SyntaxFailure> {
        self.read_directives()?;
        let token = self.scanner.take()?;
        if token.kind != TokenKind::DocumentStart {
            return Err(SyntaxFailure::parser(
                "did not find expected <document start>",
                token.start,
            ));
        }
        let next = self.scanner.peek()?;
        match &next.kind {
            TokenKind::DocumentEnd | TokenKind::StreamEnd => Ok(empty(next.start)),
            kind if starts_document(kind) => Ok(empty(next.start)),
            _ => self.node(NodeContext::Block),
        }
    }

    fn read_directives(&mut self) -> Result<(), SyntaxFailure> {
        let mut has_version = false;
        loop {
            let at = self.scanner.peek()?.start;
            match &self.scanner.peek()?.kind {
                TokenKind::Version { .. } if has_version => {
                    return Err(SyntaxFailure::parser("found duplicate %YAML directive", at));
                }
                TokenKind::Version { major: 1, minor: 1 } => has_version = true,
                TokenKind::Version { .. } => {
                    return Err(SyntaxFailure::parser("found incompatible YAML document", at));
                }
                TokenKind::TagDirective { handle, prefix } => {
                    if self.tag_directives.iter().any(|(known, _)| known == handle) {
                        return Err(SyntaxFailure::parser("found duplicate %TAG directive", at));
                    }
                    self.tag_directives.push((handle.clone(), prefix.clone()));
                }
                _ => break,
            }
            self.scanner.take()?;
        }
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            if self.tag_directives.iter().all(|(known, _)| known != handle) {
                self.tag_directives.push((handle.to_owned(), prefix.to_owned()));
            }
        }
        Ok(())
    }

    pub(super) fn node(&mut self, context: NodeContext) -> Result<Node, SyntaxFailure> {
        self.levels += 1;
        if self.levels > self.most_levels {
            let problem = format!("nested deeper than {} levels", self.most_levels);
            let at = self.scanner.peek()?.start;
            return Err(SyntaxFailure {
                reason: LimitReason::Depth,
                ..SyntaxFailure::nowhere(problem, at)
            });
        }
        let node = match &self.scanner.peek()?.kind {
            TokenKind::Alias(_) => self.alias(),
            _ => self.content(context),
        };
        self.levels -= 1;
        node
    }

    fn alias(&mut self) -> Result<Node, SyntaxFailure> {
        let token = self.scanner.take()?;
        let TokenKind::Alias(name) = token.kind else {
            return Err(SyntaxFailure::parser("did not find expected node content", token.start));
        };
        if !self.anchors.contains(&name) {
            let problem = format!("unknown anchor '{name}' referenced");
            return Err(SyntaxFailure::nowhere(problem, token.start));
        }
        Ok(node(span(token.start, token.end), token.start, NodeKind::Alias(name)))
    }

    fn content(&mut self, context: NodeContext) -> Result<Node, SyntaxFailure> {
        let properties = self.properties()?;
        if let Some(anchor) = &properties.anchor {
            self.anchors.insert(anchor.clone());
        }
        let at = self.scanner.peek()?.start;
        let block = context != NodeContext::Flow;
        let mut content = match &self.scanner.peek()?.kind {
            TokenKind::BlockEntry if context == NodeContext::BlockEntry => {
                self.indentless_sequence()?
            }
            TokenKind::Scalar { .. } => scalar(self.scanner.take()?),
            TokenKind::FlowSequenceStart => self.flow_sequence()?,
            TokenKind::FlowMappingStart => self.flow_mapping()?,
            TokenKind::BlockSequenceStart if block => self.block_sequence()?,
            TokenKind::BlockMappingStart if block => self.block_mapping()?,
            _ if properties.anchor.is_some() || properties.tag.is_some() => empty(properties.end),
            _ => return Err(SyntaxFailure::parser("did not find expected node content", at)),
        };
        content.line = properties.start.line + 1;
        content.anchor = properties.anchor;
        content.tag = properties.tag;
        Ok(content)
    }

    /// Reads an anchor and a tag, in either order.
    fn properties(&mut self) -> Result<Properties, SyntaxFailure> {
        let start = self.scanner.peek()?.start;
        let mut properties = Properties { anchor: None, tag: None, start, end: start };
        let mut tag = None;
        loop {
            match &self.scanner.peek()?.kind {
                TokenKind::Anchor(_) if properties.anchor.is_none() => {}
                TokenKind::Tag { .. } if tag.is_none() => {}
                _ => break,
            }
            let token = self.scanner.take()?;
            properties.end = token.end;
            match token.kind {
                TokenKind::Anchor(name) => properties.anchor = Some(name),
                TokenKind::Tag { handle, suffix } => tag = Some((handle, suffix, token.start)),
                _ => {}
            }
        }
        if let Some((handle, suffix, at)) = tag {
            properties.tag = Some(self.resolve_tag(&handle, suffix, at)?);
        }
        Ok(properties)
    }

    fn resolve_tag(&self, handle: &str, suffix: String, at: Mark) -> Result<String, SyntaxFailure> {
        if handle.is_empty() {
            return Ok(suffix);
        }
        let directive = self.tag_directives.iter().find(|(known, _)| known == handle);
        let (_, prefix) =
            directive.ok_or_else(|| SyntaxFailure::parser("found undefined tag handle", at))?;
        Ok(format!("{prefix}{suffix}"))
    }

    fn block_sequence(&mut self) -> Result<Node, SyntaxFailure> {
        let start = self.scanner.take()?.start;
        let mut items = vec![];
        loop {
            let token = self.scanner.take()?;
            match token.kind {
                TokenKind::BlockEntry => {}
                TokenKind::BlockEnd => break,
                _ => {
                    return Err(SyntaxFailure::parser(
                        "did not find expected '-' indicator",
                        token.start,
                    ));
                }
            }
            items.push(match &self.scanner.peek()?.kind {
                TokenKind::BlockEntry | TokenKind::BlockEnd => empty(token.end),
                _ => self.node(NodeContext::Block)?,
            });
        }
        Ok(block_collection(start, NodeKind::Sequence { items, flow: false }))
    }

    /// A sequence whose `-` stand at the column of the key it belongs to.
    fn indentless_sequence(&mut self) -> Result<Node, SyntaxFailure> {
        let start = self.scanner.peek()?.start;
        let mut items = vec![];
        while self.scanner.peek()?.kind == TokenKind::BlockEntry {
            let end = self.scanner.take()?.end;
            items.push(match &self.scanner.peek()?.kind {
                TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                    empty(end)
                }
                _ => self.node(NodeContext::Block)?,
            });
        }
        Ok(block_collection(start, NodeKind::Sequence { items, flow: false }))
    }

    fn block_mapping(&mut self) -> Result<Node, SyntaxFailure> {
        let start = self.scanner.take()?.start;
        let mut entries = vec![];
        loop {
            let next = self.scanner.peek()?;
            let key = match &next.kind {
                TokenKind::Key => self.block_mapping_part()?,
                TokenKind::BlockEnd => break,
                _ => return Err(SyntaxFailure::parser("did not find expected key", next.start)),
            };
            let next = self.scanner.peek()?;
            let value = match &next.kind {
                TokenKind::Value => self.block_mapping_part()?,
                _ => empty(next.start),
            };
            entries.push(MappingEntry { key, value });
        }
        self.scanner.take()?;
        Ok(block_collection(start, NodeKind::Mapping { entries, flow: false }))
    }

    /// What is after a `?` or `:`.
    fn block_mapping_part(&mut self) -> Result<Node, SyntaxFailure> {
        let end = self.scanner.take()?.end;
        match &self.scanner.peek()?.kind {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => Ok(empty(end)),
            _ => self.node(NodeContext::BlockEntry),
        }
    }
}

fn starts_document(kind: &TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Version { .. } | TokenKind::TagDirective { .. } | TokenKind::DocumentStart
    )
}

pub(super) fn span(start: Mark, end: Mark) -> Span {
    Span { start: start.offset, end: end.offset, line: start.line + 1, column: start.column + 1 }
}

pub(super) fn node(span: Span, start: Mark, kind: NodeKind) -> Node {
    Node { span, line: start.line + 1, anchor: None, tag: None, kind }
}

pub(super) fn empty(at: Mark) -> Node {
    node(span(at, at), at, NodeKind::Scalar { text: String::new(), style: ScalarStyle::Plain })
}

fn scalar(token: Token) -> Node {
    let Token { kind, start, end } = token;
    match kind {
        TokenKind::Scalar { text, style } => {
            node(span(start, end), start, NodeKind::Scalar { text, style })
        }
        _ => empty(start),
    }
}

/// It is around its children: the server's parser only knows where it noticed that it is over.
fn block_collection(start: Mark, kind: NodeKind) -> Node {
    let children = match &kind {
        NodeKind::Sequence { items, .. } => items.first().zip(items.last()),
        NodeKind::Mapping { entries, .. } => {
            entries.first().map(|entry| &entry.key).zip(entries.last().map(|entry| &entry.value))
        }
        _ => None,
    };
    let around = children
        .map_or(span(start, start), |(first, last)| Span { end: last.span.end, ..first.span });
    node(around, start, kind)
}
