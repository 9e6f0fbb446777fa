//! The events of a log, whatever they are wrapped in.

use std::io::Read;
use std::ops::ControlFlow;

use memchr::memmem::{self, Finder};

use crate::event::{Hint, LoggedEvent};
use crate::lines::LineReader;
use crate::scan::{LineFault, LineProblem, ScanDepth, Scanned, scan};
use crate::text::Raw;
use crate::unwrap::{self, Form, FormRefusal, ListDocument, LogShape, Prefix};

/// An event and where it was found.
#[derive(Debug, Clone, Copy)]
pub struct LocatedEvent<'a> {
    /// The event.
    pub event: LoggedEvent<'a>,
    /// Its text.
    pub line: &'a [u8],
    /// Where its line begins in the uncompressed text.
    pub offset: u64,
    /// What is wrong with its line, if it is cut or damaged after who, what and where.
    pub fault: Option<LineFault>,
}

/// What a log gives.
#[derive(Debug, Clone, Copy)]
pub enum LogItem<'a> {
    /// An event, perhaps of a faulty line.
    Event(&'a LocatedEvent<'a>),
    /// A line that is no event.
    Bad {
        /// What is wrong with it.
        fault: LineFault,
        /// Where it begins.
        offset: u64,
        /// Its text.
        line: &'a [u8],
    },
}

/// What was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadCounts {
    /// Events, faulty ones included.
    pub events: u64,
    /// Events that were not written as the API server writes them.
    pub slow: u64,
    /// Faulty lines that still say who, what and where.
    pub cut: u64,
    /// Lines that are no event.
    pub bad: u64,
    /// Lines of other programs in a container log.
    pub foreign: u64,
    /// Bytes of uncompressed text.
    pub bytes: u64,
    /// Events by [`Form`].
    pub forms: [u64; Form::ALL.len()],
}

impl ReadCounts {
    /// Adds another one.
    pub fn add(&mut self, other: &Self) {
        self.events += other.events;
        self.slow += other.slow;
        self.cut += other.cut;
        self.bad += other.bad;
        self.foreign += other.foreign;
        self.bytes += other.bytes;
        for (mine, others) in self.forms.iter_mut().zip(other.forms) {
            *mine += others;
        }
    }
}

/// How to read.
#[derive(Debug, Clone, Copy)]
pub struct ReadOptions<'f> {
    /// How far each event is read.
    pub reach: ScanDepth,
    /// Lines without this text are passed over unseen.
    pub holding: Option<&'f Finder<'f>>,
    /// Where to stop: no line that begins there or later is read.
    pub end: u64,
}

impl Default for ReadOptions<'_> {
    fn default() -> Self {
        Self { reach: ScanDepth::Whole, holding: None, end: u64::MAX }
    }
}

/// Reads a log and hands over what it holds, in the order of the text, until it ends or `take`
/// breaks.
///
/// # Errors
///
/// Fails for texts that cannot hold events. An error of the reader ends the text: see
/// [`LineReader::error`].
pub fn read<R: Read>(
    lines: &mut LineReader<R>,
    options: &ReadOptions<'_>,
    tally: &mut ReadCounts,
    mut take: impl FnMut(LogItem<'_>) -> ControlFlow<()>,
) -> Result<(), FormRefusal> {
    let begin = lines.position();
    let shape = if begin == 0 {
        if lines.peek().starts_with(b"\xef\xbb\xbf") {
            lines.skip(3);
        }
        unwrap::shape(lines.peek())?
    } else {
        LogShape::Lines
    };
    let mut sink = EventSink { reach: options.reach, tally, take: &mut take, broken: false };
    match shape {
        LogShape::Lines => {
            let holding = options.holding.filter(|_| begin > 0 || begins_with_event(lines.peek()));
            read_lines(lines, &ReadOptions { holding, ..*options }, &mut sink);
        }
        LogShape::Document => read_document(lines, &mut sink),
    }
    tally.bytes += lines.position() - begin;
    Ok(())
}

/// Says whether the first line is an event and nothing else. In a container log an event may be split
/// over lines, and with it the text that is looked for.
fn begins_with_event(text: &[u8]) -> bool {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    scan(line, ScanDepth::Head).event.is_event()
}

/// Receives what is found.
struct EventSink<'s, F> {
    reach: ScanDepth,
    tally: &'s mut ReadCounts,
    take: &'s mut F,
    broken: bool,
}

