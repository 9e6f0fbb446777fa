//! The `kubectl-audit` binary.

fn main() {}
