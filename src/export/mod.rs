//! The same settings the way a distribution or a log collector wants them.
//!
//! ```text
//!   Setup ──► ExportTarget ──► Export   files, where each goes, what to type, what is not carried over
//! ```
//!
//! Nothing is read or written here. What a target cannot hold is in its row ([`Holds`]), which gives the
//! notes and is what the tests of the way back (export, then import) go by.

mod api_server;
mod collection;
mod distribution;
mod holds;
mod image_digest;
mod registry;
mod result;
mod setup;
mod target;

pub use holds::{FlagSet, Holds, LogPlace, PolicyPart};
pub use registry::{all, find};
pub use result::{Export, ExportError, ExportFile};
pub use setup::{FilePlace, LogSetting, Setup, WebhookSetting};
pub use target::{Choices, ExportTarget, MANAGED, Managed, TargetForm, Write};

/// Returns the flags and volumes of a setup, for a configuration of kubeadm that exists.
#[must_use]
pub fn kubeadm_args(setup: &Setup) -> crate::kubeadm::AuditArgs {
    distribution::kubeadm::audit_args(setup)
}

/// Returns the files of a distribution for a setup, and what to know about them. What the target cannot
/// hold is named first in the notes.
///
/// # Errors
///
/// The target would refuse what is written.
pub fn settings(
    target: &ExportTarget,
    write: fn(&Setup, &Choices<'_>) -> Result<Export, ExportError>,
    setup: &Setup,
    choices: &Choices<'_>,
) -> Result<Export, ExportError> {
    let mut export = write(setup, choices)?;
    export.notes.splice(0..0, target.holds.losses(setup));
    Ok(export)
}
