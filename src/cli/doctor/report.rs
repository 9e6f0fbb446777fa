//! What doctor reports: findings, and the controls of a benchmark.

use crate::cli::environment::Environment;
use crate::cli::inspect;
use crate::cli::node::Node;
use crate::doctor::{Benchmark, Control, Facts, Fix, NodeFinding};
use audit_policy::finding::Severity;

/// What is reported.
pub(super) struct DoctorReport<'a> {
    pub(super) node: &'a Node,
    pub(super) environment: &'a Environment,
    pub(super) facts: &'a Facts,
    pub(super) faults: Vec<NodeFinding>,
    pub(super) book: Option<(Benchmark, Vec<Control>)>,
}

impl DoctorReport<'_> {
    /// The worst of all; a control that fails is an error.
    pub(super) fn worst(&self) -> Option<Severity> {
        let fails = self.book.iter().flat_map(|(_, controls)| controls).any(|it| !it.passes);
        let worst = self.faults.iter().map(|fault| fault.severity).max();
        if fails { Some(Severity::Error) } else { worst }
    }

    /// What fixes a fault, as it can be typed here and now.
    pub(super) fn shown(&self, fix: &Fix) -> String {
        inspect::shown(fix, self.node, self.environment)
    }
}
