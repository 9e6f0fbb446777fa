//! A container that is not made, not started, or ended again and again.

use std::time::Duration;

use crate::diagnosis::{Blame, Diagnosis, runtime, text};

pub(super) fn judge(said: &str) -> Option<Diagnosis> {
    let judges = [image, sandbox, container, loops, probe, pressure, other];
    judges.iter().find_map(|judge| judge(said))
}

fn image(said: &str) -> Option<Diagnosis> {
    let words = [
        "ImagePullBackOff",
        "ErrImagePull",
        "ErrImageNeverPull",
        "InvalidImageName",
        "Failed to pull image",
        "PullImage from image service failed",
    ];
    text::has(said, &words).then(|| {
        let image = text::between(said, "image \"", "\"")
            .or_else(|| text::between(said, "image=\"", "\""))
            .unwrap_or("of the manifest");
        Diagnosis::other("image-not-pulled")
            .cause(format!("The image `{image}` is not on this node and cannot be fetched."))
            .fix("Correct `image` in the manifest, or fetch it by hand: `crictl pull IMAGE`.")
    })
}

/// Errors about the pod's own network and namespaces, before any container.
fn sandbox(said: &str) -> Option<Diagnosis> {
    let words = [
        "CreatePodSandbox",
        "FailedCreatePodSandBox",
        "RunPodSandbox from runtime",
        "create sandbox",
    ];
    if !text::has(said, &words) {
        return None;
    }
    // The runtime's own reason tells more, where it is known.
    Some(runtime::judge(error(said)).unwrap_or_else(|| {
        Diagnosis::other("sandbox-not-made")
            .cause(format!("The runtime cannot make the pod's sandbox: {}.", error(said)))
            .fix("Look at the runtime: `systemctl status containerd` (or crio), `crictl info`.")
    }))
}

fn container(said: &str) -> Option<Diagnosis> {
    let words = [
        "CreateContainerError",
        "CreateContainerConfigError",
        "RunContainerError",
        "CreateContainer in sandbox",
        "StartContainer from runtime",
        "Cannot enforce AppArmor",
    ];
    if !text::has(said, &words) {
        return None;
    }
    Some(runtime::judge(error(said)).unwrap_or_else(|| {
        Diagnosis::unknown("container-not-made")
            .cause(format!("The runtime cannot make or start the container: {}.", error(said)))
            .fix("Look at the runtime: `crictl ps -a --name kube-apiserver`, `journalctl -u containerd`.")
    }))
}

fn loops(said: &str) -> Option<Diagnosis> {
    text::has(said, &["CrashLoopBackOff", "restarting failed container"]).then(|| {
        let waits = back_off(said).map_or_else(String::new, |wait| {
            format!(" The kubelet waits {} s before the next start.", wait.as_secs())
        });
        Diagnosis::unknown("crash-loop")
            .cause(format!("The container starts and ends again; its own log says why.{waits}"))
            .fix(
                "`crictl ps -a --name kube-apiserver`, then `crictl logs ID`; a corrected manifest \
                 starts at once, and for the same one `systemctl restart kubelet` ends the wait.",
            )
    })
}

/// Returns how long the kubelet waits between two runs of a container that ended, if the line says it
/// (Go: `kubeGenericRuntimeManager.doBackOff`). The time counts from the end of the last run.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use kubectl_audit::diagnosis::back_off;
///
/// let line = "CrashLoopBackOff: \"back-off 2m40s restarting failed container=kube-apiserver\"";
/// assert_eq!(back_off(line), Some(Duration::from_secs(160)));
/// ```
#[must_use]
pub fn back_off(line: &str) -> Option<Duration> {
    let mut rest = text::between(line, "back-off ", " restarting failed container")?;
    let mut seconds = 0;
    while !rest.is_empty() {
        let unit = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u64 = rest[..unit].parse().ok()?;
        seconds += match rest.as_bytes()[unit] {
            b'h' => number.checked_mul(3600)?,
            b'm' => number.checked_mul(60)?,
            b's' => number,
            _ => return None,
        };
        rest = &rest[unit + 1..];
    }
    Some(Duration::from_secs(seconds))
}

pub(super) fn probe(said: &str) -> Option<Diagnosis> {
    text::has(said, &["\"Probe failed\"", "probe failed: ", "failed liveness probe"]).then(|| {
        Diagnosis::unknown("probe-failed")
            .cause("The API server runs, but does not answer the kubelet's probes as it should.")
            .fix("`kubectl get --raw '/readyz?verbose'` names the check; the server's log says more.")
    })
}

/// An audit log may be what fills a disk.
fn pressure(said: &str) -> Option<Diagnosis> {
    let words = ["low on resource", "Pressure]", "attempting to reclaim", "must evict pod"];
    if !text::has(said, &words) {
        return None;
    }
    let is_disk =
        text::has(said, &["DiskPressure", "ephemeral-storage", "nodefs", "imagefs", "inodes"]);
    let (blame, what) =
        if is_disk { (Blame::Unknown, "disk") } else { (Blame::Other, "memory or processes") };
    Some(
        Diagnosis::new("node-pressure", blame)
            .cause(format!("This node is short of {what}, and the kubelet ends pods for it."))
            .fix("`df -h`, `df -i`, `free -m`; an audit log without limits fills disks."),
    )
}

fn other(said: &str) -> Option<Diagnosis> {
    said.contains("Error syncing pod").then(|| {
        Diagnosis::unknown("pod-not-synced")
            .cause(format!("The kubelet cannot bring the pod up: {}.", error(said)))
            .fix("Read the kubelet's lines before it: `journalctl -u kubelet -n 100`.")
    })
}

/// The error in a structured line, without the fields after it.
fn error(said: &str) -> &str {
    let error = text::after(said, " err=\"").unwrap_or(said);
    error.split("\" pod=\"").next().unwrap_or(error)
}
