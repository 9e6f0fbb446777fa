//! Reading the logs of a machine: which files, cut into parts, by as many threads as there are processors.

mod files;
mod moment;
mod pass;

pub use files::{LogInput, LogSet, sets};
pub use moment::{Moment, moment};
pub use pass::{FilePart, PassControl, PassProgress, fold, parts, read_part};