fn read_lines<R: Read, F: FnMut(LogItem<'_>) -> ControlFlow<()>>(
    lines: &mut LineReader<R>,
    options: &ReadOptions<'_>,
    sink: &mut EventSink<'_, F>,
) {
    let mut parts = SplitLines::default();
    while !sink.broken && lines.position() < options.end {
        let place = match options.holding {
            Some(finder) => lines.advance_to(finder),
            None => lines.advance(),
        };
        let Some(place) = place else { break };
        if place.offset >= options.end {
            break;
        }
        let mut line = lines.bytes(&place);
        if let [rest @ .., b'\r'] = line {
            line = rest;
        }
        if line.first() == Some(&b'{') {
            sink.object(Form::Line, line, place.offset, place.too_long, &mut parts);
        } else {
            sink.other(line.trim_ascii(), place.offset, &mut parts);
        }
    }
}

fn read_document<R: Read, F: FnMut(LogItem<'_>) -> ControlFlow<()>>(
    lines: &mut LineReader<R>,
    sink: &mut EventSink<'_, F>,
) {
    let mut document = ListDocument::default();
    let mut parts = SplitLines::default();
    let mut offset = lines.position();
    let mut part = |offset, part: unwrap::DocumentPart<'_>, sink: &mut EventSink<'_, F>| match part
    {
        unwrap::DocumentPart::Element(text) => {
            sink.object(Form::List, text, offset, false, &mut parts);
        }
        unwrap::DocumentPart::TooLong => {
            sink.bad(LineFault { at: 0, problem: LineProblem::TooLong }, offset, b"");
        }
        unwrap::DocumentPart::Cut(text) => sink.object(Form::List, text, offset, false, &mut parts),
    };
    while !sink.broken {
        let Some(range) = lines.chunk() else { break };
        document.feed(lines.part(range), &mut |element| part(offset, element, sink));
        offset = lines.position();
    }
    document.finish(&mut |element| part(offset, element, sink));
}

