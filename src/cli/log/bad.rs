//! `--bad-lines`: what is damaged, where, and how.

use std::ops::ControlFlow;

use audit_log::reader::{LogItem, ReadCounts};
use audit_log::scan::ScanDepth;

use super::items::unless;
use super::output::Output;
use crate::cli::Failure;
use crate::cli::log_input::Input;
use crate::logs::{PassControl, parts, read_part};

/// So much of a line is shown.
const EXCERPT: usize = 60;

/// Shows every faulty line.
pub(super) fn show(
    input: &Input,
    control: &PassControl<'_>,
    tally: &mut ReadCounts,
    output: &mut Output,
) -> Result<(), Failure> {
    output.columns_are(&["file", "offset", "at", "problem", "line"]);
    for part in parts(&input.sets, &input.filter, false)? {
        let mut failed = None;
        read_part(&part, &input.filter, ScanDepth::Whole, None, control, tally, |item| {
            let (fault, offset, line) = match item {
                LogItem::Bad { fault, offset, line } => (*fault, *offset, *line),
                LogItem::Event(found) => match found.fault {
                    Some(fault) => (fault, found.offset, found.line),
                    None => return ControlFlow::Continue(()),
                },
            };
            let from = fault.at.saturating_sub(EXCERPT / 2).min(line.len());
            let to = (from + EXCERPT).min(line.len());
            let excerpt = String::from_utf8_lossy(&line[from..to]).into_owned();
            let (at, problem) = (fault.at.to_string(), fault.problem.to_string());
            let cells = [part.file.name.clone(), offset.to_string(), at, problem, excerpt];
            if let Err(failure) = output.row(&cells) {
                failed = Some(failure);
                return ControlFlow::Break(());
            }
            unless(output.closed())
        })?;
        if let Some(failure) = failed {
            return Err(failure);
        }
    }
    output.finish()
}
