//! Whether the API server of this node is ready.

mod endpoint;
mod probe;

pub use endpoint::{Endpoint, endpoint};
pub use probe::{Readiness, readyz};
