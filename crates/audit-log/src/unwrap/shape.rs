//! What kind of text a log is, from its beginning.

use crate::event::Hint;
use crate::scan::{LineProblem, ScanDepth, scan};

/// How the text of a log is cut into events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogShape {
    /// One event or wrapping a line.
    Lines,
    /// JSON over several lines, or one array.
    Document,
}

/// A text that is not read, and what to give instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormRefusal {
    /// A table out of a SIEM.
    Csv,
    /// UTF-16.
    Utf16,
    /// Neither text nor a compression that is known.
    Binary,
}

impl std::fmt::Display for FormRefusal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Csv => {
                "this is a CSV export: its columns are not those of an audit event. Export the events \
                 themselves as JSON, one a line (Elasticsearch: _source; Splunk: _raw as raw text; \
                 CloudWatch: aws logs filter-log-events)"
            }
            Self::Utf16 => "this is UTF-16: convert it with `iconv -f UTF-16 -t UTF-8`",
            Self::Binary => {
                "this is neither text nor gzip nor Zstandard: decompress it first, or give the log itself"
            }
        })
    }
}

/// Words in the header of a table of audit events.
const COLUMNS: [&str; 7] =
    ["kubernetes.audit", "@message", "_raw", "requesturi", "protopayload", "auditid", "objectref"];

/// Returns what kind of text begins like this.
pub(crate) fn shape(beginning: &[u8]) -> Result<LogShape, FormRefusal> {
    if matches!(beginning, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        return Err(FormRefusal::Utf16);
    }
    let text = beginning.trim_ascii_start();
    let end = memchr::memchr(b'\n', text);
    let line = text[..end.unwrap_or(text.len())].trim_ascii_end();
    match line.first() {
        Some(b'[') => Ok(LogShape::Document),
        Some(b'{') => Ok(object(line, end.map(|end| &text[end + 1..]))),
        Some(0) => Err(FormRefusal::Binary),
        Some(_) if is_header(line) => Err(FormRefusal::Csv),
        Some(_) if memchr::memchr(0, &text[..text.len().min(512)]).is_some() => {
            Err(FormRefusal::Binary)
        }
        _ => Ok(LogShape::Lines),
    }
}

/// A first line that is cut is the beginning of a document only if the next one goes on with it.
fn object(line: &[u8], next: Option<&[u8]>) -> LogShape {
    let scanned = scan(line, ScanDepth::Whole);
    if scanned.fault.is_none_or(|fault| fault.problem != LineProblem::Cut) {
        return LogShape::Lines;
    }
    let goes_on = match next {
        Some(next) => {
            !matches!(next.trim_ascii_start().first(), Some(b'{') | None) || line.len() < 32
        }
        None => scanned.event.hint == Hint::Wrapper,
    };
    if goes_on { LogShape::Document } else { LogShape::Lines }
}

fn is_header(line: &[u8]) -> bool {
    if memchr::memchr(b',', line).is_none() || memchr::memchr(b'{', line).is_some() {
        return false;
    }
    let line = String::from_utf8_lossy(line).to_lowercase();
    COLUMNS.iter().any(|column| line.contains(column))
}
