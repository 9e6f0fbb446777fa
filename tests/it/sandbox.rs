//! A sandbox is a node to everything that looks at nodes.

use std::path::Path;

use audit_policy::api::Version;
use kubectl_audit::flags::AuditOptions;
use kubectl_audit::host::{Host, Local};
use kubectl_audit::node::{self, ChangeSubject, DirectoryTrust, Kubelet, discover};
use kubectl_audit::sandbox;

#[test]
fn a_sandbox_is_a_node_in_order_that_kubeadm_set_up() {
    let directory = tempfile::tempdir().unwrap();
    sandbox::open(&Local::new(None), directory.path()).unwrap();
    let host = Local::new(Some(directory.path().to_owned()));

    let kubelet = Kubelet::read(&host);
    let said = kubelet.manifests.as_ref().unwrap();
    assert_eq!(said.by, Path::new("/var/lib/kubelet/config.yaml"));
    let manifest = discover::manifest(&host, &kubelet, None).unwrap();
    assert_eq!(manifest, Path::new("/etc/kubernetes/manifests/kube-apiserver.yaml"));

    let bytes = host.read(&manifest).unwrap();
    let owner = host.stat(&manifest).unwrap().unwrap().owner;
    let log = Path::new("/var/log/kubernetes/audit/audit.log");
    let path = ("audit-log-path", log.to_str());
    let size = ("audit-log-maxsize", Some("1"));
    let rotation =
        AuditOptions::read(Version::NEWEST, [path, size]).unwrap().log.rotation(Version::NEWEST);
    let subject = ChangeSubject {
        manifest: (&manifest, &bytes),
        files: &[Path::new("/etc/kubernetes/audit/policy.yaml")],
        used: &[],
        log: Some((log, rotation.unwrap())),
        trust: DirectoryTrust::User(owner.uid),
    };
    let findings = node::examine(&host, &kubelet, &subject).unwrap();
    let ids: Vec<_> = findings.iter().map(|finding| finding.id).collect();
    assert_eq!(ids, ["rewritten-manifest"], "{findings:?}");
    assert!(findings[0].message.starts_with("kubeadm "), "{}", findings[0].message);
}
