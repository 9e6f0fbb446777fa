//! What was proven of a new API server, and what could not be, in words.

use super::observe::RecordingProof;
use crate::auditing::Backend;
use crate::health::{ProofSubject, UnprovenReason};

/// What will show that the server records.
pub(super) fn record(subject: &ProofSubject<'_>) -> Option<RecordingProof> {
    match (&subject.backend, subject.request) {
        (None | Some(Backend::Webhook), _) | (Some(Backend::Output), None) => None,
        (Some(Backend::File { .. }), None) => Some(RecordingProof::LogFile),
        (Some(Backend::File { .. } | Backend::Output), Some(_)) => Some(RecordingProof::Event),
    }
}

/// What was proven, in words.
pub(super) fn proven(subject: &ProofSubject<'_>) -> &'static str {
    match (&subject.backend, record(subject)) {
        (Some(Backend::Webhook), _) => {
            "the API server is ready with the new files; what reaches the webhook cannot be seen here"
        }
        (None, _) => "the API server is ready with the new files",
        (Some(_), Some(RecordingProof::Event)) => {
            "the API server is ready with the new files, and records"
        }
        (Some(_), _) => {
            "the API server is ready with the new files; its policy records none of the requests that \
             anyone may send, so no event was looked for"
        }
    }
}

/// Why it is not known whether all is well, in words.
pub(super) fn why_unproven(why: &UnprovenReason) -> String {
    match why {
        UnprovenReason::Unanswered { status } => format!(
            "the new API server runs, but whether it is ready is not known: it answers {status}, also \
             to the client certificates of this node"
        ),
        UnprovenReason::NotRecorded => {
            "the new API server is ready, but the event of a request that was sent to it has not come \
             to its log"
                .to_owned()
        }
    }
}
