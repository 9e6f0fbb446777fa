//! Verifies a line byte by byte: any JSON, white space and all, and says what is wrong where.

use super::extract::Extract;
use super::scalar::{scalar_length, unicode_escape};
use super::swift::{DEEPEST, SHALLOW};

/// What is wrong with a line, and at which byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineFault {
    /// The byte, from 0.
    pub at: usize,
    /// What is wrong there.
    pub problem: LineProblem,
}

/// What can be wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineProblem {
    /// It ends before the event does.
    Cut,
    /// What is there is not what JSON allows there.
    Syntax,
    /// Something follows the event.
    Trailing,
    /// Not UTF-8.
    Encoding,
    /// Deeper than 127 levels.
    Depth,
    /// A field of an event has another type than events have.
    Type,
    /// JSON, and no audit event.
    NoEvent,
    /// Longer than the cap.
    TooLong,
}

impl std::fmt::Display for LineProblem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Cut => "it ends before the event does",
            Self::Syntax => "not what JSON allows here",
            Self::Trailing => "something follows the event",
            Self::Encoding => "not UTF-8",
            Self::Depth => "nested deeper than 127 levels",
            Self::Type => "a field has a type that no event has there",
            Self::NoEvent => "this is no audit event",
            Self::TooLong => "longer than 64 MiB",
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum NextToken {
    Value,
    ValueOrClose,
    Key,
    KeyOrClose,
    Colon,
    CommaOrClose,
    End,
}

/// Scans a line that is one JSON object. Returns whether the extractor has let it go to the end.
#[expect(clippy::too_many_lines, reason = "one match over the bytes that begin a token")]
pub(super) fn run<'a>(line: &'a [u8], extract: &mut Extract<'a>) -> Result<bool, LineFault> {
    // A state machine instead of recursion: a hostile line can nest as deep as it is long. The stack has one
    // bit for each open container, 1 for an object, so it costs nothing and bounds the depth by itself.
    let mut next = NextToken::Value;
    let (mut stack, mut depth) = (0_u128, 0_u32);
    let mut at = 0;
    loop {
        at += space(&line[at..]);
        let Some(byte) = line.get(at) else { break };
        if next == NextToken::End {
            return Err(LineFault { at, problem: LineProblem::Trailing });
        }
        let wrong = Err(LineFault { at, problem: LineProblem::Syntax });
        match byte {
            b'"' => {
                next = match next {
                    NextToken::Key | NextToken::KeyOrClose => NextToken::Colon,
                    NextToken::Value | NextToken::ValueOrClose if depth > 0 => {
                        NextToken::CommaOrClose
                    }
                    _ => return wrong,
                };
                at = string(line, at)?;
                continue;
            }
            b'{' | b'[' => {
                if !matches!(next, NextToken::Value | NextToken::ValueOrClose)
                    || (depth == 0 && *byte != b'{')
                {
                    return wrong;
                }
                if depth == DEEPEST {
                    return Err(LineFault { at, problem: LineProblem::Depth });
                }
                let object = *byte == b'{';
                stack = stack << 1 | u128::from(object);
                depth += 1;
                next = if object { NextToken::KeyOrClose } else { NextToken::ValueOrClose };
                if depth <= SHALLOW && !extract.token(line, at) {
                    return Ok(false);
                }
            }
            b'}' | b']' => {
                let object = *byte == b'}';
                let closes = match next {
                    NextToken::CommaOrClose => stack & 1 == u128::from(object),
                    NextToken::KeyOrClose => object,
                    NextToken::ValueOrClose => !object,
                    _ => false,
                };
                if !closes {
                    return wrong;
                }
                stack >>= 1;
                depth -= 1;
                next = if depth == 0 { NextToken::End } else { NextToken::CommaOrClose };
                if depth < SHALLOW && !extract.token(line, at) {
                    return Ok(false);
                }
            }
            b',' => {
                if next != NextToken::CommaOrClose {
                    return wrong;
                }
                next = if stack & 1 == 1 { NextToken::Key } else { NextToken::Value };
                if depth <= SHALLOW && !extract.token(line, at) {
                    return Ok(false);
                }
            }
            b':' => {
                if next != NextToken::Colon {
                    return wrong;
                }
                next = NextToken::Value;
                if depth <= SHALLOW && !extract.token(line, at) {
                    return Ok(false);
                }
            }
            _ => {
                if !matches!(next, NextToken::Value | NextToken::ValueOrClose) || depth == 0 {
                    return wrong;
                }
                at += scalar(&line[at..]).map_err(|problem| LineFault { at, problem })?;
                next = NextToken::CommaOrClose;
                continue;
            }
        }
        at += 1;
    }
    if next != NextToken::End {
        return Err(LineFault { at: line.len(), problem: LineProblem::Cut });
    }
    match str::from_utf8(line) {
        Ok(_) => Ok(true),
        Err(error) => Err(LineFault { at: error.valid_up_to(), problem: LineProblem::Encoding }),
    }
}

/// A number or literal that the end of the line may have cut.
fn scalar(text: &[u8]) -> Result<usize, LineProblem> {
    let open = |text: &[u8]| {
        text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-'))
    };
    match scalar_length(text) {
        Some(length) if length < text.len() => Ok(length),
        Some(_) => Err(LineProblem::Cut),
        None if text.len() < 32 && open(text) => Err(LineProblem::Cut),
        None => Err(LineProblem::Syntax),
    }
}

fn space(text: &[u8]) -> usize {
    text.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count()
}

/// Bytes that need no look inside a string.
const fn is_plain(byte: u8) -> bool {
    byte >= 0x20 && byte != b'"' && byte != b'\\'
}

const PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = is_plain(byte as u8);
        byte += 1;
    }
    table
};

/// Returns where the string that begins at `from` is over.
fn string(line: &[u8], from: usize) -> Result<usize, LineFault> {
    let mut at = from + 1;
    let cut = LineFault { at: line.len(), problem: LineProblem::Cut };
    loop {
        while line.get(at).is_some_and(|byte| PLAIN[usize::from(*byte)]) {
            at += 1;
        }
        match line.get(at).ok_or(cut)? {
            b'"' => return Ok(at + 1),
            b'\\' => at += escape(&line[at..]).map_err(|problem| LineFault { at, problem })?,
            _ => return Err(LineFault { at, problem: LineProblem::Syntax }),
        }
    }
}

/// Returns the length of an escape; half of a surrogate pair is none.
fn escape(text: &[u8]) -> Result<usize, LineProblem> {
    let unit = |text: &[u8]| match unicode_escape(text) {
        Some(unit) => Ok(unit),
        None if text.len() < 4 => Err(LineProblem::Cut),
        None => Err(LineProblem::Syntax),
    };
    match text.get(1).ok_or(LineProblem::Cut)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(2),
        b'u' => match unit(&text[2..])? {
            0xDC00..0xE000 => Err(LineProblem::Syntax),
            0xD800..0xDC00 => match text.get(6..) {
                Some([b'\\', b'u', rest @ ..]) => match unit(rest)? {
                    0xDC00..0xE000 => Ok(12),
                    _ => Err(LineProblem::Syntax),
                },
                Some([b'\\'] | []) => Err(LineProblem::Cut),
                _ => Err(LineProblem::Syntax),
            },
            _ => Ok(6),
        },
        _ => Err(LineProblem::Syntax),
    }
}
