//! What is known of each distribution: how it is told, what becomes of an edited manifest, and how
//! auditing is set there instead.

use super::distribution::Stance;
use super::signs::Sign::{self, *};

/// What is known of one distribution.
pub(super) struct Known {
    /// The name as its makers write it.
    pub(super) name: &'static str,
    pub(super) stance: Stance,
    /// What becomes of an edited manifest, to be read after the name.
    pub(super) fate: &'static str,
    /// How auditing is set there instead, as a whole sentence.
    pub(super) instead: &'static str,
    /// What `export` calls it.
    pub(super) export: Option<&'static str>,
    /// Each of these alone gives it away.
    pub(super) signs: &'static [Sign],
}

pub(super) const OPENSHIFT: Known = Known {
    name: "OpenShift",
    stance: Stance::Refuse,
    fate: "writes this manifest anew with every revision of its operator",
    instead: "Auditing is set with `oc edit apiserver cluster`, under `spec.audit`",
    export: Some("openshift"),
    signs: &[
        Namespace("openshift-kube-apiserver"),
        Path("/etc/kubernetes/static-pod-resources"),
        Named("kube-apiserver-pod.yaml"),
        System("rhcos"),
    ],
};

pub(super) const TALOS: Known = Known {
    name: "Talos",
    stance: Stance::Refuse,
    fate: "renders this manifest from the machine configuration",
    instead: "Auditing is on there from the start; the policy is part of the machine \
              configuration",
    export: Some("talos"),
    signs: &[System("talos"), Named("talos-kube-apiserver.yaml")],
};

pub(super) const MICROK8S: Known = Known {
    name: "MicroK8s",
    stance: Stance::Refuse,
    fate: "runs its API server without a manifest",
    instead: "Flags are lines of `/var/snap/microk8s/current/args/kube-apiserver`",
    export: Some("microk8s"),
    signs: &[Path("/var/snap/microk8s")],
};

pub(super) const RKE2: Known = Known {
    name: "RKE2",
    stance: Stance::Refuse,
    fate: "writes this manifest anew at every start",
    instead: "Auditing is set in `/etc/rancher/rke2/config.yaml`: `audit-policy-file`, and \
              other flags under `kube-apiserver-arg`",
    export: Some("rke2"),
    signs: &[
        Below("/var/lib/rancher/rke2"),
        Path("/etc/rancher/rke2"),
        Path("/var/lib/rancher/rke2"),
    ],
};

pub(super) const K3S: Known = Known {
    name: "k3s",
    stance: Stance::Refuse,
    fate: "runs its API server without a manifest",
    instead: "Auditing is set in `/etc/rancher/k3s/config.yaml`, under `kube-apiserver-arg`",
    export: Some("k3s"),
    signs: &[Path("/etc/rancher/k3s"), Path("/var/lib/rancher/k3s/server")],
};

pub(super) const K0S: Known = Known {
    name: "k0s",
    stance: Stance::Refuse,
    fate: "runs its API server without a manifest",
    instead: "Auditing is set in `/etc/k0s/k0s.yaml`, under `spec.api.extraArgs`",
    export: Some("k0s"),
    signs: &[Path("/etc/k0s"), Path("/var/lib/k0s")],
};

pub(super) const MANAGED_CLOUD: Known = Known {
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

pub(super) const KIND: Known = Known {
    name: "kind",
    stance: Stance::Say,
    fate: "loses this change with the cluster",
    instead: "To have it in every cluster, set it in the kind configuration, under \
              `kubeadmConfigPatches` and `extraMounts`",
    export: Some("kind"),
    signs: &[Path("/kind")],
};

pub(super) const MINIKUBE: Known = Known {
    name: "minikube",
    stance: Stance::Say,
    fate: "writes this manifest anew at `minikube start`",
    instead: "To keep the change, start with `--extra-config=apiserver.audit-log-path=…`",
    export: Some("minikube"),
    signs: &[Mentions("/var/lib/minikube"), Path("/var/lib/minikube")],
};

pub(super) const DECKHOUSE: Known = Known {
    name: "Deckhouse",
    stance: Stance::Say,
    fate: "writes this manifest anew whenever its control plane manager runs",
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

pub(super) const SEALOS: Known = Known {
    name: "sealos",
    stance: Stance::Say,
    fate: "writes this manifest anew from its kubeadm configuration",
    instead: "To keep the change, set it under `apiServer` in the Clusterfile",
    export: Some("sealos"),
    signs: &[Path("/var/lib/sealos")],
};

pub(super) const KUBESPRAY: Known = Known {
    name: "kubespray",
    stance: Stance::Say,
    fate: "writes this manifest anew at its next run",
    instead: "To keep the change, set `kubernetes_audit: true` and the `audit_*` variables in \
              the inventory",
    export: Some("kubespray"),
    signs: &[Mentions("/etc/kubernetes/ssl"), Path("/etc/kubernetes/kubelet.env")],
};

pub(super) const KOPS: Known = Known {
    name: "kops",
    stance: Stance::Say,
    fate: "writes this manifest anew at every start of the node, and replaces nodes",
    instead: "To keep the change, set `spec.kubeAPIServer.audit*` and `spec.fileAssets` with \
              `kops edit cluster`",
    export: Some("kops"),
    signs: &[
        Annotation("dns.alpha.kubernetes.io/"),
        Mentions("/srv/kubernetes"),
        Path("/opt/kops"),
    ],
};

pub(super) const GCE: Known = Known {
    name: "The script for Google Compute Engine",
    stance: Stance::Say,
    fate: "writes this manifest anew at every start of the node",
    instead: "To keep the change, set `ENABLE_APISERVER_ADVANCED_AUDIT` and \
              `ADVANCED_AUDIT_POLICY` in the environment of `kube-up.sh`",
    export: None,
    signs: &[Mentions("/etc/srv/kubernetes"), Path("/home/kubernetes/bin/configure-helper.sh")],
};

pub(super) const CLUSTER_API: Known = Known {
    name: "Cluster API",
    stance: Stance::Say,
    fate: "replaces this machine at the next change of the control plane, manifest and all",
    instead: "To keep the change, set it in the KubeadmControlPlane, under \
              `spec.kubeadmConfigSpec`",
    export: Some("cluster-api"),
    signs: &[Path("/run/cluster-api")],
};

pub(super) const RANCHER: Known = Known {
    name: "Rancher",
    stance: Stance::Say,
    fate: "may write this manifest anew when it updates the cluster",
    instead: "To keep the change, set it in the cluster's configuration in Rancher",
    export: Some("rancher"),
    signs: &[Path("/etc/rancher/agent"), Path("/var/lib/rancher/agent")],
};

pub(super) const KUBEADM: Known = Known {
    name: "kubeadm",
    stance: Stance::Say,
    fate: "writes this manifest anew at `kubeadm upgrade`",
    instead: "To keep the change, set it in ConfigMap `kube-system/kubeadm-config`, under \
              `apiServer`, too",
    export: Some("kubeadm"),
    signs: &[
        Annotation("kubeadm.kubernetes.io/"),
        Path("/var/lib/kubelet/kubeadm-flags.env"),
        Path("/etc/kubernetes/admin.conf"),
    ],
};
