//! What a control plane made by kubeadm v1.37 has on its disk, as far as auditing is concerned.

/// A file of the sandbox.
pub(super) struct SandboxFile {
    /// The path on the node, without the leading `/`.
    pub(super) path: String,
    pub(super) mode: u32,
    pub(super) text: &'static str,
}

/// Directories that no file makes.
pub(super) const DIRECTORIES: [&str; 4] =
    ["etc/ssl/certs", "usr/share/ca-certificates", "var/log/containers", "var/log/pods"];

/// Certificates by the name of their two files below `etc/kubernetes/pki`.
const CERTIFICATES: [&str; 10] = [
    "apiserver",
    "apiserver-etcd-client",
    "apiserver-kubelet-client",
    "ca",
    "etcd/ca",
    "etcd/healthcheck-client",
    "etcd/peer",
    "etcd/server",
    "front-proxy-ca",
    "front-proxy-client",
];

/// Kubeconfigs below `etc/kubernetes`. All are alike: there is nothing to connect to.
const KUBECONFIGS: [&str; 5] =
    ["admin", "controller-manager", "kubelet", "scheduler", "super-admin"];

const PLACEHOLDER: &str = "A sandbox of kubectl-audit has no certificates and no keys.\n";

/// Returns every file, with the modes kubeadm gives them.
pub(super) fn files() -> Vec<SandboxFile> {
    let mut files = vec![
        file(
            0o600,
            "etc/kubernetes/manifests/etcd.yaml",
            include_str!("../../sandbox/etc/kubernetes/manifests/etcd.yaml"),
        ),
        file(
            0o600,
            "etc/kubernetes/manifests/kube-apiserver.yaml",
            include_str!("../../sandbox/etc/kubernetes/manifests/kube-apiserver.yaml"),
        ),
        file(
            0o600,
            "etc/kubernetes/manifests/kube-controller-manager.yaml",
            include_str!("../../sandbox/etc/kubernetes/manifests/kube-controller-manager.yaml"),
        ),
        file(
            0o600,
            "etc/kubernetes/manifests/kube-scheduler.yaml",
            include_str!("../../sandbox/etc/kubernetes/manifests/kube-scheduler.yaml"),
        ),
        file(
            0o644,
            "usr/lib/systemd/system/kubelet.service",
            include_str!("../../sandbox/usr/lib/systemd/system/kubelet.service"),
        ),
        file(
            0o644,
            "usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf",
            include_str!("../../sandbox/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf"),
        ),
        file(
            0o644,
            "var/lib/kubelet/config.yaml",
            include_str!("../../sandbox/var/lib/kubelet/config.yaml"),
        ),
        file(
            0o644,
            "var/lib/kubelet/kubeadm-flags.env",
            include_str!("../../sandbox/var/lib/kubelet/kubeadm-flags.env"),
        ),
    ];
    let kubeconfig = include_str!("../../sandbox/etc/kubernetes/admin.conf");
    files.extend(
        KUBECONFIGS.map(|name| file(0o600, &format!("etc/kubernetes/{name}.conf"), kubeconfig)),
    );
    for (ending, mode) in [("crt", 0o644), ("key", 0o600)] {
        files.extend(CERTIFICATES.map(|name| placeholder(&format!("{name}.{ending}"), mode)));
    }
    files.extend([placeholder("sa.key", 0o600), placeholder("sa.pub", 0o600)]);
    files
}

fn file(mode: u32, path: &str, text: &'static str) -> SandboxFile {
    SandboxFile { path: path.to_owned(), mode, text }
}

fn placeholder(name: &str, mode: u32) -> SandboxFile {
    file(mode, &format!("etc/kubernetes/pki/{name}"), PLACEHOLDER)
}
