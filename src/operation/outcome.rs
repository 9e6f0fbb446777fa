//! How an operation ended, as data.

use serde::Serialize;

/// The exit codes that are a promise to users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// Findings or differences, and nothing else.
    Findings = 1,
    /// Refused, failed, or wrong usage: nothing was changed.
    Refused = 2,
    /// Applied, then rolled back.
    RolledBack = 3,
    /// Applied, but not verified or not confirmed.
    Unverified = 4,
    /// A rollback failed.
    RollbackFailed = 5,
}

/// How far an operation came that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// There was nothing to do.
    Nothing,
    /// The preview was shown, and that is all that was asked for.
    Previewed,
    /// The files are in place, where nothing runs or nothing was to be proven.
    Applied,
    /// The files are in place, and it is not known whether the server that runs is healthy with them.
    Unverified,
    /// The files are in place, and the server is healthy with them.
    Verified,
    /// The files are in place, and a person has said that they stay.
    Confirmed,
}

/// What came of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// How far it came.
    pub result: Ending,
    /// The id of the change, if one was made.
    pub change: Option<String>,
    /// The command that restores everything without this program.
    pub way_back: Option<String>,
    /// Why it is not known whether all is well, where that could not be proven.
    pub unproven: Option<String>,
}

impl Outcome {
    /// Returns the exit code.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self.result {
            Ending::Unverified => Exit::Unverified,
            Ending::Nothing
            | Ending::Previewed
            | Ending::Applied
            | Ending::Verified
            | Ending::Confirmed => Exit::Done,
        }
    }

    /// Returns the outcome of an operation that made no change.
    #[must_use]
    pub fn without_change(result: Ending) -> Self {
        Self { result, change: None, way_back: None, unproven: None }
    }
}
