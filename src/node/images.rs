//! Whether the kubelet may delete the API server's image while the server restarts.

use std::path::Path;

use super::Kubelet;
use crate::host::Host;
use audit_policy::finding::{Finding, Severity};

/// Where containerd, CRI-O and docker keep images.
const IMAGES: [&str; 3] = ["/var/lib/containerd", "/var/lib/containers", "/var/lib/docker"];

/// Returns what is to be said where the disk of the images is so full that the kubelet deletes images
/// that no container uses (Go: `realImageGCManager.GarbageCollect`). Between the end of the old
/// container and the start of the new one that is the API server's own.
///
/// A directory that is not there, or may not be read, says nothing.
#[must_use]
pub fn check(host: &dyn Host, kubelet: &Kubelet) -> Option<Finding> {
    let used = |path: &'static str| Some((path, host.space(Path::new(path)).ok()?.used_percent));
    let (path, used) = IMAGES.into_iter().filter_map(used).max_by_key(|(_, used)| *used)?;
    let limit = kubelet.images_percent;
    (limit < 100 && used >= limit).then(|| Finding {
        id: "image-room",
        severity: Severity::Warning,
        place: None,
        message: format!(
            "the disk of `{path}` is {used} % full, and from {limit} % on the kubelet deletes images \
             that no container uses: if that is the API server's while it restarts, it comes back \
             only where the image can be pulled again; make room first"
        ),
        help: Some("crictl rmi --prune".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{Fake, MountPoint};

    const GIGABYTE: u64 = 1 << 30;

    /// What is found where `free` of ten gigabytes are free and the kubelet is configured so.
    fn found(free: u64, config: &str) -> Option<String> {
        let fake = Fake::new();
        let path = IMAGES[0].into();
        fake.with(|machine| {
            machine.put("/var/lib/containerd/io", "", 0o600);
            machine.put("/var/lib/kubelet/config.yaml", config, 0o600);
            machine.mount(MountPoint { path, device: 2, read_only: false, free: Some(free) });
        });
        check(&fake, &Kubelet::read(&fake)).map(|it| it.message)
    }

    #[test]
    fn a_disk_on_which_the_kubelet_deletes_images_is_named() {
        let message = found(GIGABYTE, "{}").unwrap();
        assert!(
            message.contains("`/var/lib/containerd` is 90 % full, and from 85 % on"),
            "{message}"
        );
    }

    #[test]
    fn enough_room_another_limit_and_no_limit_say_nothing() {
        assert_eq!(found(2 * GIGABYTE, "{}"), None);
        assert_eq!(found(GIGABYTE, "imageGCHighThresholdPercent: 95"), None);
        assert_eq!(found(0, "imageGCHighThresholdPercent: 100"), None);
        assert_eq!(check(&Fake::new(), &Kubelet::read(&Fake::new())), None);
    }
}
