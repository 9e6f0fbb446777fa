//! Rules that take noise out of a log: traffic → what may be left out → a policy and its price.
//!
//! Everything is measured against a policy: what it records of the log, and what it would still
//! record with the suggested rules. What the cis profile wants recorded stays recorded.

mod noise;
mod policy;
mod proposal;
mod traffic;

pub use policy::{Improved, Skipped, improve};
pub use proposal::{Bounds, Change, Proposal, Proposals, propose};
pub use traffic::{Traffic, Volume};

#[cfg(test)]
mod tests;
