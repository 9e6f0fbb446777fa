//! What to look for beyond the policy itself.

use super::profile::Profile;

/// What happens to a request whose event cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnWriteError {
    /// It goes on; the event is lost (the modes `blocking` and `batch`).
    #[default]
    Tolerant,
    /// It is refused (the mode `blocking-strict`).
    Strict,
}

/// What to look for beyond the policy itself.
#[derive(Debug, Clone, Default)]
pub struct LintOptions {
    /// How the server writes events.
    pub sink: OnWriteError,
    /// The rule books to hold the policy against.
    pub profiles: Vec<Profile>,
    /// Whether servers of older versions are to read the policy too.
    pub for_older: bool,
}
