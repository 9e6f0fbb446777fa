//! Verifies a line 64 bytes at a time: the grammar of JSON as arithmetic on masks of bits.
//!
//! Every byte of a block is one bit of a few masks: quotes, commas, colons and so on. Which bytes
//! lie in strings comes from a running parity of the quotes (as in simdjson); what may follow what
//! is then a handful of shifts and ANDs over the whole block. Only brackets, numbers, literals and
//! rare escapes are looked at one by one.
//!
//! This takes what the API server writes: no white space between tokens. For anything else, and for
//! whatever is wrong, it is unsure, and the plain scanner decides.

use super::extract::Extract;
use super::scalar::{scalar_length, unicode_escape};

/// What a scan of a line came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineVerdict {
    /// The line is one JSON object, to its last byte.
    Whole,
    /// The extractor has what it needs; what follows was not looked at.
    Stopped,
    /// Not known here.
    Unsure,
}

/// The bytes of a block, by kind: bit n is byte n.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Masks {
    pub(super) quote: u64,
    pub(super) backslash: u64,
    /// Whether any byte is below 0x20.
    pub(super) control: bool,
    /// Whether any byte is from 0x80 on.
    pub(super) high: bool,
    pub(super) comma: u64,
    pub(super) colon: u64,
    pub(super) open: u64,
    pub(super) close: u64,
}

const ODD: u64 = 0xAAAA_AAAA_AAAA_AAAA;
/// So many levels fit into the stack of a run; deeper lines are for the plain scanner.
const ROOM: u32 = 63;
/// As deep as serde_json goes.
pub(super) const DEEPEST: u32 = 127;
/// Down to this depth the extractor hears of brackets, commas and colons.
pub(super) const SHALLOW: u32 = 2;

/// What one block leaves for the next: for each mask that looks back, its last bit.
#[derive(Default)]
struct BlockCarry {
    escape: u64,
    /// All bits set while a string is open.
    in_string: u64,
    comma: u64,
    colon: u64,
    open: u64,
    curly: u64,
    scalar: u64,
    /// The open string is a key.
    key: u64,
    /// The last byte closed a key.
    key_end: u64,
}

struct ScanRun<'a> {
    line: &'a [u8],
    before: BlockCarry,
    /// Which of the open containers are objects, the innermost in the lowest bit.
    stack: u64,
    depth: u32,
    /// From where to where a line may hold bytes that are not ASCII.
    high: Option<(usize, usize)>,
    closed: bool,
}

/// Where the bytes of a block are in the tree. A bracket counts as outside what it opens or closes.
struct Nesting {
    /// The innermost container is an object.
    object: u64,
    /// The extractor hears of what is here.
    shallow: u64,
    /// Opening brackets of objects.
    curly: u64,
}

/// Scans a line. `masks` classifies a block, `parity` is the running XOR of the bits of a word.
#[inline(always)]
pub(super) fn run<'a>(
    line: &'a [u8],
    extract: &mut Extract<'a>,
    masks: impl Fn(&[u8; 64]) -> Masks,
    parity: impl Fn(u64) -> u64,
) -> LineVerdict {
    if line.first() != Some(&b'{') {
        return LineVerdict::Unsure;
    }
    // The line is the value that a colon would announce.
    let before = BlockCarry { colon: 1, ..BlockCarry::default() };
    let mut run = ScanRun { line, before, stack: 0, depth: 0, high: None, closed: false };
    let (blocks, rest) = line.as_chunks::<64>();
    let mut base = 0;
    for block in blocks {
        match run.block(&masks(block), base, u64::MAX, extract, &parity) {
            LineVerdict::Whole => base += 64,
            other => return other,
        }
    }
    if !rest.is_empty() {
        let mut last = [b' '; 64];
        last[..rest.len()].copy_from_slice(rest);
        let valid = (1 << rest.len()) - 1;
        match run.block(&masks(&last), base, valid, extract, &parity) {
            LineVerdict::Whole => {}
            other => return other,
        }
    }
    run.finish()
}

/// Returns the bits after those of `mask`, and leaves its last bit for the next block.
#[inline(always)]
fn after(mask: u64, before: &mut u64) -> u64 {
    let moved = mask << 1 | *before;
    *before = mask >> 63;
    moved
}

/// Returns the ends of the strings that begin at `starts`: adding its first bit to a run of ones
/// carries to the bit after the run.
#[inline(always)]
fn ends_of(starts: u64, in_string: u64, open: &mut u64) -> u64 {
    let (sum, over) = in_string.overflowing_add(starts);
    let (sum, again) = sum.overflowing_add(*open);
    *open = u64::from(over | again);
    sum
}

