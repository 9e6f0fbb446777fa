//! Nodes of every distribution, as little of each as is needed to tell them.

use std::path::Path;

use super::distribution::{Distribution, Stance, check};
use super::{Detected, Signs};
use crate::host::Fake;
use audit_policy::finding::Severity;

const KUBEADM: &str = "
apiVersion: v1
kind: Pod
metadata:
  annotations:
    kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint: 10.0.0.1:6443
  name: kube-apiserver
  namespace: kube-system
spec:
  containers:
  - command: [kube-apiserver, --tls-cert-file=/etc/kubernetes/pki/apiserver.crt]
";
const USUAL: &str = "/etc/kubernetes/manifests/kube-apiserver.yaml";

/// A distribution, the files on a node of it, and the manifest with its path.
type Case<'a> = (Distribution, &'a [&'a str], Option<(&'a str, &'a str)>);

/// What is found on a node with these files and this manifest.
fn detect(files: &[&str], manifest: Option<(&str, &str)>) -> Option<Detected> {
    let fake = Fake::new();
    fake.with(|machine| files.iter().for_each(|path| machine.put(path, "", 0o644)));
    let manifest = manifest.map(|(path, text)| (Path::new(path), text.as_bytes()));
    Distribution::detect(&Signs::read(&fake, manifest).unwrap())
}

#[test]
fn each_distribution_is_told_by_what_it_leaves_on_a_node() {
    let kops = "metadata: {annotations: {dns.alpha.kubernetes.io/internal: x}}";
    let deckhouse = "metadata: {annotations: {control-plane-manager.deckhouse.io/checksum: x}}";
    let openshift = "metadata: {namespace: openshift-kube-apiserver}";
    let naming = |path| format!("spec: {{containers: [{{command: [x, --tls-cert-file={path}]}}]}}");
    let minikube = naming("/var/lib/minikube/certs/apiserver.crt");
    let kubespray = naming("/etc/kubernetes/ssl/apiserver.crt");
    let gce = "spec: {volumes: [{hostPath: {path: /etc/srv/kubernetes}}]}";
    let rke2 = "/var/lib/rancher/rke2/agent/pod-manifests/kube-apiserver.yaml";
    let cases: &[Case<'_>] = &[
        (Distribution::Kubeadm, &[], Some((USUAL, KUBEADM))),
        (Distribution::Kubeadm, &["/var/lib/kubelet/kubeadm-flags.env"], Some((USUAL, "a: ["))),
        (Distribution::Kind, &["/kind/version"], Some((USUAL, KUBEADM))),
        (Distribution::Minikube, &[], Some((USUAL, &minikube))),
        (Distribution::Deckhouse, &[], Some((USUAL, deckhouse))),
        (Distribution::Sealos, &["/var/lib/sealos/data/x"], Some((USUAL, KUBEADM))),
        (Distribution::Kubespray, &[], Some((USUAL, &kubespray))),
        (Distribution::Kops, &[], Some((USUAL, kops))),
        (Distribution::Gce, &[], Some((USUAL, gce))),
        (Distribution::ClusterApi, &["/run/cluster-api/x"], Some((USUAL, KUBEADM))),
        (Distribution::Rancher, &["/etc/rancher/agent/x"], Some((USUAL, KUBEADM))),
        (Distribution::Rke2, &[], Some((rke2, "metadata: {}"))),
        (Distribution::Rke2, &["/etc/rancher/rke2/config.yaml"], None),
        (Distribution::K3s, &["/etc/rancher/k3s/k3s.yaml"], None),
        (Distribution::K0s, &["/etc/k0s/k0s.yaml"], None),
        (Distribution::MicroK8s, &["/var/snap/microk8s/current/args/kube-apiserver"], None),
        (Distribution::OpenShift, &[], Some((USUAL, openshift))),
        (Distribution::ManagedCloud, &["/etc/eks/bootstrap.sh"], None),
    ];
    for (wanted, files, manifest) in cases {
        let found = detect(files, *manifest);
        assert_eq!(found.as_ref().map(|found| found.distribution), Some(*wanted), "{files:?}");
        assert!(!found.unwrap().evidence.is_empty());
    }
}

#[test]
fn talos_is_told_by_its_system() {
    for text in ["NAME=\"Talos\"\nID=talos\n", "ID=\"talos\"\n"] {
        let fake = Fake::new();
        fake.with(|machine| machine.put("/etc/os-release", text, 0o644));
        let found = Distribution::detect(&Signs::read(&fake, None).unwrap()).unwrap();
        assert_eq!(found.distribution, Distribution::Talos);
    }
}

#[test]
fn an_unknown_node_is_told_as_nothing() {
    assert_eq!(detect(&[], None), None);
    assert_eq!(detect(&["/etc/os-release"], Some((USUAL, "kind: Pod\n"))), None);
    let near =
        "spec: {containers: [{command: [x, --f=/etc/kubernetes/sslx/a, /srv/kubernetes-x]}]}";
    assert_eq!(detect(&[], Some((USUAL, near))), None);
}

#[test]
fn a_cloud_whose_node_has_a_manifest_leaves_the_control_plane_to_its_user() {
    let found = detect(&["/etc/kubernetes/azure.json"], Some((USUAL, KUBEADM))).unwrap();
    assert_eq!(found.distribution, Distribution::Kubeadm);
}

#[test]
fn those_that_undo_an_edit_at_once_refuse_and_the_others_are_said_with_their_evidence() {
    let refused = check(&detect(&["/etc/rancher/rke2/config.yaml"], None).unwrap());
    assert_eq!((refused.id, refused.severity), ("managed-manifest", Severity::Error));
    assert_eq!(
        refused.message,
        "RKE2 writes this manifest anew at every start (`/etc/rancher/rke2` is there). Auditing is \
         set in `/etc/rancher/rke2/config.yaml`: `audit-policy-file`, and other flags under \
         `kube-apiserver-arg`"
    );
    let said = check(&detect(&[], Some((USUAL, KUBEADM))).unwrap());
    assert_eq!((said.id, said.severity), ("rewritten-manifest", Severity::Warning));
    assert!(
        said.message.starts_with("kubeadm writes this manifest anew at `kubeadm upgrade` (the ")
    );
}

#[test]
fn whatever_has_no_manifest_to_keep_refuses_and_every_other_one_is_said() {
    use Distribution::*;
    let refuse = [OpenShift, Talos, MicroK8s, Rke2, K3s, K0s, ManagedCloud];
    for distribution in Distribution::ALL {
        let wanted = if refuse.contains(&distribution) { Stance::Refuse } else { Stance::Say };
        assert_eq!(distribution.stance(), wanted, "{distribution:?}");
        assert!(!distribution.instead().ends_with('.'), "{distribution:?}");
    }
}
