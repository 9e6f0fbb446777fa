//! The lines of a reader, without a copy of each.

use std::io::{self, Read};
use std::ops::Range;

use memchr::memmem::Finder;

/// What is read at once: it fits into the second cache of a processor.
const CHUNK: usize = 512 << 10;
/// The longest line that is taken as a whole.
pub const LONGEST_LINE: usize = 64 << 20;
/// What is kept of a line that is longer.
const HEAD: usize = 64 << 10;

/// A place in the buffer of a [`LineReader`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineSpan {
    /// The bytes without the line end.
    pub range: Range<usize>,
    /// Where the line begins in the whole (uncompressed) text.
    pub offset: u64,
    /// Whether it was longer than [`LONGEST_LINE`]: then this is its head.
    pub too_long: bool,
    /// Whether it ends with a line end.
    pub ended: bool,
}

/// Lines out of a reader.
pub struct LineReader<R> {
    from: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Where the buffer begins in the whole text.
    base: u64,
    done: bool,
    error: Option<io::Error>,
}

impl<R: Read> LineReader<R> {
    /// Returns the lines of a reader. `base` is where it begins in the whole text.
    pub fn new(from: R, base: u64) -> Self {
        Self { from, buffer: vec![0; CHUNK], start: 0, end: 0, base, done: false, error: None }
    }

    /// Returns the bytes of a line; valid until the next one is asked for.
    #[must_use]
    #[inline]
    pub fn bytes(&self, place: &LineSpan) -> &[u8] {
        &self.buffer[place.range.clone()]
    }

