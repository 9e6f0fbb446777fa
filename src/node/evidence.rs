//! Reads the signs of a distribution on a node.

use std::path::Path;

use crate::distribution::{Signs, paths};
use crate::host::{Host, HostError};

/// Reads the signs on the node. `manifest` is the manifest with its path, if there is one.
///
/// # Errors
/// Returns what the machine refuses.
pub fn read(host: &dyn Host, manifest: Option<(&Path, &[u8])>) -> Result<Signs, HostError> {
    let mut existing = Vec::new();
    for path in paths() {
        if host.stat(Path::new(path))?.is_some() {
            existing.push(path);
        }
    }
    Ok(Signs::of(existing, system(host), manifest))
}

/// The `ID` of `/etc/os-release`, which may be a link to `/usr/lib/os-release`.
fn system(host: &dyn Host) -> Option<String> {
    let files = ["/etc/os-release", "/usr/lib/os-release"];
    let bytes = files.iter().find_map(|path| host.read(Path::new(path)).ok())?;
    let text = String::from_utf8_lossy(&bytes);
    let id = text.lines().find_map(|line| line.strip_prefix("ID="))?;
    Some(id.trim_matches(['"', '\'']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::{self, Detection, Distribution, check};
    use crate::host::Fake;
    use audit_policy::finding::Severity;

    const POD: &str = "
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
    fn detect(files: &[&str], manifest: Option<(&str, &str)>) -> Option<Detection> {
        let fake = Fake::new();
        fake.with(|machine| files.iter().for_each(|path| machine.put(path, "", 0o644)));
        let manifest = manifest.map(|(path, text)| (Path::new(path), text.as_bytes()));
        Distribution::detect(&read(&fake, manifest).unwrap())
    }

    #[test]
    fn each_distribution_is_told_by_what_it_leaves_on_a_node() {
        let kops = "metadata: {annotations: {dns.alpha.kubernetes.io/internal: x}}";
        let deckhouse = "metadata: {annotations: {control-plane-manager.deckhouse.io/checksum: x}}";
        let openshift = "metadata: {namespace: openshift-kube-apiserver}";
        let naming =
            |path| format!("spec: {{containers: [{{command: [x, --tls-cert-file={path}]}}]}}");
        let minikube = naming("/var/lib/minikube/certs/apiserver.crt");
        let kubespray = "metadata: {annotations: {kubeadm.kubernetes.io/x: y}}\nspec: {containers: \
                         [{command: [x, --f=/etc/kubernetes/ssl/apiserver.crt]}]}";
        let gce = "spec: {volumes: [{hostPath: {path: /etc/srv/kubernetes}}]}";
        let rke2 = "/var/lib/rancher/rke2/agent/pod-manifests/kube-apiserver.yaml";
        let cases: &[Case<'_>] = &[
            (distribution::KUBEADM, &[], Some((USUAL, POD))),
            (distribution::KUBEADM, &["/var/lib/kubelet/kubeadm-flags.env"], Some((USUAL, "a: ["))),
            (distribution::KIND, &["/kind/version"], Some((USUAL, POD))),
            (distribution::MINIKUBE, &[], Some((USUAL, &minikube))),
            (distribution::DECKHOUSE, &[], Some((USUAL, deckhouse))),
            (distribution::SEALOS, &["/var/lib/sealos/data/x"], Some((USUAL, POD))),
            (distribution::KUBESPRAY, &[], Some((USUAL, kubespray))),
            (distribution::KUBEONE, &["/etc/kubeone/proxy-env"], Some((USUAL, POD))),
            (distribution::KOPS, &[], Some((USUAL, kops))),
            (distribution::GCE, &[], Some((USUAL, gce))),
            (distribution::CLUSTER_API, &["/run/cluster-api/x"], Some((USUAL, POD))),
            (distribution::RANCHER, &["/etc/rancher/agent/x"], Some((USUAL, POD))),
            (distribution::RKE2, &[], Some((rke2, "metadata: {}"))),
            (distribution::RKE2, &["/etc/rancher/rke2/config.yaml"], None),
            (distribution::K3S, &["/etc/rancher/k3s/k3s.yaml"], None),
            (distribution::K0S, &["/etc/k0s/k0s.yaml"], None),
            (distribution::MICROK8S, &["/var/snap/microk8s/current/args/kube-apiserver"], None),
            (distribution::OPENSHIFT, &[], Some((USUAL, openshift))),
            (distribution::MANAGED_CLOUD, &["/etc/eks/bootstrap.sh"], None),
        ];
        for (wanted, files, manifest) in cases {
            let found = detect(files, *manifest);
            assert_eq!(found.as_ref().map(|found| found.distribution), Some(wanted), "{files:?}");
            assert!(!found.unwrap().evidence.is_empty());
        }
    }

    #[test]
    fn talos_is_told_by_its_system() {
        for text in ["NAME=\"Talos\"\nID=talos\n", "ID=\"talos\"\n"] {
            let fake = Fake::new();
            fake.with(|machine| machine.put("/etc/os-release", text, 0o644));
            let found = Distribution::detect(&read(&fake, None).unwrap()).unwrap();
            assert_eq!(found.distribution, &distribution::TALOS);
        }
    }

    #[test]
    fn an_unknown_node_is_told_as_nothing() {
        assert_eq!(detect(&[], None), None);
        assert_eq!(detect(&["/etc/os-release"], Some((USUAL, "kind: Pod\n"))), None);
        let near =
            "spec: {containers: [{command: [x, --f=/etc/kubernetes/ssl/a, /srv/kubernetes/x]}]}";
        assert_eq!(detect(&[], Some((USUAL, near))), None);
    }

    #[test]
    fn a_cloud_whose_node_has_a_manifest_leaves_the_control_plane_to_its_user() {
        let found = detect(&["/etc/kubernetes/azure.json"], Some((USUAL, POD))).unwrap();
        assert_eq!(found.distribution, &distribution::KUBEADM);
    }

    #[test]
    fn those_that_undo_an_edit_at_once_refuse_and_the_others_are_said_with_their_evidence() {
        let refused = check(&detect(&["/etc/rancher/rke2/config.yaml"], None).unwrap());
        assert_eq!((refused.id, refused.severity), ("managed-manifest", Severity::Error));
        assert_eq!(
            refused.message,
            "RKE2 rewrites this manifest at every start (`/etc/rancher/rke2` is there). Auditing is \
             set in `/etc/rancher/rke2/config.yaml`: `audit-policy-file`, and other flags under \
             `kube-apiserver-arg`; `export rke2` writes what belongs there"
        );
        let said = check(&detect(&[], Some((USUAL, POD))).unwrap());
        assert_eq!((said.id, said.severity), ("rewritten-manifest", Severity::Warning));
        assert!(
            said.message.starts_with("kubeadm rewrites this manifest at `kubeadm upgrade` (the ")
        );
    }

    #[test]
    fn without_a_manifest_to_keep_it_refuses_and_every_other_one_is_said() {
        use distribution::*;
        let refuse = [OPENSHIFT, TALOS, MICROK8S, RKE2, K3S, K0S, MANAGED_CLOUD];
        for distribution in ALL {
            let wanted = if refuse.contains(distribution) { Stance::Refuse } else { Stance::Say };
            assert_eq!(distribution.stance, wanted, "{distribution:?}");
            assert!(!distribution.instead.ends_with('.'), "{distribution:?}");
        }
    }
}
