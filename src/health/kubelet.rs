//! What the kubelet says: with the API away, its journal is the only place where it says anything.

use std::path::Path;
use std::time::Duration;

use super::ContainerLog;
use crate::diagnosis::{self, Complaint, PodFilter, complaints, of_kubelet};
use crate::host::Host;
use crate::manifest::Manifest;

/// Units the kubelet runs as.
const UNITS: [&str; 2] = ["kubelet", "snap.kubelet.daemon"];
/// A journal on a slow disk takes a moment.
const JOURNALCTL: Duration = Duration::from_secs(15);

/// What the kubelet wrote about the newest pod of a manifest, and about the manifest.
///
/// Of each kind the newest complaint counts, and a server of the same pod that wrote its log later knows
/// more than the kubelet: its pod was mounted and started. So every question takes the logs of the
/// containers.
pub struct PodJournal {
    complaints: Vec<Complaint>,
}

impl PodJournal {
    /// Reads the last `seconds` of the kubelet's journal; nothing where there is no journal.
    #[must_use]
    pub fn read(host: &dyn Host, seconds: u64, path: &Path, manifest: &Manifest) -> Self {
        let path = path.to_string_lossy();
        let about = PodFilter { manifest: &path, pod: manifest.pod_name() };
        Self { complaints: complaints(&journal(host, seconds), about) }
    }

    /// Returns a complaint that time does not heal: the kubelet refuses the manifest, or cannot mount what
    /// the manifest names.
    pub(super) fn lasting_complaint(&self, logs: &[ContainerLog]) -> Option<&str> {
        self.newest(logs, is_lasting)
    }

    /// Returns a complaint, also of a kind that may pass by itself or by other hands: an image that cannot be
    /// fetched, a sandbox or a container that cannot be made.
    #[must_use]
    pub fn complaint(&self, logs: &[ContainerLog]) -> Option<&str> {
        self.newest(logs, is_cause)
    }

    /// Returns the words for why no server was started: a complaint of any kind, else the back-off.
    pub(super) fn why_not_started(&self, logs: &[ContainerLog]) -> Option<&str> {
        self.complaint(logs).or_else(|| self.newest(logs, is_back_off))
    }

    /// Returns how long the kubelet waits before it starts the pod's server again, if it waits.
    ///
    /// A pod with the UID of one that ended within the last ten minutes waits too: the same manifest in the
    /// same place has the same UID.
    #[must_use]
    pub fn back_off(&self, logs: &[ContainerLog]) -> Option<Duration> {
        diagnosis::back_off(self.newest(logs, is_back_off)?)
    }

    fn newest(&self, logs: &[ContainerLog], counts: fn(&str) -> bool) -> Option<&str> {
        let newest = self.complaints.iter().rfind(|complaint| counts(&complaint.line))?;
        let ran_later = |log: &ContainerLog| {
            newest.uid.as_ref() == Some(&log.pod) && newest.at.is_some_and(|at| log.modified > at)
        };
        (!logs.iter().any(ran_later)).then_some(&newest.line)
    }
}

fn is_back_off(line: &str) -> bool {
    diagnosis::back_off(line).is_some()
}

/// Returns what the kubelet wrote to the journal in the last `seconds`; nothing where there is no
/// journal, which is not the kubelet's fault.
fn journal(host: &dyn Host, seconds: u64) -> String {
    let since = format!("--since=-{seconds}s");
    let mut arguments = vec!["--no-pager", "--output=short-unix", &since];
    for unit in UNITS {
        arguments.extend(["--unit", unit]);
    }
    host.run("journalctl", &arguments, JOURNALCTL).map(|ran| ran.output).unwrap_or_default()
}

fn is_lasting(line: &str) -> bool {
    of_kubelet(line).is_some_and(|it| {
        it.id != "pod-not-synced" && LASTING.iter().any(|begin| it.id.starts_with(begin))
    })
}

/// Whether a line says why no server runs, and not only that none does.
fn is_cause(line: &str) -> bool {
    of_kubelet(line).is_some_and(|it| !CONSEQUENCES.contains(&it.id))
}

/// Ids of complaints that have another cause.
const CONSEQUENCES: [&str; 5] =
    ["pod-not-synced", "crash-loop", "probe-failed", "volumes-not-mounted", "node-pressure"];

/// How the ids of such complaints begin.
const LASTING: [&str; 4] = ["manifest-", "pod-", "host-path-", "mount-"];