impl<'a> ScanRun<'a> {
    #[inline(always)]
    fn block(
        &mut self,
        masks: &Masks,
        base: usize,
        valid: u64,
        extract: &mut Extract<'a>,
        parity: &impl Fn(u64) -> u64,
    ) -> LineVerdict {
        if masks.control {
            return LineVerdict::Unsure;
        }
        if masks.high {
            let from = self.high.map_or(base, |(from, _)| from);
            self.high = Some((from, base + 64));
        }
        let escaped = self.escaped(masks.backslash & valid);
        let quote = masks.quote & valid & !escaped;
        let in_string = parity(quote) ^ self.before.in_string;
        self.before.in_string = (in_string.cast_signed() >> 63).cast_unsigned();
        let starts = quote & in_string;
        let ends = quote & !in_string;
        let outside = valid & !(in_string | ends);
        let comma = masks.comma & outside;
        let colon = masks.colon & outside;
        let open = masks.open & outside;
        let close = masks.close & outside;
        let brackets = open | close;
        let scalar = outside & !(comma | colon | brackets);

        let Some(Nesting { object, shallow, curly }) = self.nest(open, close, base) else {
            return LineVerdict::Unsure;
        };
        let before = &mut self.before;
        let after_comma = after(comma, &mut before.comma);
        let after_colon = after(colon, &mut before.colon);
        let after_open = after(open, &mut before.open);
        let after_curly = after(curly, &mut before.curly);
        let after_scalar = after(scalar, &mut before.scalar);
        let scalar_start = scalar & !after_scalar;

        // A value begins where one is expected and nowhere else; a container may close instead.
        let value = starts | scalar_start | open;
        let expected = after_comma | after_colon | (after_open & !close);
        // In an object that is a key: a string, which a colon follows, and nothing else does.
        let key = after_comma & object | after_curly & !close;
        let key_ends = ends_of(key & starts, in_string, &mut before.key) & ends;
        let after_key = after(key_ends, &mut before.key_end);
        let wrong = (value ^ expected) | (key & !starts) | (colon ^ after_key);
        if wrong & valid != 0 {
            return LineVerdict::Unsure;
        }
        if !self.scalars(scalar_start, base)
            || !self.escapes(escaped & valid & !(masks.quote | masks.backslash), base)
        {
            return LineVerdict::Unsure;
        }
        let mut emit = (comma | colon | brackets) & shallow;
        while emit != 0 {
            if !extract.token(self.line, base + emit.trailing_zeros() as usize) {
                return LineVerdict::Stopped;
            }
            emit &= emit - 1;
        }
        LineVerdict::Whole
    }

    /// Follows the brackets of a block.
    #[inline(always)]
    fn nest(&mut self, open: u64, close: u64, base: usize) -> Option<Nesting> {
        let mut object = (self.stack & 1).wrapping_neg();
        let mut shallow = if self.depth <= SHALLOW { u64::MAX } else { 0 };
        let mut curly = 0;
        let mut rest = open | close;
        while rest != 0 {
            let bit = rest & rest.wrapping_neg();
            let above = !(bit | (bit - 1));
            let at = base + rest.trailing_zeros() as usize;
            // `{` and `}` differ from `[` and `]` in this bit.
            let is_object = u64::from(self.line[at] >> 5 & 1);
            if open & bit != 0 {
                if self.depth == ROOM {
                    return None;
                }
                self.stack = self.stack << 1 | is_object;
                self.depth += 1;
                curly |= bit & is_object.wrapping_neg();
                if self.depth == SHALLOW + 1 {
                    shallow &= bit - 1;
                }
            } else {
                if self.depth == 0 || self.stack & 1 != is_object {
                    return None;
                }
                self.stack >>= 1;
                self.depth -= 1;
                if self.depth == SHALLOW {
                    shallow |= above;
                }
                if self.depth == 0 {
                    if at + 1 != self.line.len() {
                        return None;
                    }
                    self.closed = true;
                }
            }
            object = object & !above | (self.stack & 1).wrapping_neg() & above;
            rest &= rest - 1;
        }
        Some(Nesting { object, shallow, curly })
    }

    /// Returns the bytes after an effective backslash.
    #[inline(always)]
    fn escaped(&mut self, backslash: u64) -> u64 {
        let carried = self.before.escape;
        if backslash == 0 {
            self.before.escape = 0;
            return carried;
        }
        let potential = backslash & !carried;
        let codes = (potential << 1 | ODD).wrapping_sub(potential) ^ ODD;
        self.before.escape = (codes & backslash) >> 63;
        codes ^ (backslash | carried)
    }

    /// Numbers and literals that begin at these bits are what JSON allows.
    #[inline(always)]
    fn scalars(&self, mut starts: u64, base: usize) -> bool {
        while starts != 0 {
            let text = &self.line[base + starts.trailing_zeros() as usize..];
            let end = scalar_length(text).and_then(|length| text.get(length));
            if !matches!(end, Some(b',' | b'}' | b']')) {
                return false;
            }
            starts &= starts - 1;
        }
        true
    }

    /// Escapes other than `\"` and `\\`.
    #[inline(always)]
    fn escapes(&self, mut escaped: u64, base: usize) -> bool {
        while escaped != 0 {
            let at = base + escaped.trailing_zeros() as usize;
            let fine = match self.line[at] {
                b'/' | b'b' | b'f' | b'n' | b'r' | b't' => true,
                b'u' => unicode_escape(&self.line[at + 1..])
                    .is_some_and(|unit| !(0xD800..0xE000).contains(&unit)),
                _ => false,
            };
            if !fine {
                return false;
            }
            escaped &= escaped - 1;
        }
        true
    }

    fn finish(&self) -> LineVerdict {
        if !self.closed || self.before.in_string != 0 {
            return LineVerdict::Unsure;
        }
        let Some((from, to)) = self.high else { return LineVerdict::Whole };
        // The bytes around the range are ASCII: no character is torn.
        match str::from_utf8(&self.line[from..to.min(self.line.len())]) {
            Ok(_) => LineVerdict::Whole,
            Err(_) => LineVerdict::Unsure,
        }
    }
}
