//! What would change in kubeadm's ClusterConfiguration, so that an upgrade keeps auditing as it is.

use std::collections::BTreeMap;

use crate::kubeadm::{AuditArgs, ClusterConfiguration, ExtraVolume, KubeadmError, LAST_WITH_MAP};
use crate::manifest::{Manifest, Mount};

/// A change of the ClusterConfiguration in ConfigMap `kube-system/kubeadm-config`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterConfigChange {
    /// The text that the plan was made from.
    pub before: String,
    /// The text that is to be there.
    pub after: String,
    /// The version of the ConfigMap that the plan was made from.
    pub resource_version: String,
    /// The text without any change of this program, as far as it is known.
    pub original: String,
}

/// The volumes that kubeadm gives every API server by itself.
const BUILT_IN: [&str; 7] = [
    "ca-certs",
    "etc-ca-certificates",
    "etc-pki-ca-trust",
    "etc-pki-tls-certs",
    "k8s-certs",
    "usr-local-share-ca-certificates",
    "usr-share-ca-certificates",
];

impl ClusterConfigChange {
    /// Plans how the configuration gets the audit settings of a manifest and no others. `former` is an
    /// earlier change of this program, its text before and after: where nobody has touched the text since, and
    /// nothing of auditing is to stay, the text before is restored as it was.
    ///
    /// # Errors
    ///
    /// The configuration is of another kind or version, or cannot be edited safely.
    pub fn plan(
        text: &str,
        resource_version: &str,
        wanted: &AuditArgs,
        former: Option<(&str, &str)>,
    ) -> Result<Self, KubeadmError> {
        let untouched = former.filter(|(_, after)| *after == text).map(|(before, _)| before);
        let after = match untouched {
            Some(before) if *wanted == AuditArgs::default() && !has_auditing(before) => {
                before.to_owned()
            }
            _ => ClusterConfiguration::parse(text)?.with(wanted)?,
        };
        Ok(Self {
            before: text.to_owned(),
            after,
            resource_version: resource_version.to_owned(),
            original: untouched.unwrap_or(text).to_owned(),
        })
    }

    /// Returns whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.before == self.after
    }
}

fn has_auditing(text: &str) -> bool {
    let config = ClusterConfiguration::parse(text);
    config.is_ok_and(|config| config.audit_args() != AuditArgs::default())
}

/// Returns the audit settings of a manifest in kubeadm's words. Mounts that kubeadm makes by itself are not
/// among them.
#[must_use]
pub fn audit_args(manifest: &Manifest) -> AuditArgs {
    let parts = manifest.audit_parts();
    let values: BTreeMap<&str, &str> = parts
        .flags
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_deref().unwrap_or("true")))
        .collect();
    let mut flags: Vec<(String, String)> = vec![];
    for (name, _) in &parts.flags {
        let is_new = !flags.iter().any(|(known, _)| known == name);
        let value = values.get(name.as_str()).filter(|_| is_new);
        flags.extend(value.map(|value| (name.clone(), (*value).to_owned())));
    }
    let mounts = parts.own_mounts.iter().chain(&parts.shared_mounts);
    let own = mounts.filter(|mount| !BUILT_IN.contains(&mount.volume.as_str()));
    AuditArgs { flags, volumes: own.filter_map(volume).collect() }
}

/// Returns the lines of a ClusterConfiguration that give an API server the audit settings of a manifest, in the
/// form that its version of kubeadm reads; `None` if there are none.
#[must_use]
pub fn upgrade_lines(manifest: &Manifest) -> Option<String> {
    let version = if manifest.nearest_version() <= LAST_WITH_MAP { "v1beta3" } else { "v1beta4" };
    let head = format!("apiVersion: kubeadm.k8s.io/{version}\nkind: ClusterConfiguration\n");
    let config = ClusterConfiguration::parse(&head).ok()?.with(&audit_args(manifest)).ok()?;
    config
        .strip_prefix(&head)
        .filter(|lines| !lines.is_empty())
        .map(|lines| lines.trim_end().to_owned())
}

fn volume(mount: &Mount) -> Option<ExtraVolume> {
    Some(ExtraVolume {
        name: mount.volume.clone(),
        host_path: mount.node_path()?,
        mount_path: mount.mount_path.clone(),
        read_only: mount.read_only,
        path_type: mount.host_path_type.clone().filter(|kind| !kind.is_empty()),
    })
}
