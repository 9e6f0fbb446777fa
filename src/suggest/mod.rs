//! Rules that take noise out of a log: traffic → what may be left out → a policy and its price.
//!
//! Everything is measured against a policy: what it records of the log, and what it would still
//! record with the suggested rules. What the cis profile wants recorded stays recorded.

mod noise;
mod policy;
mod proposal;
mod traffic;

pub use policy::{ImprovedPolicy, SkipReason, improve};
pub use proposal::{Bounds, PolicyEdit, Proposal, Proposals, propose};
pub use traffic::{Traffic, TrafficVolume};

#[cfg(test)]
mod tests;
