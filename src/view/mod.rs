//! Text for a terminal; prints nothing itself.

mod class;
pub mod comparison;
pub mod diff;
pub mod explanation;
pub mod findings;
pub mod github;
pub mod paint;
pub mod preview;
pub mod sarif;
pub mod snippet;
pub mod steps;
pub mod table;
pub mod terminal_text;
