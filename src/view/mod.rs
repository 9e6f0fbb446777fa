//! Text for a terminal; prints nothing itself.

pub mod diff;
pub mod explanation;
pub mod paint;
pub mod preview;
pub mod snippet;
pub mod steps;
pub mod table;
