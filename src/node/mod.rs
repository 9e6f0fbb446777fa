//! Facts about a node, and what they say about changing its API server: its kubelet, who writes
//! the manifest, strays beside it, the way to each path, room for the log.
//!
//! Each part reads its facts through the host and concludes in a function of its own that touches
//! nothing. What is concluded are findings: an error refuses and `--force` overrides it, a warning
//! or info is said. The help of a finding, where there is one, is a command for root's shell.

pub mod discover;
pub mod evidence;
pub mod images;
pub mod kubelet;
mod kubelet_flags;
pub mod log_files;
pub mod log_place;
pub mod log_space;
pub mod other_manifests;
pub mod path_safety;

use std::path::Path;

use crate::distribution::{self, Distribution};
use crate::flags::Rotation;
use crate::host::{Host, HostError};
use audit_policy::finding::{Finding, Severity};

pub use discover::NoManifest;
pub use kubelet::Kubelet;
pub use log_space::LogSpace;
pub use path_safety::{DirectoryTrust, PathCheck};

/// What is about to be changed, by its paths on the node.
#[derive(Debug, Clone, Copy)]
pub struct ChangeSubject<'a> {
    /// The manifest, as it is now.
    pub manifest: (&'a Path, &'a [u8]),
    /// Files that are written beside it: the policy, the webhook's configuration.
    pub files: &'a [&'a Path],
    /// Paths on the node that the API server uses as the manifest is now.
    pub used: &'a [String],
    /// The log and how it is rotated, unless it is the standard output or there is none.
    pub log: Option<(&'a Path, Rotation)>,
    /// Whose directories are trusted.
    pub trust: DirectoryTrust,
}

/// Looks at everything on the node that `subject` is about, and returns what speaks against the
/// change or is to be said about it: who writes the manifest, the kubelet, the manifests directory,
/// the ways, the log.
///
/// # Errors
/// Returns what the machine refuses.
pub fn examine(
    host: &dyn Host,
    kubelet: &Kubelet,
    subject: &ChangeSubject<'_>,
) -> Result<Vec<Finding>, HostError> {
    let (manifest, _) = subject.manifest;
    let signs = evidence::read(host, Some(subject.manifest))?;
    let mut findings: Vec<Finding> =
        Distribution::detect(&signs).iter().map(distribution::check).collect();
    findings.extend(kubelet::check(kubelet, manifest));
    findings.extend(images::check(host, kubelet));
    let directory = other_manifests::ManifestsDirectory::read(host, manifest)?;
    findings.extend(other_manifests::check(&directory, manifest, subject.used));
    for path in [manifest].iter().chain(subject.files) {
        findings.extend(path_safety::check(&PathCheck::read(host, path)?, subject.trust));
    }
    if let Some((log, rotation)) = subject.log {
        findings.extend(examine_log(host, log, rotation, subject)?);
    }
    Ok(each_once(findings))
}

fn examine_log(
    host: &dyn Host,
    log: &Path,
    rotation: Rotation,
    subject: &ChangeSubject<'_>,
) -> Result<Vec<Finding>, HostError> {
    let parent = |path: &Path| path.parent().unwrap_or(Path::new("/")).to_owned();
    let directory = parent(log);
    let mut findings = log_place::check(&directory, &parent(subject.manifest.0));
    findings.extend(path_safety::check(&PathCheck::read(host, &directory)?, subject.trust));
    if findings.iter().all(|finding| finding.severity < Severity::Error) {
        findings.extend(log_space::check(&LogSpace::read(host, log)?, rotation));
    }
    Ok(findings)
}

/// Several ways share their beginning, and so what is wrong with it.
fn each_once(findings: Vec<Finding>) -> Vec<Finding> {
    let mut once: Vec<Finding> = Vec::new();
    for finding in findings {
        if !once.contains(&finding) {
            once.push(finding);
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Fake;
    use crate::owner::Owner;

    const MANIFEST: &str = "/etc/kubernetes/manifests/kube-apiserver.yaml";
    const POD: &[u8] = b"kind: Pod\nmetadata: {name: kube-apiserver, namespace: kube-system}\n";
    const ROTATION: Rotation = Rotation { megabytes: Some(100), backups: Some(10), days: Some(30) };

    fn examined(prepare: impl FnOnce(&Fake)) -> Vec<(&'static str, Severity)> {
        let fake = Fake::new();
        fake.with(|machine| machine.put(MANIFEST, POD, 0o600));
        prepare(&fake);
        let policy = Path::new("/etc/kubernetes/audit/policy.yaml");
        let subject = ChangeSubject {
            manifest: (Path::new(MANIFEST), POD),
            files: &[policy],
            used: &[],
            log: Some((Path::new("/var/log/kubernetes/audit/audit.log"), ROTATION)),
            trust: DirectoryTrust::Root,
        };
        let findings = examine(&fake, &Kubelet::read(&fake), &subject).unwrap();
        findings.into_iter().map(|finding| (finding.id, finding.severity)).collect()
    }

    #[test]
    fn a_node_in_order_has_nothing_to_be_said_about() {
        assert_eq!(examined(|_| {}), []);
    }

    #[test]
    fn what_several_paths_share_is_said_once() {
        let found = examined(|fake| {
            fake.set_owner(Path::new("/etc"), Owner { uid: 7, gid: 0 }).unwrap();
        });
        assert_eq!(found, [("path-owner", Severity::Error)]);
    }

    #[test]
    fn a_log_directory_that_a_group_of_the_system_may_write_to_is_still_measured() {
        let found = examined(|fake| {
            fake.with(|machine| {
                machine.put_directory("/var/log", 0o775);
                machine.set_free(10);
            });
            fake.set_owner(Path::new("/var/log"), Owner { uid: 0, gid: 104 }).unwrap();
        });
        assert_eq!(found, [("path-group", Severity::Warning), ("log-room", Severity::Error)]);
    }

    #[test]
    fn everything_is_looked_at_and_the_distribution_comes_first() {
        let found = examined(|fake| {
            fake.with(|machine| {
                machine.put("/etc/kubernetes/admin.conf", "", 0o600);
                machine.put("/var/lib/kubelet/config.yaml", "staticPodPath: /x\n", 0o644);
                machine.put(format!("{MANIFEST}.bak"), POD, 0o600);
                machine.set_free(10);
            });
        });
        let ids: Vec<_> = found.iter().map(|(id, _)| *id).collect();
        assert_eq!(ids, ["rewritten-manifest", "not-watched", "stray-manifest", "log-room"]);
    }
}
