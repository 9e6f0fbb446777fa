//! One request, by its atoms.

use super::bits::Bits;

/// A request, by the atoms it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) target: usize,
    pub(super) namespace: usize,
    pub(super) verb: usize,
    pub(super) user: usize,
    /// The groups that the user carries.
    pub(super) groups: Bits,
}
