//! The table of distributions: how each is recognised, what becomes of an edited manifest, and how
//! auditing is set there instead.

use super::evidence::DistributionEvidence::{self, *};

/// What set up a control plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Distribution {
    /// The name as its makers write it.
    pub name: &'static str,
    /// Whether its manifest is edited.
    pub stance: Stance,
    /// What becomes of an edited manifest, to be read after the name.
    pub(super) fate: &'static str,
    /// How auditing is set there so that it stays, as a sentence without its full stop.
    pub instead: &'static str,
    /// The target of `export` that writes the files for it, if there is one.
    pub export: Option<&'static str>,
    /// Each of these alone is evidence enough.
    pub(super) signs: &'static [DistributionEvidence],
}

/// Whether a manifest that a distribution writes is edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stance {
    /// It is refused: the edit is lost at once, or there is nothing to edit.
    Refuse,
    /// It is edited, with a word about what will overwrite it.
    Say,
}

/// Every distribution in the order in which they are looked for: those that refuse first, and what
/// builds on another one before it.
pub const ALL: [&Distribution; 18] = [
    &OPENSHIFT,
    &TALOS,
    &MICROK8S,
    &RKE2,
    &K3S,
    &K0S,
    &MANAGED_CLOUD,
    &KIND,
    &MINIKUBE,
    &DECKHOUSE,
    &SEALOS,
    &KUBESPRAY,
    &KUBEONE,
    &KOPS,
    &GCE,
    &CLUSTER_API,
    &RANCHER,
    &KUBEADM,
];

/// OpenShift.
pub const OPENSHIFT: Distribution = Distribution {
    name: "OpenShift",
    stance: Stance::Refuse,
    fate: "rewrites this manifest with every revision of its operator",
    instead: "Auditing is set with `oc edit apiserver cluster`, under `spec.audit`",
    export: Some("openshift"),
    signs: &[
        Namespace("openshift-kube-apiserver"),
        Path("/etc/kubernetes/static-pod-resources"),
        Named("kube-apiserver-pod.yaml"),
        System("rhcos"),
    ],
};

/// Talos Linux.
pub const TALOS: Distribution = Distribution {
    name: "Talos",
    stance: Stance::Refuse,
    fate: "renders this manifest from the machine configuration",
    instead: "Auditing is on there from the start; the policy is part of the machine \
              configuration",
    export: Some("talos"),
    signs: &[System("talos"), Named("talos-kube-apiserver.yaml")],
};

/// MicroK8s.
pub const MICROK8S: Distribution = Distribution {
    name: "MicroK8s",
    stance: Stance::Refuse,
    fate: "runs its API server without a manifest",
    instead: "Flags are lines of `/var/snap/microk8s/current/args/kube-apiserver`",
    export: Some("microk8s"),
    signs: &[Path("/var/snap/microk8s")],
};

/// RKE2, with or without Rancher.
pub const RKE2: Distribution = Distribution {
    name: "RKE2",
    stance: Stance::Refuse,
    fate: "rewrites this manifest at every start",
    instead: "Auditing is set in `/etc/rancher/rke2/config.yaml`: `audit-policy-file`, and \
              other flags under `kube-apiserver-arg`",
    export: Some("rke2"),
    signs: &[
        Below("/var/lib/rancher/rke2"),
        Path("/etc/rancher/rke2"),
        Path("/var/lib/rancher/rke2"),
    ],
};

/// k3s, with or without Rancher.
pub const K3S: Distribution = Distribution {
    name: "k3s",
    stance: Stance::Refuse,
    fate: "runs its API server without a manifest",
    instead: "Auditing is set in `/etc/rancher/k3s/config.yaml`, under `kube-apiserver-arg`",
    export: Some("k3s"),
    signs: &[Path("/etc/rancher/k3s"), Path("/var/lib/rancher/k3s/server")],
};

/// k0s.
pub const K0S: Distribution = Distribution {
    name: "k0s",
    stance: Stance::Refuse,
    fate: "runs its API server without a manifest",
    instead: "Auditing is set in `/etc/k0s/k0s.yaml`, under `spec.api.extraArgs`",
    export: Some("k0s"),
    signs: &[Path("/etc/k0s"), Path("/var/lib/k0s")],
};

/// A cloud that keeps the control plane to itself: GKE, EKS, AKS.
pub const MANAGED_CLOUD: Distribution = Distribution {
    name: "The cloud",
    stance: Stance::Refuse,
    fate: "keeps the control plane of this cluster to itself",
    instead: "Its audit log is switched on and read with the provider's own tools",
    export: None,
    signs: &[
        PathAlone("/etc/eks"),
        PathAlone("/etc/kubernetes/azure.json"),
        PathAlone("/home/kubernetes/kube-env"),
    ],
};

