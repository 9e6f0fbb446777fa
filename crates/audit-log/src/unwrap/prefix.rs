//! What may be before an event on its line.

use crate::time::micros;

/// A line that does not begin with its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefix<'a> {
    /// The log of a container: which stream, whether the line goes on, and its text.
    Container { stream: &'a [u8], partial: bool, text: &'a [u8] },
    /// The event that follows a host name, a time, or both.
    Other(&'a [u8]),
    /// Not an event.
    None,
}

/// So long may a prefix be.
const LONGEST: usize = 512;

/// Returns what a line is that does not begin with `{`.
pub(crate) fn prefix(line: &[u8]) -> Prefix<'_> {
    if let Some(container) = container_line(line) {
        return container;
    }
    let head = &line[..line.len().min(LONGEST)];
    match memchr::memchr(b'{', head) {
        Some(at) if memchr::memchr(b'"', &head[..at]).is_none() => Prefix::Other(&line[at..]),
        _ => Prefix::None,
    }
}

/// Takes a line of a container log apart: `TIME stderr F TEXT`.
pub(crate) fn container_line(line: &[u8]) -> Option<Prefix<'_>> {
    let (time, rest) = word(line)?;
    let (stream, rest) = word(rest)?;
    if !matches!(stream, b"stdout" | b"stderr") {
        return None;
    }
    micros(time)?;
    let (tag, text) = word(rest).unwrap_or((rest, b""));
    let partial = match tag.first()? {
        b'P' => true,
        b'F' => false,
        _ => return None,
    };
    Some(Prefix::Container { stream, partial, text })
}

fn word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(b' ', &text[..text.len().min(64)])?;
    Some((&text[..at], &text[at + 1..]))
}
