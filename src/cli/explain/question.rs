//! A request that is to be explained.

use audit_policy::request::Request;

/// A request that is to be explained, and what is to be known about it.
pub(super) struct ExplainQuestion {
    pub(super) request: Request<'static>,
    pub(super) notes: Vec<String>,
}
