//! The units of systemd that dead men run as: one for each entry that is armed, outside the journal.

use std::collections::BTreeSet;
use std::path::Path;

use crate::host::{Host, HostError};

/// Where their files are.
pub const UNITS: &str = "/etc/systemd/system";
/// Where the links are by which they are enabled.
pub const ENABLED: &str = "/etc/systemd/system/multi-user.target.wants";
/// What the name of a unit begins and ends with; the id of the entry is between.
const BEGIN: &str = "kubectl-audit-rollback-";
const END: &str = ".service";

/// Returns the name of the unit of an entry; the rollback script makes it up in the same way.
#[must_use]
pub fn unit(id: &str) -> String {
    format!("{BEGIN}{id}{END}")
}

/// Returns the ids of the entries that have a unit file or a link to one.
///
/// # Errors
///
/// The machine refuses to show the directories.
pub fn ids_with_unit(host: &dyn Host) -> Result<BTreeSet<String>, HostError> {
    let id = |name: &String| Some(name.strip_prefix(BEGIN)?.strip_suffix(END)?.to_owned());
    let mut ids = BTreeSet::new();
    for directory in [UNITS, ENABLED].map(Path::new) {
        if host.stat(directory)?.is_some() {
            ids.extend(host.list(directory)?.iter().filter_map(id));
        }
    }
    Ok(ids)
}