    /// How much of the text was taken.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.base + self.start as u64
    }

    /// The error that ended the text early, if one did.
    pub fn error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// Returns all that is read so far and was not taken, filling the buffer first: to look ahead.
    pub fn peek(&mut self) -> &[u8] {
        while self.end < self.buffer.len() && self.fill() {}
        &self.buffer[self.start..self.end]
    }

    /// Passes over this many bytes that [`Self::peek`] has shown.
    pub fn skip(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }

    /// Takes all that was read and not taken, or else reads more; `None` at the end of the text.
    pub fn chunk(&mut self) -> Option<Range<usize>> {
        while self.start == self.end {
            if !self.fill() {
                return None;
            }
        }
        let range = self.start..self.end;
        self.start = self.end;
        Some(range)
    }

    /// Returns what a range of [`Self::chunk`] stands for.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> &[u8] {
        &self.buffer[range]
    }

    /// Returns the next line; `None` at the end of the text.
    #[inline]
    pub fn advance(&mut self) -> Option<LineSpan> {
        let mut looked = 0;
        loop {
            let from = self.start + looked;
            if let Some(at) = memchr::memchr(b'\n', &self.buffer[from..self.end]) {
                return Some(self.take(from + at, true, false));
            }
            looked = self.end - self.start;
            if looked >= LONGEST_LINE {
                return Some(self.skip_long());
            }
            if !self.fill() {
                return (looked > 0).then(|| self.take(self.end, false, false));
            }
        }
    }

    /// Returns the next line that holds what is looked for, passing over others unseen.
    #[inline]
    pub fn advance_to(&mut self, finder: &Finder<'_>) -> Option<LineSpan> {
        loop {
            let text = &self.buffer[self.start..self.end];
            if let Some(hit) = finder.find(text) {
                let begin = memchr::memrchr(b'\n', &text[..hit]).map_or(0, |at| at + 1);
                self.start += begin;
                return self.advance();
            }
            // The line that is not yet whole may hold it.
            match memchr::memrchr(b'\n', text) {
                Some(last) => self.start += last + 1,
                None if text.len() >= LONGEST_LINE => {
                    self.skip_long();
                }
                None => {}
            }
            if !self.fill() {
                let rest = &self.buffer[self.start..self.end];
                return finder.find(rest).and_then(|_| self.advance());
            }
        }
    }

    #[inline]
    fn take(&mut self, end: usize, ended: bool, too_long: bool) -> LineSpan {
        let range = self.start..end;
        let offset = self.position();
        self.start = end + usize::from(ended);
        LineSpan { range, offset, too_long, ended }
    }

    /// Reads more after what is there. Returns whether there was more.
    fn fill(&mut self) -> bool {
        if self.done {
            return false;
        }
        if self.start > 0 && self.end == self.buffer.len() || self.start == self.end {
            self.buffer.copy_within(self.start..self.end, 0);
            self.base += self.start as u64;
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        match self.from.read(&mut self.buffer[self.end..]) {
            Ok(0) => self.done = true,
            Ok(count) => self.end += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                self.error = Some(error);
                self.done = true;
            }
        }
        !self.done
    }

    /// Passes over a line that is too long, and returns its head.
    fn skip_long(&mut self) -> LineSpan {
        let head = self.buffer[self.start..self.start + HEAD].to_vec();
        let offset = self.position();
        self.base = self.position() + (self.end - self.start) as u64;
        self.buffer.truncate(CHUNK);
        self.buffer.shrink_to_fit();
        let mut ended = false;
        // The head stays at the beginning of the buffer; the rest of the line goes after it.
        self.buffer[..HEAD].copy_from_slice(&head);
        (self.start, self.end) = (HEAD, HEAD);
        while let Ok(count @ 1..) = self.from.read(&mut self.buffer[HEAD..]) {
            let text = &self.buffer[HEAD..HEAD + count];
            if let Some(at) = memchr::memchr(b'\n', text) {
                (self.start, self.end, ended) = (HEAD + at + 1, HEAD + count, true);
                break;
            }
            self.base += count as u64;
        }
        self.base = self.base.saturating_sub(HEAD as u64);
        self.done |= !ended;
        LineSpan { range: 0..HEAD, offset, too_long: true, ended }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time.
    struct Drops<'a>(&'a [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(to.len());
            to[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn all(text: &[u8], drop: usize) -> Vec<(String, u64, bool)> {
        let mut lines = LineReader::new(Drops(text, drop), 0);
        let mut found = vec![];
        while let Some(place) = lines.advance() {
            let line = String::from_utf8_lossy(lines.bytes(&place)).into_owned();
            found.push((line, place.offset, place.ended));
        }
        found
    }

    #[test]
    fn lines_are_whole_however_they_arrive() {
        let expected = [("ab", 0, true), ("", 3, true), ("cde", 4, true), ("f", 8, false)]
            .map(|(a, b, c)| (a.to_owned(), b, c));
        for drop in 1..12 {
            assert_eq!(all(b"ab\n\ncde\nf", drop), expected, "{drop}");
        }
        assert!(all(b"", 1).is_empty());
    }

    #[test]
    fn long_lines_keep_their_place() {
        let text = format!("a\n{}\nb\n", "x".repeat(3 * CHUNK));
        let found = all(text.as_bytes(), CHUNK / 3);
        assert_eq!(found[1].0.len(), 3 * CHUNK);
        assert_eq!((found[2].0.as_str(), found[2].1), ("b", text.len() as u64 - 2));
    }

    #[test]
    fn a_line_beyond_the_cap_is_cut_and_the_next_ones_are_read() {
        let mut text = vec![b'x'; LONGEST_LINE + 3 * CHUNK];
        text.extend_from_slice(b"\nnext\nlast");
        let mut lines = LineReader::new(&text[..], 0);
        let long = lines.advance().unwrap();
        assert!(long.too_long && lines.bytes(&long).len() == HEAD);
        let next = lines.advance().unwrap();
        assert_eq!(lines.bytes(&next), b"next");
        assert_eq!(next.offset, (text.len() - 9) as u64);
        let last = lines.advance().unwrap();
        assert_eq!(lines.bytes(&last), b"last");
        assert_eq!(lines.advance(), None);
    }

    #[test]
    fn lines_that_hold_a_word_are_found_across_chunks() {
        let mut text = String::new();
        for line in 0..50_000 {
            text += &format!(
                "{line} {}\n",
                if line % 1000 == 7 { "needle" } else { "hay hay hay hay" }
            );
        }
        text += "the last needle";
        let mut lines = LineReader::new(Drops(text.as_bytes(), 77_777), 0);
        let finder = Finder::new("needle");
        let mut count = 0;
        while let Some(place) = lines.advance_to(&finder) {
            let line = lines.bytes(&place);
            assert!(line.ends_with(b"needle"));
            assert_eq!(&text.as_bytes()[place.offset as usize..][..line.len()], line);
            count += 1;
        }
        assert_eq!(count, 51);
    }
}
