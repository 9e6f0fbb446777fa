//! Who writes the API server's manifest, and whether it stays as we leave it.

use audit_policy::finding::Finding;
use audit_policy::finding::Severity;

use super::Signs;
use super::known::{self, Known};
use super::signs::Sign;

/// What set up a control plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Distribution {
    /// OpenShift.
    OpenShift,
    /// Talos Linux.
    Talos,
    /// MicroK8s.
    MicroK8s,
    /// RKE2, with or without Rancher.
    Rke2,
    /// k3s, with or without Rancher.
    K3s,
    /// k0s.
    K0s,
    /// A cloud that keeps the control plane to itself: GKE, EKS, AKS.
    ManagedCloud,
    /// kind.
    Kind,
    /// minikube.
    Minikube,
    /// Deckhouse.
    Deckhouse,
    /// sealos.
    Sealos,
    /// kubespray.
    Kubespray,
    /// kops.
    Kops,
    /// The Kubernetes project's scripts for Google Compute Engine.
    Gce,
    /// Cluster API.
    ClusterApi,
    /// Rancher, on a node it did not set up with RKE2 or k3s.
    Rancher,
    /// kubeadm, and none of those that build on it.
    Kubeadm,
}

/// Whether a manifest that a distribution writes is edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stance {
    /// It is refused: the edit is lost at once, or there is nothing to edit.
    Refuse,
    /// It is edited, and said what will write it anew.
    Say,
}

/// A distribution, and how it was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    /// The distribution.
    pub distribution: Distribution,
    /// What gives it away, one phrase each, the surest first; at least one.
    pub evidence: Vec<String>,
}

impl Distribution {
    /// Every distribution in the order in which they are looked for: those that refuse first, and
    /// what builds on another one before it.
    pub const ALL: [Self; 17] = [
        Self::OpenShift,
        Self::Talos,
        Self::MicroK8s,
        Self::Rke2,
        Self::K3s,
        Self::K0s,
        Self::ManagedCloud,
        Self::Kind,
        Self::Minikube,
        Self::Deckhouse,
        Self::Sealos,
        Self::Kubespray,
        Self::Kops,
        Self::Gce,
        Self::ClusterApi,
        Self::Rancher,
        Self::Kubeadm,
    ];

    /// Returns the distribution of the node by what was seen there.
    #[must_use]
    pub fn detect(signs: &Signs) -> Option<Detected> {
        Self::ALL.into_iter().find_map(|distribution| {
            let all = distribution.known().signs;
            let evidence: Vec<_> = all.iter().filter_map(|sign| signs.evidence(*sign)).collect();
            (!evidence.is_empty()).then_some(Detected { distribution, evidence })
        })
    }

    /// Returns the name as its makers write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.known().name
    }

    /// Returns whether its manifest is edited.
    #[must_use]
    pub fn stance(self) -> Stance {
        self.known().stance
    }

    /// Returns what `kubectl audit export` calls it; `None` if there is nothing to export for it.
    #[must_use]
    pub fn export(self) -> Option<&'static str> {
        self.known().export
    }

    /// Returns what becomes of a manifest that is edited by hand, such as "kubeadm writes this
    /// manifest anew at `kubeadm upgrade`".
    #[must_use]
    pub fn fate(self) -> String {
        let Known { name, fate, .. } = self.known();
        format!("{name} {fate}")
    }

    /// Returns how auditing is set there so that it stays, as a sentence without its full stop.
    #[must_use]
    pub fn instead(self) -> &'static str {
        self.known().instead
    }

    fn known(self) -> &'static Known {
        match self {
            Self::OpenShift => &known::OPENSHIFT,
            Self::Talos => &known::TALOS,
            Self::MicroK8s => &known::MICROK8S,
            Self::Rke2 => &known::RKE2,
            Self::K3s => &known::K3S,
            Self::K0s => &known::K0S,
            Self::ManagedCloud => &known::MANAGED_CLOUD,
            Self::Kind => &known::KIND,
            Self::Minikube => &known::MINIKUBE,
            Self::Deckhouse => &known::DECKHOUSE,
            Self::Sealos => &known::SEALOS,
            Self::Kubespray => &known::KUBESPRAY,
            Self::Kops => &known::KOPS,
            Self::Gce => &known::GCE,
            Self::ClusterApi => &known::CLUSTER_API,
            Self::Rancher => &known::RANCHER,
            Self::Kubeadm => &known::KUBEADM,
        }
    }
}

/// Returns what is to be said before a manifest of this distribution is edited: an error refuses.
#[must_use]
pub fn check(detected: &Detected) -> Finding {
    let (id, severity) = match detected.distribution.stance() {
        Stance::Refuse => ("managed-manifest", Severity::Error),
        Stance::Say => ("rewritten-manifest", Severity::Warning),
    };
    let evidence = detected.evidence.first().map(|sign| format!(" ({sign})")).unwrap_or_default();
    let Detected { distribution, .. } = detected;
    let message = format!("{}{evidence}. {}", distribution.fate(), distribution.instead());
    Finding { id, severity, place: None, message, help: None }
}

/// Every path that a sign looks at.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    let signs = Distribution::ALL.into_iter().flat_map(|distribution| distribution.known().signs);
    signs.filter_map(|sign| match sign {
        Sign::Path(path) | Sign::PathAlone(path) => Some(*path),
        _ => None,
    })
}
