//! JSON that is not one event a line: arrays, lists and pretty-printed text, cut into its events
//! while it is read, in as much memory as one event needs.

use crate::lines::LONGEST_LINE;

/// Keys of an object whose array holds events.
const LISTS: [&[u8]; 5] = [b"items", b"records", b"events", b"logEvents", b"Records"];

/// A text that is cut into the elements of its lists.
#[derive(Debug, Default)]
pub(crate) struct ListDocument {
    depth: u32,
    /// The depth inside the list of events, while in one.
    list: Option<u32>,
    in_string: bool,
    escaped: bool,
    /// The last string at depth 1.
    key: Vec<u8>,
    /// The element so far, or the whole text as long as no list was found in it.
    element: Vec<u8>,
    /// Whether the element is beyond the cap.
    too_long: bool,
    /// Whether this text had a list.
    listed: bool,
}

/// What a document gives.
pub(crate) enum DocumentPart<'a> {
    /// An element, which is JSON as far as its brackets go.
    Element(&'a [u8]),
    /// An element beyond the cap.
    TooLong,
    /// Text that the end of the log has cut.
    Cut(&'a [u8]),
}

impl ListDocument {
    /// Takes a piece of the text, and hands over the elements that end in it.
    pub(crate) fn feed(&mut self, text: &[u8], take: &mut dyn FnMut(DocumentPart<'_>)) {
        let mut at = 0;
        while at < text.len() {
            if self.in_string {
                at += self.string(&text[at..]);
                continue;
            }
            let byte = text[at];
            at += 1;
            match byte {
                b'{' | b'[' => self.open(byte),
                b'}' | b']' => self.close(byte, take),
                b'"' => {
                    self.in_string = true;
                    if self.depth == 1 {
                        self.key.clear();
                    }
                    self.push(&[byte]);
                }
                b',' if self.list == Some(self.depth) || self.depth == 0 => {}
                b' ' | b'\n' | b'\r' | b'\t' => {}
                _ => self.push(&[byte]),
            }
        }
    }

    /// Says that the text is over.
    pub(crate) fn finish(&mut self, take: &mut dyn FnMut(DocumentPart<'_>)) {
        if self.element.contains(&b'"') {
            take(DocumentPart::Cut(&self.element));
        }
        *self = Self::default();
    }

    /// Takes the rest of a string, or what there is of it. Returns how much that is.
    fn string(&mut self, text: &[u8]) -> usize {
        let mut at = 0;
        if self.escaped {
            self.escaped = false;
            at = 1;
        }
        while let Some(next) = memchr::memchr2(b'"', b'\\', &text[at.min(text.len())..]) {
            at += next;
            if text[at] == b'"' {
                self.in_string = false;
                at += 1;
                if self.depth == 1 {
                    self.key.extend_from_slice(&text[..at - 1]);
                }
                self.push(&text[..at]);
                return at;
            }
            if at + 1 == text.len() {
                self.escaped = true;
                break;
            }
            at += 2;
        }
        if self.depth == 1 {
            self.key.extend_from_slice(text);
            self.key.truncate(64);
        }
        self.push(text);
        text.len()
    }

    fn open(&mut self, byte: u8) {
        let is_list = byte == b'['
            && self.list.is_none()
            && (self.depth == 0 || self.depth == 1 && LISTS.contains(&self.key.as_slice()));
        self.depth += 1;
        if is_list {
            self.list = Some(self.depth);
            self.listed = true;
            self.element.clear();
        } else {
            self.push(&[byte]);
        }
    }

    fn close(&mut self, byte: u8, take: &mut dyn FnMut(DocumentPart<'_>)) {
        if self.list == Some(self.depth) {
            self.element(take);
            self.list = None;
            self.depth -= 1;
            return;
        }
        self.depth = self.depth.saturating_sub(1);
        self.push(&[byte]);
        if self.list == Some(self.depth) {
            self.element(take);
        } else if self.depth == 0 {
            if self.listed {
                self.element.clear();
            }
            self.element(take);
            self.listed = false;
        }
    }

    fn element(&mut self, take: &mut dyn FnMut(DocumentPart<'_>)) {
        if self.too_long {
            take(DocumentPart::TooLong);
        } else if !self.element.is_empty() {
            take(DocumentPart::Element(&self.element));
        }
        self.too_long = false;
        self.element.clear();
    }

    fn push(&mut self, bytes: &[u8]) {
        // What is around a list is not kept.
        if self.listed && self.list.is_none() {
            return;
        }
        if self.element.len() + bytes.len() > LONGEST_LINE {
            self.too_long = true;
            return;
        }
        self.element.extend_from_slice(bytes);
    }
}
