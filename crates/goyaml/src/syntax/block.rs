//! Block scalars: `|` keeps lines, `>` folds them.

use super::reader::{END, is_blank, is_break, is_break_or_end};
use super::scanner::Scanner;
use super::token::{Token, TokenKind};
use super::{Mark, SyntaxFailure};
use crate::ScalarStyle;

/// What becomes of the line breaks at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chomping {
    /// `-`: none stays.
    Strip,
    /// One stays.
    Clip,
    /// `+`: all stay.
    Keep,
}

/// What is after `|` or `>`. No `indent` means that of the first line with text.
struct Header {
    chomping: Chomping,
    indent: Option<isize>,
}

impl Scanner<'_> {
    /// Scans a block scalar. Its token ends where its last line with text does.
    pub(super) fn scan_block_scalar(&mut self) -> Result<Token, SyntaxFailure> {
        let start = self.reader.mark();
        let style =
            if self.reader.skip() == '|' { ScalarStyle::Literal } else { ScalarStyle::Folded };
        let header = self.scan_header()?;
        let mut body = BlockText { end: self.reader.mark(), ..BlockText::default() };
        self.end_header()?;
        let mut indent = header.indent;
        body.more_breaks = self.scan_breaks(&mut indent)?;
        let indent = indent.unwrap_or(1);
        self.reader.need(1)?;
        while self.reader.mark().column.cast_signed() == indent && self.reader.peek(0) != END {
            self.scan_line(&mut body, style)?;
            body.more_breaks = self.scan_breaks(&mut Some(indent))?;
        }
        let end = body.end;
        let kind = TokenKind::Scalar { text: body.chomp(header.chomping), style };
        Ok(Token { kind, start, end })
    }

    /// The two indicators may be in either order.
    fn scan_header(&mut self) -> Result<Header, SyntaxFailure> {
        self.reader.need(1)?;
        let (chomping, increment) = if let Some(chomping) = self.scan_chomping() {
            self.reader.need(1)?;
            (chomping, self.scan_increment()?)
        } else if let Some(increment) = self.scan_increment()? {
            self.reader.need(1)?;
            (self.scan_chomping().unwrap_or(Chomping::Clip), Some(increment))
        } else {
            (Chomping::Clip, None)
        };
        let indent = increment.map(|increment| self.indent.max(0) + increment);
        Ok(Header { chomping, indent })
    }

    fn scan_chomping(&mut self) -> Option<Chomping> {
        let chomping = match self.reader.peek(0) {
            '+' => Chomping::Keep,
            '-' => Chomping::Strip,
            _ => return None,
        };
        self.reader.skip();
        Some(chomping)
    }

    fn scan_increment(&mut self) -> Result<Option<isize>, SyntaxFailure> {
        let increment = match self.reader.peek(0) {
            '0' => return self.fail("found an indentation indicator equal to 0"),
            digit @ '1'..='9' => isize::from(digit as u8 - b'0'),
            _ => return Ok(None),
        };
        self.reader.skip();
        Ok(Some(increment))
    }

    fn end_header(&mut self) -> Result<(), SyntaxFailure> {
        self.skip_blanks_and_comment()?;
        self.end_line()
    }

    /// Skips the end of a line on which nothing more may be.
    pub(super) fn end_line(&mut self) -> Result<(), SyntaxFailure> {
        if !is_break_or_end(self.reader.peek(0)) {
            return self.fail("did not find expected comment or line break");
        }
        if is_break(self.reader.peek(0)) {
            self.reader.need(2)?;
            self.reader.skip_break();
        }
        Ok(())
    }

    fn scan_line(&mut self, body: &mut BlockText, style: ScalarStyle) -> Result<(), SyntaxFailure> {
        body.begin_line(is_blank(self.reader.peek(0)), style);
        while !is_break_or_end(self.reader.peek(0)) {
            body.text.push(self.reader.skip());
            self.reader.need(1)?;
        }
        body.end = self.reader.mark();
        self.reader.need(2)?;
        body.last_break = self.reader.skip_break();
        Ok(())
    }

    /// Skips indentation and empty lines; returns the line breaks. An unknown indentation becomes
    /// the deepest one seen, and at least one more than that of the collection around.
    fn scan_breaks(&mut self, indent: &mut Option<isize>) -> Result<String, SyntaxFailure> {
        let mut breaks = String::new();
        let mut deepest = 0;
        loop {
            self.reader.need(1)?;
            while self.is_before(*indent) && self.reader.peek(0) == ' ' {
                self.reader.skip();
                self.reader.need(1)?;
            }
            deepest = deepest.max(self.reader.mark().column.cast_signed());
            if self.is_before(*indent) && self.reader.peek(0) == '\t' {
                return self.fail("found a tab character where an indentation space is expected");
            }
            if !is_break(self.reader.peek(0)) {
                break;
            }
            self.reader.need(2)?;
            breaks.extend(self.reader.skip_break());
        }
        indent.get_or_insert(deepest.max(self.indent + 1).max(1));
        Ok(breaks)
    }

    fn is_before(&self, indent: Option<isize>) -> bool {
        indent.is_none_or(|indent| self.reader.mark().column.cast_signed() < indent)
    }
}

/// The text so far.
#[derive(Default)]
struct BlockText {
    text: String,
    /// The line break after the last line with text, which may turn out to mean a space.
    last_break: Option<char>,
    /// The empty lines after it.
    more_breaks: String,
    /// Whether the last line began with a blank: such lines are not folded.
    indented: bool,
    end: Mark,
}

impl BlockText {
    fn begin_line(&mut self, indented: bool, style: ScalarStyle) {
        let folds = style == ScalarStyle::Folded && !self.indented && !indented;
        match self.last_break.take() {
            Some('\n') if folds => {
                if self.more_breaks.is_empty() {
                    self.text.push(' ');
                }
            }
            kept => self.text.extend(kept),
        }
        self.text.push_str(&self.more_breaks);
        self.indented = indented;
    }

    fn chomp(mut self, chomping: Chomping) -> String {
        if chomping != Chomping::Strip {
            self.text.extend(self.last_break);
        }
        if chomping == Chomping::Keep {
            self.text.push_str(&self.more_breaks);
        }
        self.text
    }
}
