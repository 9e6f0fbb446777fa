//! Places on a node where no log may be written.

use std::path::Path;

use audit_policy::finding::Finding;
use audit_policy::finding::Severity;

/// Directories of the system: what the server makes there, or what rotation deletes, could take the
/// node down. A directory below them is fine.
const SYSTEM: [&str; 10] =
    ["/", "/bin", "/boot", "/etc", "/proc", "/run", "/sbin", "/sys", "/usr", "/var"];

/// Everything below these is the kernel's.
const KERNEL: [&str; 3] = ["/dev", "/proc", "/sys"];

/// Everything below these belongs to other programs or people: with the mount of the log's directory
/// the API server could write all of it, keys and databases among it.
const OTHERS: [(&str, &str); 5] = [
    ("/etc/kubernetes", "holds the keys and manifests of the control plane"),
    ("/var/lib/etcd", "is etcd's"),
    ("/var/lib/kubelet", "is the kubelet's"),
    ("/root", "is root's home"),
    ("/home", "holds people's homes"),
];

/// Where SELinux keeps auditd's own log, out of every container's reach.
const AUDITD: &str = "/var/log/audit";

/// Returns what speaks against writing the log into `directory`, a path on the node. `manifests` is
/// the directory the kubelet reads, where every file would be taken for a pod.
#[must_use]
pub fn check(directory: &Path, manifests: &Path) -> Vec<Finding> {
    let shown = directory.display();
    let refuse = |why: &str| vec![finding(Severity::Error, format!("`{shown}` {why}"))];
    if !directory.is_absolute() {
        return refuse("is not absolute: the log would lie in the container");
    }
    if directory == Path::new("/dev") {
        let why = "belongs to the kernel: a path there is rotated like a file, and fills the memory of \
                   the node";
        let help =
            "for the standard output of the container: --log-path -; for a file: --log-path \
                    /var/log/kubernetes/audit/audit.log"
                .to_owned();
        return refuse(why)
            .into_iter()
            .map(|it| Finding { help: Some(help.clone()), ..it })
            .collect();
    }
    if KERNEL.iter().any(|kernel| directory.starts_with(kernel)) {
        return refuse("belongs to the kernel: no log can be kept there");
    }
    if SYSTEM.iter().any(|system| directory == Path::new(system)) || is_library(directory) {
        return refuse("is a directory of the system: the log needs one of its own");
    }
    if directory.starts_with(manifests) {
        return refuse("is read by the kubelet, which would take the log for a pod");
    }
    let whose = OTHERS.iter().find(|(other, _)| directory.starts_with(other));
    if let Some((_, whose)) = whose {
        return refuse(&format!(
            "{whose}: the mount of the log would give the API server write access to all of it"
        ));
    }
    if directory.starts_with(AUDITD) {
        let message = format!(
            "`{shown}` is auditd's: where SELinux is enforced the server cannot write there"
        );
        return vec![finding(Severity::Warning, message)];
    }
    Vec::new()
}

/// `/lib`, `/lib64`, `/lib32`, …
fn is_library(directory: &Path) -> bool {
    let name = directory.strip_prefix("/").ok().and_then(Path::to_str);
    name.is_some_and(|name| name.starts_with("lib") && !name.contains('/'))
}

fn finding(severity: Severity, message: String) -> Finding {
    Finding { id: "log-place", severity, place: None, message, help: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn severity(directory: &str) -> Option<Severity> {
        let findings = check(Path::new(directory), Path::new("/etc/kubernetes/manifests"));
        findings.first().map(|finding| finding.severity)
    }

    #[test]
    fn directories_of_the_system_are_refused() {
        for directory in [
            "/",
            "/bin",
            "/boot",
            "/dev",
            "/etc",
            "/lib",
            "/lib64",
            "/libx32",
            "/proc",
            "/run",
            "/sbin",
            "/sys",
            "/usr",
            "/var",
            "/dev/shm",
            "/proc/1",
            "/sys/fs/x",
            "/usr/",
            "log",
            "/etc/kubernetes/manifests",
            "/etc/kubernetes/manifests/log",
            "/etc/kubernetes",
            "/etc/kubernetes/pki/x",
            "/var/lib/etcd",
            "/var/lib/kubelet/pods",
            "/root",
            "/home/alice",
        ] {
            assert_eq!(severity(directory), Some(Severity::Error), "{directory}");
        }
    }

    #[test]
    fn directories_below_them_and_everything_else_are_fine() {
        for directory in [
            "/var/log",
            "/var/log/kubernetes/audit",
            "/var/lib/x",
            "/usr/local/log",
            "/liberty/log",
            "/data",
            "/srv/log",
            "/run/audit",
        ] {
            assert_eq!(severity(directory), None, "{directory}");
        }
    }

    #[test]
    fn auditds_directory_is_said() {
        assert_eq!(severity("/var/log/audit"), Some(Severity::Warning));
    }
}
