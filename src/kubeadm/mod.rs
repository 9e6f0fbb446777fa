//! kubeadm's `ClusterConfiguration`: the audit settings of the API server in it, edited byte for byte.
//!
//! kubeadm keeps it in ConfigMap `kube-system/kubeadm-config` and writes the manifests of the control plane
//! from it at every upgrade. What no edit names stays as it is written; the version of its API stays, too.

mod config;
mod draft;
mod edit;

pub use config::{AuditArgs, ClusterConfiguration, ExtraVolume, KubeadmError, LAST_WITH_MAP};
