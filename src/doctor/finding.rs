//! What is wrong on a node: what, why it matters, and the command that fixes it.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use super::catalog;
use crate::diagnosis::Blame;
use audit_policy::finding::{Finding, Place, Severity};

/// Something that is wrong on a node, or will go wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeFinding {
    /// The stable id, one of [`FAULTS`](super::FAULTS).
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The file it is about, as the caller would type it.
    pub file: Option<PathBuf>,
    /// Where in that file.
    pub place: Option<Place>,
    /// What is wrong, in one sentence without a full stop.
    pub what: String,
    /// Why it matters.
    pub why: String,
    /// What fixes it.
    pub fix: Option<Fix>,
    /// For a fault that keeps the API server from starting: whether auditing is to blame for it.
    pub blame: Option<Blame>,
}

/// What fixes a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fix {
    /// A command of this program on this node, such as `enable --log-maxage 30`.
    OnNode(String),
    /// A command of this program that needs no node, such as `lint FILE`.
    Anywhere(String),
    /// Another command, ready for a shell.
    Run(String),
    /// Something to do by hand, in one sentence without a full stop.
    ByHand(String),
}

impl NodeFinding {
    /// Returns an error: it fails, or does not do what it says.
    pub(super) fn error(id: &'static str, what: impl Display) -> Self {
        Self::new(id, Severity::Error, what)
    }

    /// Returns a warning: probably not what is meant.
    pub(super) fn warning(id: &'static str, what: impl Display) -> Self {
        Self::new(id, Severity::Warning, what)
    }

    /// Returns something worth knowing.
    pub(super) fn info(id: &'static str, what: impl Display) -> Self {
        Self::new(id, Severity::Info, what)
    }

    /// Returns a fault with nothing but what it is.
    pub(super) fn new(id: &'static str, severity: Severity, what: impl Display) -> Self {
        debug_assert!(catalog::allows(id, severity), "`{id}` is not in FAULTS as {severity}");
        let (what, why) = (what.to_string(), String::new());
        Self { id, severity, file: None, place: None, what, why, fix: None, blame: None }
    }

    /// Returns what another check of a node found, with why it matters.
    pub(super) fn of(finding: Finding, why: &str) -> Self {
        let Finding { id, severity, place, message, help } = finding;
        let fault = Self { place, ..Self::new(id, severity, message) }.why(why);
        match help {
            Some(command) => fault.fix(Fix::Run(command)),
            None => fault,
        }
    }

    /// Says why it matters.
    pub(super) fn why(self, why: impl Into<String>) -> Self {
        Self { why: why.into(), ..self }
    }

    /// Says what fixes it.
    pub(super) fn fix(self, fix: Fix) -> Self {
        Self { fix: Some(fix), ..self }
    }

    /// Says that the API server does not start with it, and whether auditing is to blame.
    pub(super) fn stops(self, blame: Blame) -> Self {
        Self { blame: Some(blame), ..self }
    }

    /// Says what is to be done by hand.
    pub(super) fn by_hand(self, what: impl Into<String>) -> Self {
        self.fix(Fix::ByHand(what.into()))
    }

    /// Names the file.
    pub(super) fn file(self, file: &Path) -> Self {
        Self { file: Some(file.to_owned()), ..self }
    }

    /// Names the place in the file.
    pub(super) fn place(self, place: Option<Place>) -> Self {
        Self { place, ..self }
    }
}