/// The beginnings of lines that a container runtime has split, by stream.
#[derive(Default)]
struct SplitLines {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl SplitLines {
    fn of(&mut self, stream: &[u8]) -> &mut Vec<u8> {
        if stream == b"stdout" { &mut self.stdout } else { &mut self.stderr }
    }
}

/// How the API server begins an event.
const BEGINNING: &[u8] = br#"{"kind":"Event","apiVersion":"audit.k8s.io/"#;

impl<F: FnMut(LogItem<'_>) -> ControlFlow<()>> EventSink<'_, F> {
    /// Takes a JSON object: an event, or what is around some.
    #[inline]
    fn object(
        &mut self,
        form: Form,
        line: &[u8],
        offset: u64,
        too_long: bool,
        parts: &mut SplitLines,
    ) {
        let scanned = scan(line, self.reach);
        if scanned.fault.is_none() && scanned.event.is_event() {
            self.event(form, &scanned, line, offset);
        } else {
            self.several(form, line, offset, too_long, parts);
        }
    }

    /// Takes a line that is not simply an event: perhaps it is two of them.
    #[cold]
    fn several(
        &mut self,
        form: Form,
        line: &[u8],
        offset: u64,
        too_long: bool,
        parts: &mut SplitLines,
    ) {
        let mut rest = line;
        while !self.broken {
            let scanned = scan(rest, self.reach);
            let at = match scanned.fault {
                // Several on one line.
                Some(LineFault { at, problem: LineProblem::Trailing })
                    if rest.get(at) == Some(&b'{') =>
                {
                    at
                }
                // The server died while it wrote one, and the next one began on the same line.
                Some(_) => match memmem::rfind(rest, BEGINNING) {
                    Some(at @ 1..) => at,
                    _ => return self.odd(form, &scanned, rest, offset, too_long, parts),
                },
                None => return self.odd(form, &scanned, rest, offset, too_long, parts),
            };
            let first = rest[..at].trim_ascii_end();
            self.odd(form, &scan(first, self.reach), first, offset, false, parts);
            rest = &rest[at..];
        }
    }

    /// Takes an object that is not simply an event.
    fn odd(
        &mut self,
        form: Form,
        scanned: &Scanned<'_>,
        line: &[u8],
        offset: u64,
        too_long: bool,
        parts: &mut SplitLines,
    ) {
        let event = &scanned.event;
        let mut fault = scanned.fault;
        if too_long {
            fault = Some(LineFault { at: line.len(), problem: LineProblem::TooLong });
        } else if fault.is_none() && event.hint == Hint::Wrapper && !event.is_event() {
            if self.wrapped(line, offset, parts) {
                return;
            }
            fault = Some(LineFault { at: 0, problem: LineProblem::NoEvent });
        }
        let Some(fault) = fault else { return self.event(form, scanned, line, offset) };
        let says = event.is_event() && !event.request_uri.is_empty() && !event.user.name.is_empty();
        if says && !matches!(fault.problem, LineProblem::NoEvent | LineProblem::Type) {
            self.tally.cut += 1;
            self.event(form, &Scanned { fault: Some(fault), ..*scanned }, line, offset);
        } else if matches!(form, Form::Container | Form::Docker)
            && fault.problem == LineProblem::NoEvent
        {
            self.tally.foreign += 1;
        } else {
            self.bad(fault, offset, line);
        }
    }

    /// Takes the events inside a wrapping. Returns whether it is one.
    fn wrapped(&mut self, line: &[u8], offset: u64, parts: &mut SplitLines) -> bool {
        // What is inside may be a wrapping again, but never deeper than this.
        let mut inside: Vec<(Form, Vec<u8>)> = vec![];
        let known = unwrap::unwrap(Raw(line), &mut |form, text| inside.push((form, text.to_vec())));
        for (form, text) in inside {
            if form == Form::Docker {
                let stream = Raw(line).string("stream");
                let part = parts.of(stream.as_bytes());
                part.extend_from_slice(&text);
                if !text.ends_with(b"\n") {
                    continue;
                }
                let whole = std::mem::take(part);
                self.inner(form, whole.trim_ascii(), offset);
            } else {
                self.inner(form, text.trim_ascii(), offset);
            }
        }
        known
    }

    /// Takes the text of an event inside a wrapping.
    fn inner(&mut self, form: Form, text: &[u8], offset: u64) {
        if self.broken {
            return;
        }
        let mut parts = SplitLines::default();
        if text.starts_with(b"{") {
            self.object(form, text, offset, false, &mut parts);
        } else {
            match form {
                Form::Docker => self.tally.foreign += 1,
                _ => self.other(text, offset, &mut parts),
            }
        }
    }

    /// Takes a line that does not begin with an object.
    #[cold]
    fn other(&mut self, line: &[u8], offset: u64, parts: &mut SplitLines) {
        if line.is_empty() {
            return;
        }
        if line.first() == Some(&b'{') {
            return self.object(Form::Line, line, offset, false, parts);
        }
        match unwrap::prefix(line) {
            Prefix::Container { stream, partial, text } => {
                let part = parts.of(stream);
                if partial {
                    part.extend_from_slice(text);
                    return;
                }
                let mut whole = std::mem::take(part);
                whole.extend_from_slice(text);
                self.container(whole.trim_ascii(), offset);
            }
            Prefix::Other(event) => self.object(Form::Prefixed, event, offset, false, parts),
            Prefix::None => self.text(Form::Legacy, line, offset),
        }
    }

    /// Takes a line of a container: an event, or anything else that the server says.
    fn container(&mut self, line: &[u8], offset: u64) {
        if line.first() == Some(&b'{') {
            self.object(Form::Container, line, offset, false, &mut SplitLines::default());
        } else if unwrap::legacy(line).is_some() {
            self.text(Form::Legacy, line, offset);
        } else {
            self.tally.foreign += 1;
        }
    }

    fn text(&mut self, form: Form, line: &[u8], offset: u64) {
        match unwrap::legacy(line) {
            Some(event) => {
                self.object(form, event.as_bytes(), offset, false, &mut SplitLines::default());
            }
            None => self.bad(LineFault { at: 0, problem: LineProblem::NoEvent }, offset, line),
        }
    }

    #[inline]
    fn event(&mut self, form: Form, scanned: &Scanned<'_>, line: &[u8], offset: u64) {
        self.tally.events += 1;
        self.tally.slow += u64::from(!scanned.swift);
        self.tally.forms[form as usize] += 1;
        let found = LocatedEvent { event: scanned.event, line, offset, fault: scanned.fault };
        self.broken |= (self.take)(LogItem::Event(&found)).is_break();
    }

    fn bad(&mut self, fault: LineFault, offset: u64, line: &[u8]) {
        self.tally.bad += 1;
        self.broken |= (self.take)(LogItem::Bad { fault, offset, line }).is_break();
    }
}
