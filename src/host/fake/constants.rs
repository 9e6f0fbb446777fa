//! What the machine in memory begins with and ends with.

/// What every call says after the simulated process has stopped.
pub const STOPPED: &str = "the process was stopped here";

/// 2026-11-21T14:22:10Z: a time that is easy to tell in what a test prints.
pub(super) const START: u64 = 1_795_270_930;
