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
    if KERNEL.iter().any(|kernel| directory.starts_with(kernel)) {
        return refuse("belongs to the kernel: no log can be kept there");
    }
    if SYSTEM.iter().any(|system| directory == Path::new(system)) || is_library(directory) {
        return refuse("is a directory of the system: the log needs one of its own");
    }
    if directory.starts_with(manifests) {
        return refuse("is read by the kubelet, which would take the log for a pod");
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
            "/etc/kubernetes/audit",
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
