//! The static pod manifest as text with positions: find, edit, check.
//!
//! [`Manifest::parse`] reads a manifest or refuses it with a reason and a repair. Edits
//! ([`Manifest::edit`], [`strip()`], [`transplant()`]) change single spans of the text; what they do not
//! name stays byte for byte. Every edit is made twice, in the text and in the value the kubelet
//! decodes from it, and a text that does not mean exactly that value is never returned.
//!
//! ```text
//!   bytes ─► Manifest ─► edits ─► steps ─┬─► splice (text) ─► decode ─┐
//!                                        └─► make (value) ────────────┴─► equal? check? ─► Manifest
//! ```

mod binary;
mod broken;
mod check;
mod container;
mod document;
mod draft;
mod edit;
mod flags;
mod mounts;
mod parts;
mod path;
mod reading;
mod refusal;
mod removable_mounts;
mod script;
mod shape;
mod source;
mod strip;
mod strip_lines;
mod typo;
mod typos;
mod volume_source;

pub use check::{PodProblem, check};
pub use document::{Manifest, RunAs};
pub use edit::{CollectionKey, ManifestEdit};
pub use flags::{ManifestFlag, flag_values};
pub use mounts::{Mount, MountedPath, Volume};
pub use parts::{AuditParts, transplant};
pub use refusal::{ManifestRefusal, RefusalReason};
pub use strip::{POLICY_ANNOTATION, StripPart, strip};
pub use strip_lines::{RemovedLine, strip_lines};
pub use typo::{Mistake, Typo};
pub use volume_source::VolumeSource;

/// Returns `text`, a manifest whose API server a shell script starts, without the settings that
/// belong to auditing, in the script and beside it; `None` where no script starts the server.
///
/// The result is only given where everything else is certain to be the same, and the kubelet would
/// run it; it is `text` where there is nothing to take out.
///
/// # Errors
///
/// The lines of the script that name audit flags, for a person to edit.
#[must_use]
pub fn strip_script(text: &str, what: StripPart) -> Option<Result<String, Vec<RemovedLine>>> {
    script::strip(text, what)
}
