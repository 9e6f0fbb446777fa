//! Tokens out of characters.
//!
//! In block style the indentation makes structure: it is kept as a stack of columns, and where it
//! grows or shrinks there are tokens that are for no character.

use std::collections::VecDeque;

use super::keys::{PossibleKey, PossibleKeys};
use super::reader::{END, Reader, is_blank, is_blank_or_end};
use super::token::{Token, TokenKind};
use super::{Mark, SyntaxFailure};

/// How deep flow collections, and indentation, may go (Go: `max_flow_level`, `max_indents`).
const DEEPEST: usize = 10_000;

/// Where a token goes that belongs before others.
#[derive(Debug, Clone, Copy)]
enum TokenPosition {
    Last,
    /// Before the token with this number. The server puts it last if that one is gone already.
    Before(usize),
}

/// Cuts a text into tokens.
pub(super) struct Scanner<'a> {
    pub(super) reader: Reader<'a>,
    queue: VecDeque<Token>,
    /// How many tokens have been handed out.
    handed_out: usize,
    /// Whether the first token of the queue is final.
    settled: bool,
    keys: PossibleKeys,
    /// Whether a key without `?` may begin here.
    pub(super) key_allowed: bool,
    /// The column of the innermost block collection; -1 outside of any.
    pub(super) indent: isize,
    outer_indents: Vec<isize>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            reader: Reader::new(bytes),
            queue: VecDeque::new(),
            handed_out: 0,
            settled: false,
            keys: PossibleKeys::new(),
            key_allowed: true,
            indent: -1,
            outer_indents: vec![],
        }
    }

    /// Returns the next token and leaves it there.
    ///
    /// # Errors
    ///
    /// Fails if the characters up to where this token is certain make none.
    pub(super) fn peek(&mut self) -> Result<&Token, SyntaxFailure> {
        self.settle()?;
        Ok(&self.queue[0])
    }

    /// Removes the next token and returns it.
    ///
    /// # Errors
    ///
    /// As [`Scanner::peek`].
    pub(super) fn take(&mut self) -> Result<Token, SyntaxFailure> {
        self.settle()?;
        self.settled = false;
        self.handed_out += 1;
        let here = self.reader.mark();
        let end = || Token { kind: TokenKind::StreamEnd, start: here, end: here };
        Ok(self.queue.pop_front().unwrap_or_else(end))
    }

    /// Reads on until it is certain which token comes next: as long as it may begin a key, a token
    /// for that key may have to go before it.
    fn settle(&mut self) -> Result<(), SyntaxFailure> {
        while !self.settled {
            let undecided = self.queue.is_empty()
                || self.keys.is_undecided(self.handed_out, self.reader.mark())?;
            if undecided {
                self.fetch()?;
            }
            self.settled = !undecided;
        }
        Ok(())
    }

    pub(super) fn in_flow(&self) -> bool {
        self.keys.flow_level() > 0
    }

    /// Puts the next token, and those that it shows to be before it, into the queue.
    fn fetch(&mut self) -> Result<(), SyntaxFailure> {
        self.reader.need(1)?;
        self.skip_to_token()?;
        self.close_indents(self.column());
        self.reader.need(4)?;
        // The order of the arms is that of go-yaml, and matters: `---` is a mark only at the start of a
        // line, `-` an item only before a blank, and what is left over may begin a plain scalar.
        let next = [0, 1, 2, 3].map(|distance| self.reader.peek(distance));
        let line_start = self.reader.mark().column == 0;
        let free = is_blank_or_end(next[1]);
        match next {
            [END, ..] => self.fetch_end(),
            ['%', ..] if line_start => self.fetch_directive(),
            ['-', '-', '-', then] if line_start && is_blank_or_end(then) => {
                self.fetch_document_mark(TokenKind::DocumentStart)
            }
            ['.', '.', '.', then] if line_start && is_blank_or_end(then) => {
                self.fetch_document_mark(TokenKind::DocumentEnd)
            }
            ['[', ..] => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            ['{', ..] => self.fetch_flow_start(TokenKind::FlowMappingStart),
            [']', ..] => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            ['}', ..] => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            [',', ..] => self.fetch_flow_entry(),
            ['-', ..] if free => self.fetch_block_entry(),
            ['?', ..] if free || self.in_flow() => self.fetch_key(),
            [':', ..] if free || self.in_flow() => self.fetch_value(),
            ['*', ..] => self.fetch_content(|scanner| scanner.scan_anchor(TokenKind::Alias)),
            ['&', ..] => self.fetch_content(|scanner| scanner.scan_anchor(TokenKind::Anchor)),
            ['!', ..] => self.fetch_content(Self::scan_tag),
            ['|' | '>', ..] if !self.in_flow() => self.fetch_block_scalar(),
            ['\'' | '"', ..] => self.fetch_content(Self::scan_quoted),
            [first, second, ..] if self.begins_plain(first, second) => {
                self.fetch_content(Self::scan_plain)
            }
            _ => self.fail("found character that cannot start any token"),
        }
    }

    /// Says whether a plain scalar begins with these characters. In block style it may begin with
    /// an indicator that has something other than a blank after it.
    fn begins_plain(&self, first: char, second: char) -> bool {
        match first {
            '-' => !is_blank(second),
            '?' | ':' => !self.in_flow() && !is_blank_or_end(second),
            ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
            | '@' | '`' => false,
            first => !is_blank_or_end(first),
        }
    }

    fn fetch_end(&mut self) -> Result<(), SyntaxFailure> {
        self.reader.end_line();
        self.leave_block()?;
        self.put_here(TokenKind::StreamEnd);
        Ok(())
    }

    fn fetch_directive(&mut self) -> Result<(), SyntaxFailure> {
        self.leave_block()?;
        let token = self.scan_directive()?;
        self.put(token);
        Ok(())
    }

    fn fetch_document_mark(&mut self, kind: TokenKind) -> Result<(), SyntaxFailure> {
        self.leave_block()?;
        self.put_characters(kind, 3);
        Ok(())
    }

    fn fetch_flow_start(&mut self, kind: TokenKind) -> Result<(), SyntaxFailure> {
        self.save_key()?;
        self.keys.enter_flow(self.next_number());
        if self.keys.flow_level() > DEEPEST {
            return self.fail(format!("exceeded max depth of {DEEPEST}"));
        }
        self.key_allowed = true;
        self.put_characters(kind, 1);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: TokenKind) -> Result<(), SyntaxFailure> {
        self.remove_key()?;
        self.keys.leave_flow();
        self.key_allowed = false;
        self.put_characters(kind, 1);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Result<(), SyntaxFailure> {
        self.remove_key()?;
        self.key_allowed = true;
        self.put_characters(TokenKind::FlowEntry, 1);
        Ok(())
    }

    /// A `-`. In flow style it cannot stand there, which the parser says better.
    fn fetch_block_entry(&mut self) -> Result<(), SyntaxFailure> {
        if !self.in_flow() {
            if !self.key_allowed {
                return self.fail("block sequence entries are not allowed in this context");
            }
            let here = self.reader.mark();
            self.open_indent(here, TokenPosition::Last, TokenKind::BlockSequenceStart)?;
        }
        self.remove_key()?;
        self.key_allowed = true;
        self.put_characters(TokenKind::BlockEntry, 1);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<(), SyntaxFailure> {
        if !self.in_flow() {
            if !self.key_allowed {
                return self.fail("mapping keys are not allowed in this context");
            }
            let here = self.reader.mark();
            self.open_indent(here, TokenPosition::Last, TokenKind::BlockMappingStart)?;
        }
        self.remove_key()?;
        self.key_allowed = !self.in_flow();
        self.put_characters(TokenKind::Key, 1);
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<(), SyntaxFailure> {
        let here = self.reader.mark();
        if let Some(key) = self.keys.take(here)? {
            let before = TokenPosition::Before(key.token);
            self.insert(before, Token { kind: TokenKind::Key, start: key.mark, end: key.mark });
            self.open_indent(key.mark, before, TokenKind::BlockMappingStart)?;
            self.key_allowed = false;
        } else {
            if !self.in_flow() {
                if !self.key_allowed {
                    return self.fail("mapping values are not allowed in this context");
                }
                self.open_indent(here, TokenPosition::Last, TokenKind::BlockMappingStart)?;
            }
            self.key_allowed = !self.in_flow();
        }
        self.put_characters(TokenKind::Value, 1);
        Ok(())
    }

    /// Something that may be a key, or part of one.
    fn fetch_content(
        &mut self,
        scan: impl FnOnce(&mut Self) -> Result<Token, SyntaxFailure>,
    ) -> Result<(), SyntaxFailure> {
        self.save_key()?;
        self.key_allowed = false;
        let token = scan(self)?;
        self.put(token);
        Ok(())
    }

    fn fetch_block_scalar(&mut self) -> Result<(), SyntaxFailure> {
        self.remove_key()?;
        self.key_allowed = true;
        let token = self.scan_block_scalar()?;
        self.put(token);
        Ok(())
    }

    /// Remembers that a key may begin here. At the column of the innermost block collection there
    /// can be nothing else.
    fn save_key(&mut self) -> Result<(), SyntaxFailure> {
        if !self.key_allowed {
            return Ok(());
        }
        let required = !self.in_flow() && self.indent == self.column();
        self.keys.save(PossibleKey::new(self.next_number(), self.reader.mark(), required))
    }

    fn remove_key(&mut self) -> Result<(), SyntaxFailure> {
        self.keys.remove(self.reader.mark())
    }

    /// Ends all block collections: a document is over.
    fn leave_block(&mut self) -> Result<(), SyntaxFailure> {
        self.close_indents(-1);
        self.remove_key()?;
        self.key_allowed = false;
        Ok(())
    }

    /// Begins a block collection at the column of `mark`, if that is deeper than the innermost one.
    fn open_indent(
        &mut self,
        mark: Mark,
        position: TokenPosition,
        kind: TokenKind,
    ) -> Result<(), SyntaxFailure> {
        let column = mark.column.cast_signed();
        if self.in_flow() || self.indent >= column {
            return Ok(());
        }
        self.outer_indents.push(self.indent);
        self.indent = column;
        if self.outer_indents.len() > DEEPEST {
            return self.fail(format!("exceeded max depth of {DEEPEST}"));
        }
        self.insert(position, Token { kind, start: mark, end: mark });
        Ok(())
    }

    /// Ends the block collections that are deeper than `column`.
    fn close_indents(&mut self, column: isize) {
        while !self.in_flow() && self.indent > column {
            self.put_here(TokenKind::BlockEnd);
            self.indent = self.outer_indents.pop().unwrap_or(-1);
        }
    }

    fn column(&self) -> isize {
        self.reader.mark().column.cast_signed()
    }

    /// Returns the number that the next token at the end of the queue gets.
    fn next_number(&self) -> usize {
        self.handed_out + self.queue.len()
    }

    fn put(&mut self, token: Token) {
        self.queue.push_back(token);
    }

    /// Puts a token that stands for no character.
    fn put_here(&mut self, kind: TokenKind) {
        let here = self.reader.mark();
        self.put(Token { kind, start: here, end: here });
    }

    /// Puts a token that stands for the next `count` characters.
    fn put_characters(&mut self, kind: TokenKind, count: usize) {
        let start = self.reader.mark();
        self.reader.skip_many(count);
        self.put(Token { kind, start, end: self.reader.mark() });
    }

    fn insert(&mut self, position: TokenPosition, token: Token) {
        match position {
            TokenPosition::Before(number) if number >= self.handed_out => {
                self.queue.insert(number - self.handed_out, token);
            }
            _ => self.queue.push_back(token),
        }
    }

    pub(super) fn failure(&self, problem: impl Into<String>) -> SyntaxFailure {
        SyntaxFailure::scanner(problem, self.reader.mark())
    }

    pub(super) fn fail<T>(&self, problem: impl Into<String>) -> Result<T, SyntaxFailure> {
        Err(self.failure(problem))
    }
}