/// Returns whether a kubelet can be seen running.
#[must_use]
pub fn runs(host: &dyn Host) -> bool {
    let is_kubelet = |name: &str| matches!(name.rsplit('/').next(), Some("kubelet" | "hyperkube"));
    host.processes()
        .iter()
        .any(|running| running.arguments.first().is_some_and(|name| is_kubelet(name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::{container_logs, pod_directories};
    use crate::host::{Fake, ProgramOutput};

    const PATH: &str = "/etc/kubernetes/manifests/kube-apiserver.yaml";
    const LOG: &str = "/var/log/pods/kube-system_kube-apiserver-cp1_c13b/kube-apiserver/0.log";

    /// What the kubelet says of a pod that it cannot mount, at this second.
    fn mount_fails(uid: &str, at: i128) -> String {
        format!(
            "{at}.482702 cp1 kubelet[573]: E1128 10:45:01.482702     573 nestedpendingoperations.go:348] \
             Operation for \"{{volumeName:kubernetes.io/host-path/{uid}-audit-policy podName:{uid} \
             nodeName:}}\" failed. No retries permitted until 2026-11-28 10:45:01.98 +0000 UTC \
             (durationBeforeRetry 500ms). Error: MountVolume.SetUp failed for volume \"audit-policy\" \
             (UniqueName: \"kubernetes.io/host-path/{uid}-audit-policy\") pod \"kube-apiserver-cp1\" \
             (UID: \"{uid}\") : hostPath type check failed: /etc/p.yaml is not a file, it's a Directory\n"
        )
    }

    /// A node whose kubelet wrote this, and whose server wrote its log in that second.
    fn node(journal: &str, log_written: Option<i128>) -> (Fake, Manifest) {
        let manifest = Manifest::parse(
            b"apiVersion: v1\nkind: Pod\nmetadata: {name: kube-apiserver, namespace: kube-system}\n\
              spec: {containers: [{name: kube-apiserver, image: x, command: [kube-apiserver]}]}\n",
        )
        .unwrap();
        let fake = Fake::new();
        fake.with(|machine| {
            let output = journal.to_owned();
            machine.answer(
                "journalctl",
                ProgramOutput { succeeded: true, output, ..ProgramOutput::default() },
            );
            if let Some(second) = log_written {
                machine.put(LOG, b"", 0o640);
                machine.set_modified(LOG, second * 1_000_000_000);
            }
        });
        (fake, manifest)
    }

    fn read(journal: &str, log_written: Option<i128>) -> (PodJournal, Vec<ContainerLog>) {
        let (fake, manifest) = node(journal, log_written);
        let logs = container_logs(&fake, &manifest, &pod_directories(&fake, &manifest));
        (PodJournal::read(&fake, 60, Path::new(PATH), &manifest), logs)
    }

    fn found(journal: &str, log_written: Option<i128>) -> Option<String> {
        let (journal, logs) = read(journal, log_written);
        journal.lasting_complaint(&logs).map(str::to_owned)
    }

    #[test]
    fn a_back_off_is_the_last_word_until_a_server_runs() {
        let waits = |at: i128, wait: &str| {
            format!(
                "{at}.482702 cp1 kubelet[573]: E1128 10:45:01.482702     573 pod_workers.go:1338] \
                 \"Error syncing pod, skipping\" err=\"failed to \\\"StartContainer\\\" for \
                 \\\"kube-apiserver\\\" with CrashLoopBackOff: \\\"back-off {wait} restarting failed \
                 container=kube-apiserver pod=kube-apiserver-cp1_kube-system(c13b)\\\"\" \
                 pod=\"kube-system/kube-apiserver-cp1\" podUID=\"c13b\"\n"
            )
        };
        let lines = waits(1000, "1m20s") + &waits(1010, "2m40s");
        let after = |lines: &str, log_written| {
            let (journal, logs) = read(lines, log_written);
            journal.back_off(&logs)
        };
        assert_eq!(after(&lines, None), Some(Duration::from_secs(160)));
        assert_eq!(after(&lines, Some(1005)), Some(Duration::from_secs(160)));
        assert_eq!(after(&lines, Some(1012)), None, "the server ran after that");
        assert_eq!(after(&mount_fails("c13b", 1000), None), None);
    }

    #[test]
    fn a_server_that_ran_later_knows_more_and_one_that_ran_before_does_not() {
        let journal = mount_fails("c13b", 1000);
        assert!(found(&journal, None).unwrap().contains("is not a file"));
        assert!(found(&journal, Some(999)).is_some());
        assert_eq!(found(&journal, Some(1002)), None);
        assert!(found(&mount_fails("0f0f", 1000), Some(1002)).is_some(), "of another pod");
    }
}
