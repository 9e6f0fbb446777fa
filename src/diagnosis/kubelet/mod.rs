//! What the kubelet says about a static pod: often no container, and so no log, ever came to be.

mod blame;
mod complaints;
mod container;
mod manifest;
mod mount;
mod pod;

use super::{Diagnosis, klog, text};

pub use complaints::{Complaint, PodFilter, complaints};
pub use container::back_off;

/// Returns the cause of a line of the kubelet's log; `None` if it is no complaint about a
/// manifest or a pod that does not come up.
///
/// The line may be as `journalctl -u kubelet` prints it, with `-o cat` or without. Consequences of
/// a missing API server (leases, mirror pods, node status, events that cannot be delivered) are no
/// complaints.
///
/// # Examples
/// ```
/// use kubectl_audit::diagnosis::of_kubelet;
///
/// let line = r#"E1121 01:54:36.600974     812 file.go:187] "Could not process manifest file" err="/etc/kubernetes/manifests/kube-apiserver.yaml: couldn't parse as pod(yaml: line 17: did not find expected key), please check config file" path="/etc/kubernetes/manifests/kube-apiserver.yaml""#;
/// assert_eq!(of_kubelet(line).unwrap().id, "manifest-not-yaml");
/// assert_eq!(of_kubelet("I1121 01:54:36.600974     812 kubelet.go:1] \"SyncLoop ADD\""), None);
/// ```
#[must_use]
pub fn of_kubelet(line: &str) -> Option<Diagnosis> {
    let line = klog::without_journal(line.trim());
    if klog::is_of_event(line) {
        return None;
    }
    let (severity, message) = klog::line(line).unwrap_or((klog::KlogSeverity::Error, line));
    let said = text::visible(&text::flat(message));
    if severity == klog::KlogSeverity::Info {
        // The kubelet takes a failing probe for daily business.
        return container::probe(&said);
    }
    [manifest::judge, mount::judge, container::judge].iter().find_map(|judge| judge(&said))
}

/// Returns the part of a complaint that a person reads: the error, without the operation and the times
/// at which it is tried again.
///
/// # Examples
/// ```
/// use kubectl_audit::diagnosis::gist;
///
/// let line = "Operation for \"{volumeName:x}\" failed. No retries permitted until 2026 \
///             (durationBeforeRetry 8s). Error: MountVolume.SetUp failed for volume \"a\" : no";
/// assert_eq!(gist(line), "MountVolume.SetUp failed for volume \"a\" : no");
/// ```
#[must_use]
pub fn gist(line: &str) -> &str {
    let is_operation = line.starts_with("Operation for ");
    text::after(line, ". Error: ")
        .or_else(|| text::after(line, "). Error: "))
        .filter(|_| is_operation)
        .unwrap_or(line)
}