/// kind.
pub const KIND: Distribution = Distribution {
    name: "kind",
    stance: Stance::Say,
    fate: "loses this change with the cluster",
    instead: "To have it in every cluster, set it in the kind configuration, under \
              `kubeadmConfigPatches` and `extraMounts`",
    export: Some("kind"),
    signs: &[Path("/kind")],
};

/// minikube.
pub const MINIKUBE: Distribution = Distribution {
    name: "minikube",
    stance: Stance::Say,
    fate: "rewrites this manifest at `minikube start`",
    instead: "To keep the change, start with `--extra-config=apiserver.audit-log-path=…`",
    export: Some("minikube"),
    signs: &[Mentions("/var/lib/minikube"), Path("/var/lib/minikube")],
};

/// Deckhouse.
pub const DECKHOUSE: Distribution = Distribution {
    name: "Deckhouse",
    stance: Stance::Say,
    fate: "rewrites this manifest whenever its control plane manager runs",
    instead: "To keep the change, set `auditPolicyEnabled` in ModuleConfig \
              `control-plane-manager` and put the policy into Secret `kube-system/audit-policy`",
    export: Some("deckhouse"),
    signs: &[
        Annotation("control-plane-manager.deckhouse.io/"),
        Mentions("/etc/kubernetes/deckhouse"),
        Path("/etc/kubernetes/deckhouse"),
        Path("/opt/deckhouse"),
    ],
};

/// sealos.
pub const SEALOS: Distribution = Distribution {
    name: "sealos",
    stance: Stance::Say,
    fate: "rewrites this manifest from its kubeadm configuration",
    instead: "To keep the change, set it under `apiServer` in the Clusterfile",
    export: Some("sealos"),
    signs: &[Path("/var/lib/sealos")],
};

/// kubespray.
pub const KUBESPRAY: Distribution = Distribution {
    name: "kubespray",
    stance: Stance::Say,
    fate: "rewrites this manifest at its next run",
    instead: "To keep the change, set `kubernetes_audit: true` and the `audit_*` variables in \
              the inventory",
    export: Some("kubespray"),
    signs: &[MentionsByKubeadm("/etc/kubernetes/ssl"), Path("/etc/kubernetes/kubelet.env")],
};

/// KubeOne.
pub const KUBEONE: Distribution = Distribution {
    name: "KubeOne",
    stance: Stance::Say,
    fate: "rewrites this manifest through kubeadm at `kubeone apply`",
    instead: "To keep the change, set `features.staticAuditLog` in the KubeOneCluster",
    export: Some("kubeone"),
    signs: &[Path("/etc/kubeone")],
};

/// kops.
pub const KOPS: Distribution = Distribution {
    name: "kops",
    stance: Stance::Say,
    fate: "rewrites this manifest at every start of the node, and replaces nodes",
    instead: "To keep the change, set `spec.kubeAPIServer.audit*` and `spec.fileAssets` with \
              `kops edit cluster`",
    export: Some("kops"),
    signs: &[Annotation("dns.alpha.kubernetes.io/"), Path("/opt/kops")],
};

/// The Kubernetes project's scripts for Google Compute Engine.
pub const GCE: Distribution = Distribution {
    name: "The script for Google Compute Engine",
    stance: Stance::Say,
    fate: "rewrites this manifest at every start of the node",
    instead: "To keep the change, set `ENABLE_APISERVER_ADVANCED_AUDIT` and \
              `ADVANCED_AUDIT_POLICY` in the environment of `kube-up.sh`",
    export: None,
    signs: &[Mentions("/etc/srv/kubernetes"), Path("/home/kubernetes/bin/configure-helper.sh")],
};

/// Cluster API.
pub const CLUSTER_API: Distribution = Distribution {
    name: "Cluster API",
    stance: Stance::Say,
    fate: "replaces this machine at the next change of the control plane, manifest and all",
    instead: "To keep the change, set it in the KubeadmControlPlane, under \
              `spec.kubeadmConfigSpec`",
    export: Some("cluster-api"),
    signs: &[Path("/run/cluster-api")],
};

/// Rancher, on a node it did not set up with RKE2 or k3s.
pub const RANCHER: Distribution = Distribution {
    name: "Rancher",
    stance: Stance::Say,
    fate: "may rewrite this manifest when it updates the cluster",
    instead: "To keep the change, set it in the cluster's configuration in Rancher",
    export: Some("rancher"),
    signs: &[Path("/etc/rancher/agent"), Path("/var/lib/rancher/agent")],
};

/// kubeadm, and none of those that build on it.
pub const KUBEADM: Distribution = Distribution {
    name: "kubeadm",
    stance: Stance::Say,
    fate: "rewrites this manifest at `kubeadm upgrade`",
    instead: "To keep the change, set it in ConfigMap `kube-system/kubeadm-config`, under \
              `apiServer`, too",
    export: Some("kubeadm"),
    signs: &[
        Annotation("kubeadm.kubernetes.io/"),
        Path("/var/lib/kubelet/kubeadm-flags.env"),
        Path("/etc/kubernetes/admin.conf"),
    ],
};
