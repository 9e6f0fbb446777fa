//! Whether auditing is why a server does not run.

use serde::Serialize;

/// Whether auditing is why the server does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Blame {
    /// It is: without the audit settings this failure would not be.
    Auditing,
    /// It is not: the server would not run without the audit settings either.
    Other,
    /// The message does not tell.
    Unknown,
}
