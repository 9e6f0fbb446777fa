//! Turning auditing off: the audit parts leave the manifest, policy and logs stay where they are.

use std::path::Path;

use crate::manifest::{self, Manifest, Refusal, What};

use super::{Change, Operation, Plan};

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
    let changes = Change::manifest(path, manifest, &stripped).into_iter().collect();
    Ok(Plan { operation, manifest: path.to_owned(), changes })
}
