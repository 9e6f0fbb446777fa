//! What kinds of requests there are by the stages and bodies of their events.

use crate::api::Stage;

/// A kind of request by what its events can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RequestKind {
    /// Authentication failed: there is no other stage than ResponseStarted.
    Refused,
    /// Watches, logs, exec: with ResponseStarted, without bodies.
    Streamed,
    /// With the object that is sent and the one that is answered.
    Written,
    /// With the object that is answered only.
    Read,
    /// A path: without objects.
    Plain,
}

impl RequestKind {
    /// Returns the stages (Go: `WithAudit`, `WithFailedAuthenticationAudit`).
    pub(super) fn stages(self) -> &'static [Stage] {
        match self {
            Self::Refused => &[Stage::ResponseStarted],
            Self::Streamed => &Stage::ALL,
            Self::Written | Self::Read | Self::Plain => {
                &[Stage::RequestReceived, Stage::ResponseComplete, Stage::Panic]
            }
        }
    }
}
