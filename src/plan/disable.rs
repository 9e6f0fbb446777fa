//! Turning auditing off: the audit parts leave the manifest, policy and logs stay where they are.

use std::path::Path;

use crate::manifest::{self, Manifest, Refusal, What};
use crate::owner::Owner;

use super::{Change, FileChange, Operation, Plan, Role};

/// Plans how to take the audit parts named by `what` out of `manifest`; `operation` says on whose
/// behalf. The plan is empty if there are none.
///
/// # Errors
///
/// Returns why the manifest cannot be edited.
pub fn disable(
    operation: Operation,
    path: &Path,
    manifest: &Manifest,
    what: What,
) -> Result<Plan, Refusal> {
    let stripped = manifest::strip(manifest, what)?;
    let file = FileChange {
        role: Role::Manifest,
        path: path.to_owned(),
        before: Some(manifest.text().as_bytes().to_vec()),
        after: Some(stripped.text().as_bytes().to_vec()),
        mode: 0o600,
        owner: Owner::ROOT,
    };
    let changes = if file.before == file.after { vec![] } else { vec![Change::File(file)] };
    Ok(Plan { operation, manifest: path.to_owned(), changes })
}
