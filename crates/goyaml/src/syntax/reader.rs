//! Characters of the text, with a look ahead.
//!
//! The server reads its text in pieces of 512 bytes, and only as far as the scanner asks. A byte
//! that must not be there is noticed with its whole piece, before anything else in that piece, and
//! not at all if the first document ends earlier. So this reader takes the same pieces, and the
//! scanner says with [`Reader::need`] how far it looks, even though all bytes are there.

use std::collections::VecDeque;

use super::encoding::Encoding;
use super::{Mark, SyntaxFailure};

const PIECE: usize = 512;
const BYTE_ORDER_MARK: char = '\u{feff}';

/// What [`Reader::peek`] gives after the last character. It cannot be in a text itself.
pub(super) const END: char = '\0';

/// The characters of a text.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    encoding: Encoding,
    /// How many bytes have become characters.
    decoded: usize,
    /// How many bytes have been taken from the text.
    taken: usize,
    /// Whether bytes were asked for after the last one.
    exhausted: bool,
    ahead: VecDeque<char>,
    /// The character that was first when the look-ahead was last filled.
    first: char,
    mark: Mark,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let mut reader = Self {
            bytes,
            encoding: Encoding::Utf8,
            decoded: 0,
            taken: 0,
            exhausted: false,
            ahead: VecDeque::with_capacity(PIECE),
            first: END,
            mark: Mark::default(),
        };
        reader.take_piece();
        let (encoding, mark) = Encoding::detect(&bytes[..reader.taken]);
        reader.encoding = encoding;
        reader.decoded = mark;
        reader.mark.offset = mark;
        reader
    }

    /// Makes sure that `count` characters can be seen, as far as the text has so many.
    ///
    /// # Errors
    ///
    /// Fails if one of the pieces read for that holds something that is no character.
    pub(super) fn need(&mut self, count: usize) -> Result<(), SyntaxFailure> {
        if self.ahead.len() >= count {
            return Ok(());
        }
        let mut fresh = self.decoded < self.taken;
        while self.ahead.len() < count {
            if !fresh {
                self.take_piece();
            }
            fresh = false;
            self.decode()?;
            if self.exhausted {
                self.ahead.push_back(END);
                break;
            }
        }
        self.first = self.peek(0);
        Ok(())
    }

    fn take_piece(&mut self) {
        if self.taken == self.bytes.len() {
            self.exhausted = true;
        } else {
            self.taken = self.bytes.len().min(self.decoded + PIECE);
        }
    }

    fn decode(&mut self) -> Result<(), SyntaxFailure> {
        while self.decoded < self.taken {
            let bytes = &self.bytes[self.decoded..self.taken];
            // Nearly all of a text is this, and it needs no thought.
            if let (Encoding::Utf8, byte @ (b' '..=b'~' | b'\n')) = (self.encoding, bytes[0]) {
                self.ahead.push_back(char::from(byte));
                self.decoded += 1;
                continue;
            }
            match self.encoding.first(bytes) {
                Ok(Some((c, width))) => {
                    self.ahead.push_back(c);
                    self.decoded += width;
                }
                Ok(None) if self.exhausted => return Err(self.bad(self.encoding.incomplete(bytes))),
                Ok(None) => break,
                Err(problem) => return Err(self.bad(problem)),
            }
        }
        Ok(())
    }

    /// A failure at the first byte that is not decoded.
    fn bad(&self, problem: &str) -> SyntaxFailure {
        let before = &self.bytes[..self.decoded];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let mark = Mark {
            index: self.decoded,
            offset: self.decoded,
            line: before.iter().filter(|byte| **byte == b'\n').count(),
            column: String::from_utf8_lossy(&before[line_start..]).chars().count(),
        };
        SyntaxFailure::nowhere(problem, mark)
    }

    /// Returns the character `distance` after the next one.
    pub(super) fn peek(&self, distance: usize) -> char {
        self.ahead.get(distance).copied().unwrap_or(END)
    }

    pub(super) fn mark(&self) -> Mark {
        self.mark
    }

    /// Moves on by one character, which is no line break.
    pub(super) fn skip(&mut self) -> char {
        let c = self.ahead.pop_front().unwrap_or(END);
        self.mark.index += 1;
        self.mark.column += 1;
        if c != END {
            self.mark.offset += self.encoding.width(c);
        }
        c
    }

    /// Moves on by `count` characters, none of which is a line break.
    pub(super) fn skip_many(&mut self, count: usize) {
        for _ in 0..count {
            self.skip();
        }
    }

    /// Moves past a line break, if one is next, and returns what it means in a scalar: all but
    /// the separators of Unicode are one line feed.
    pub(super) fn skip_break(&mut self) -> Option<char> {
        let meaning = match self.peek(0) {
            '\r' if self.peek(1) == '\n' => {
                self.skip();
                '\n'
            }
            '\r' | '\n' | '\u{85}' => '\n',
            separator @ ('\u{2028}' | '\u{2029}') => separator,
            _ => return None,
        };
        self.skip();
        self.mark.line += 1;
        self.mark.column = 0;
        Some(meaning)
    }

    /// Counts a line break that is not there: the end of the text ends its last line.
    pub(super) fn end_line(&mut self) {
        if self.mark.column != 0 {
            self.mark.line += 1;
            self.mark.column = 0;
        }
    }

    /// Says whether the look-ahead, when it was last filled, began with a byte order mark. The
    /// server takes that for one standing at the start of every line until it is filled again.
    pub(super) fn began_with_byte_order_mark(&self) -> bool {
        self.first == BYTE_ORDER_MARK
    }
}

/// A space or a tab.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

pub(super) fn is_break_or_end(c: char) -> bool {
    is_break(c) || c == END
}

pub(super) fn is_blank_or_end(c: char) -> bool {
    is_blank(c) || is_break_or_end(c)
}

/// A character of an anchor's name.
pub(super) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}
