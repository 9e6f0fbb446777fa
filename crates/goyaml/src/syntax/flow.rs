//! Collections in flow style: `[a, b]`, `{a: b}`.

use super::SyntaxFailure;
use super::parser::{NodeContext, Parser, empty, node, span};
use super::token::TokenKind;
use crate::{MappingEntry, Node, NodeKind};

impl Parser<'_> {
    pub(super) fn flow_sequence(&mut self) -> Result<Node, SyntaxFailure> {
        let start = self.scanner.take()?.start;
        let mut items = vec![];
        while !self.ends_flow(&TokenKind::FlowSequenceEnd, items.is_empty(), "']'")? {
            items.push(match &self.scanner.peek()?.kind {
                TokenKind::Key => self.pair()?,
                _ => self.node(NodeContext::Flow)?,
            });
        }
        let end = self.scanner.take()?.end;
        Ok(node(span(start, end), start, NodeKind::Sequence { items, flow: true }))
    }

    /// A mapping of one entry without braces. Where its key is missing, the server swallows the
    /// token that shows it.
    fn pair(&mut self) -> Result<Node, SyntaxFailure> {
        let start = self.scanner.take()?.start;
        let next = self.scanner.peek()?;
        let key = match &next.kind {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                empty(self.scanner.take()?.end)
            }
            _ => self.node(NodeContext::Flow)?,
        };
        let value = self.flow_value(&TokenKind::FlowSequenceEnd)?;
        let end = self.scanner.peek()?.start;
        let kind = NodeKind::Mapping { entries: vec![MappingEntry { key, value }], flow: true };
        Ok(node(span(start, end), start, kind))
    }

    pub(super) fn flow_mapping(&mut self) -> Result<Node, SyntaxFailure> {
        let start = self.scanner.take()?.start;
        let mut entries = vec![];
        while !self.ends_flow(&TokenKind::FlowMappingEnd, entries.is_empty(), "'}'")? {
            entries.push(self.flow_entry()?);
        }
        let end = self.scanner.take()?.end;
        Ok(node(span(start, end), start, NodeKind::Mapping { entries, flow: true }))
    }

    fn flow_entry(&mut self) -> Result<MappingEntry, SyntaxFailure> {
        if self.scanner.peek()?.kind != TokenKind::Key {
            let key = self.node(NodeContext::Flow)?;
            return Ok(MappingEntry { key, value: empty(self.scanner.peek()?.start) });
        }
        self.scanner.take()?;
        let next = self.scanner.peek()?;
        let key = match &next.kind {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd => {
                empty(next.start)
            }
            _ => self.node(NodeContext::Flow)?,
        };
        Ok(MappingEntry { key, value: self.flow_value(&TokenKind::FlowMappingEnd)? })
    }

    /// What is after a `:`, if there is one.
    fn flow_value(&mut self, closing: &TokenKind) -> Result<Node, SyntaxFailure> {
        let next = self.scanner.peek()?;
        if next.kind != TokenKind::Value {
            return Ok(empty(next.start));
        }
        self.scanner.take()?;
        let next = self.scanner.peek()?;
        if next.kind == TokenKind::FlowEntry || next.kind == *closing {
            return Ok(empty(next.start));
        }
        self.node(NodeContext::Flow)
    }

    /// Reads the comma between two items, and says whether there is no further item.
    fn ends_flow(
        &mut self,
        closing: &TokenKind,
        first: bool,
        bracket: &str,
    ) -> Result<bool, SyntaxFailure> {
        let next = self.scanner.peek()?;
        if next.kind == *closing {
            return Ok(true);
        }
        if first {
            return Ok(false);
        }
        if next.kind != TokenKind::FlowEntry {
            let problem = format!("did not find expected ',' or {bracket}");
            return Err(SyntaxFailure::parser(problem, next.start));
        }
        self.scanner.take()?;
        Ok(self.scanner.peek()?.kind == *closing)
    }
}
