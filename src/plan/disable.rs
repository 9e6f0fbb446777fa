//! Turning auditing off: the audit parts leave the manifest, policy and logs stay where they are.

use std::path::Path;

use crate::manifest::{self, Manifest, ManifestRefusal, StripPart};

use super::{Change, Operation, Plan};

/// A manifest without auditing, as a plan.
#[derive(Debug)]
pub struct DisablePlan {
    /// The plan; empty if there is nothing to take out.
    pub plan: Plan,
    /// The manifest as it is to be.
    pub after: Manifest,
}

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
    what: StripPart,
) -> Result<DisablePlan, ManifestRefusal> {
    let after = manifest::strip(manifest, what)?;
    let changes = Change::manifest(path, manifest, &after).into_iter().collect();
    Ok(DisablePlan { plan: Plan { operation, manifest: path.to_owned(), changes }, after })
}
