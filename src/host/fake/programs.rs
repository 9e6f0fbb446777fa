//! What a machine in memory knows of its programs.

use std::collections::BTreeMap;

use super::super::ProgramOutput;

/// What the machine knows of its programs.
#[derive(Default)]
pub(super) struct Programs {
    /// Command lines of processes that have one.
    pub(super) arguments: BTreeMap<u32, Vec<String>>,
    pub(super) called: Vec<String>,
    pub(super) answers: BTreeMap<String, ProgramOutput>,
    pub(super) missing: bool,
}
