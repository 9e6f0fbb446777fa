//! What was changed in kubeadm's ConfigMap for this node: its text before and after, and whether it is
//! still so.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::clock::rfc3339;
use super::place::STATE;
use crate::host::{Host, HostError, make_file};

/// The version of the file that this program writes, and the newest it reads.
const VERSION: u32 = 1;

/// A change of the ClusterConfiguration in ConfigMap `kube-system/kubeadm-config`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterConfigRecord {
    version: u32,
    /// When it was made, RFC 3339 in UTC.
    pub time: String,
    /// Who asked for it.
    pub user: String,
    /// The text without our change.
    pub before: String,
    /// The text with it.
    pub after: String,
    /// How far it came.
    pub state: ClusterConfigState,
}

/// How far a change of the ClusterConfiguration came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClusterConfigState {
    /// It was about to be made: it may or may not be there.
    Prepared,
    /// It is there.
    Applied,
    /// It is there, although a rescue has taken auditing from the manifest: the next `kubeadm upgrade`
    /// writes it back.
    Pending,
}

impl ClusterConfigRecord {
    /// Returns a change that is about to be made.
    #[must_use]
    pub fn prepared(host: &dyn Host, user: &str, before: &str, after: &str) -> Self {
        Self {
            version: VERSION,
            time: rfc3339(host.now()),
            user: user.to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
            state: ClusterConfigState::Prepared,
        }
    }

    /// Reads the record of a node; `None` if nothing of this program is in the ConfigMap, or the record cannot be
    /// read.
    ///
    /// # Errors
    ///
    /// The machine refuses.
    pub fn read(host: &dyn Host) -> Result<Option<Self>, HostError> {
        if host.stat(&path())?.is_none() {
            return Ok(None);
        }
        let bytes = host.read(&path())?;
        let record: Option<Self> = serde_json::from_slice(&bytes).ok();
        Ok(record.filter(|record| record.version <= VERSION))
    }

    /// Writes the record in one step, for root alone; what was there is gone then.
    ///
    /// # Errors
    ///
    /// The machine refuses; the former record is then still there.
    pub fn write(&self, host: &dyn Host) -> Result<(), HostError> {
        let text = serde_json::to_vec_pretty(self).unwrap_or_default();
        let staged = path().with_extension("new");
        if host.stat(&staged)?.is_some() {
            host.remove(&staged)?;
        }
        make_file(host, &staged, &text, 0o600)?;
        host.rename(&staged, &path())?;
        host.sync_directory(Path::new(STATE))
    }

    /// Removes the record: nothing of this program is in the ConfigMap any more.
    ///
    /// # Errors
    ///
    /// The machine refuses.
    pub fn remove(host: &dyn Host) -> Result<(), HostError> {
        if host.stat(&path())?.is_some() {
            host.remove(&path())?;
            host.sync_directory(Path::new(STATE))?;
        }
        Ok(())
    }
}

fn path() -> PathBuf {
    Path::new(STATE).join("kubeadm-config.json")
}
