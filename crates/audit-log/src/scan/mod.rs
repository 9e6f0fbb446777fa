//! From the bytes of a line to an event: verified to the last byte, without a copy.

mod extract;
mod key;
mod plain;
mod scalar;
mod swift;
mod vector;

#[cfg(test)]
mod tests;

use crate::event::{Hint, LoggedEvent};
use extract::Extract;
pub use extract::ScanDepth;
pub use plain::{LineFault, LineProblem};
use swift::LineVerdict;

/// A line that was scanned.
#[derive(Debug, Clone, Copy)]
pub struct Scanned<'a> {
    /// The event; of a faulty line as far as it goes.
    pub event: LoggedEvent<'a>,
    /// What is wrong with the line.
    pub fault: Option<LineFault>,
    /// Whether the fast scanner could tell: the line is written as the API server writes.
    pub swift: bool,
}

/// Scans a line without its line end.
///
/// A line that holds the wrapping of a log service is no fault: its event has the hint
/// [`Hint::Wrapper`].
#[must_use]
#[inline]
pub fn scan(line: &[u8], reach: ScanDepth) -> Scanned<'_> {
    let mut extract = Extract::new(reach);
    match vector::scan(line, &mut extract) {
        LineVerdict::Whole | LineVerdict::Stopped => {
            let swift = extract.in_order();
            finish(&extract, None, swift)
        }
        LineVerdict::Unsure => slowly(line, reach),
    }
}

/// Scans a line byte by byte.
#[cold]
fn slowly(line: &[u8], reach: ScanDepth) -> Scanned<'_> {
    let mut extract = Extract::new(reach);
    let fault = plain::run(line, &mut extract).err();
    finish(&extract, fault, false)
}

#[inline]
fn finish<'a>(extract: &Extract<'a>, fault: Option<LineFault>, swift: bool) -> Scanned<'a> {
    let event = extract.event;
    let problem = if extract.wrong_type && event.hint != Hint::Wrapper {
        Some(LineProblem::Type)
    } else if !event.is_event() && event.hint != Hint::Wrapper {
        Some(LineProblem::NoEvent)
    } else {
        None
    };
    let fault = fault.or(problem.map(|problem| LineFault { at: 0, problem }));
    Scanned { event, fault, swift }
}
