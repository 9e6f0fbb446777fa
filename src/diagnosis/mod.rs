//! What a dead API server or a complaining kubelet wrote, as a cause in plain words and a fix.
//!
//! ```text
//! container_log ──► last_words ──► of_server ──┐
//!              └──────────────────► of_log ────┼──► Diagnosis
//! kubelet's journal ──► complaints ──► of_kubelet┘
//! ```
//!
//! Messages are those of Kubernetes 1.24 to 1.37. Every id is stable; [`DIAGNOSES`] has them as values, and no other can be made:
//!
//! | id | blame | what happened |
//! |---|---|---|
//! | `policy-not-found` | auditing | the container sees no such policy file |
//! | `policy-path-mistyped` | auditing | quotes, a blank or a missing slash in `--audit-policy-file` |
//! | `policy-is-directory` | auditing | a directory is where the policy belongs |
//! | `policy-denied` | auditing | the server may not read the policy |
//! | `policy-unreadable` | auditing | the policy cannot be read for another reason |
//! | `policy-without-version` | auditing | an empty policy, or one without apiVersion |
//! | `policy-without-rules` | auditing | no rules |
//! | `policy-version` | auditing | a version this server does not know, such as v1beta1 |
//! | `policy-kind` | auditing | another kind than Policy |
//! | `policy-syntax` | auditing | no YAML |
//! | `policy-shape` | auditing | a text where a list belongs, and the like |
//! | `policy-level` | auditing | a level that is missing or unknown |
//! | `policy-stage` | auditing | an unknown stage |
//! | `policy-mixed-rule` | auditing | resources and nonResourceURLs in one rule |
//! | `policy-url` | auditing | a URL without its `/`, or with a `*` inside |
//! | `policy-group` | auditing | a group that is none, such as `apps/v1` |
//! | `policy-resource-names` | auditing | resourceNames without resources |
//! | `policy-refused` | auditing | the policy is refused for another reason |
//! | `log-read-only` | auditing | the log is on a read-only mount |
//! | `log-is-directory` | auditing | the log's path is a directory |
//! | `log-denied` | auditing | the server may not write the log |
//! | `log-no-space` | auditing | no room for the log |
//! | `log-directory-missing` | auditing | the log's directory cannot be made |
//! | `log-below-file` | auditing | a part of the log's path is a file |
//! | `log-unusable` | auditing | the log cannot be opened for another reason |
//! | `log-not-rotated` | auditing | the log file itself is mounted and cannot be renamed |
//! | `webhook-config-not-found` | auditing | the container sees no such webhook configuration |
//! | `webhook-config-denied` | auditing | the server may not read it |
//! | `webhook-config-refused` | auditing | it is no usable kubeconfig |
//! | `webhook-unreachable` | auditing | the webhook takes no events |
//! | `events-lost` | auditing | another backend loses events |
//! | `flag-out-of-range` | auditing | a number that is negative or too small |
//! | `flag-not-allowed` | auditing | a mode, format or version that does not exist |
//! | `flag-unknown` | auditing or other | no such flag, with the one that is meant |
//! | `flag-glued` | auditing or other | flag and value in one item with a blank between |
//! | `flag-dashes` | auditing or other | one dash, or three |
//! | `flag-without-value` | auditing or other | a flag without its value |
//! | `flag-value` | auditing or other | a value of the wrong kind |
//! | `stray-argument` | auditing or unknown | a word that belongs to no flag, or a typographic dash |
//! | `flag-version` | unknown | a value that is no group and version |
//! | `flag-refused` | other | the server's checks of its other flags |
//! | `encryption-config` | other | encryption at rest |
//! | `service-account-key` | other | keys or issuer of service accounts |
//! | `feature-gate` | other | an unknown or locked feature gate |
//! | `certificate-expired` | other | an expired certificate |
//! | `certificate-missing` | other | a certificate or key cannot be opened |
//! | `certificate-refused` | other | a damaged or unbelieved certificate |
//! | `port-in-use` | other | something else listens on the port |
//! | `address-unavailable` | other | the node does not have the address |
//! | `etcd-unreachable` | other | etcd does not answer |
//! | `out-of-memory` | unknown | ended for want of memory |
//! | `disk-full` | unknown | a full disk, not at the audit log |
//! | `file-unusable` | other or unknown | a file that some other flag names |
//! | `crash` | unknown | a panic of the server |
//! | `apparmor` | other | AppArmor |
//! | `selinux` | auditing or unknown | SELinux |
//! | `mount-impossible` | auditing or unknown | a file on a directory, or the other way round |
//! | `container-lingers` | other | a former container has the new one's name |
//! | `cgroup` | other | control groups |
//! | `program-not-started` | other | the image's program cannot be started |
//! | `manifest-not-yaml` | unknown | the manifest is no YAML |
//! | `manifest-not-a-pod` | auditing or unknown | the manifest is something else than a Pod |
//! | `manifest-shape` | unknown | a part of the manifest has the wrong shape |
//! | `manifest-unreadable` | unknown | the kubelet cannot read the manifest |
//! | `pod-mount-path-twice` | auditing or unknown | two mounts at one place |
//! | `pod-volume-unknown` | auditing or unknown | a mount of a volume that does not exist |
//! | `pod-volume-twice` | auditing or unknown | two volumes of one name |
//! | `pod-volume-unnamed` | auditing or unknown | a volume without a name |
//! | `pod-host-path` | auditing or unknown | a hostPath that is missing or has `..` |
//! | `pod-host-path-type` | unknown | a hostPath type that does not exist |
//! | `pod-invalid` | auditing or unknown | another fault of the Pod |
//! | `host-path-missing` | auditing or unknown | a hostPath that must exist does not |
//! | `host-path-wrong-kind` | auditing or unknown | a directory for a file, or the other way round |
//! | `host-path-not-made` | auditing or unknown | a hostPath that was to be made could not be |
//! | `mount-failed` | auditing or unknown | a volume cannot be mounted for another reason |
//! | `volumes-not-mounted` | auditing or unknown | the kubelet gave up waiting for volumes |
//! | `image-not-pulled` | other | the image is not there and cannot be fetched |
//! | `sandbox-not-made` | other | the pod's sandbox cannot be made |
//! | `container-not-made` | unknown | the container cannot be made for another reason |
//! | `crash-loop` | unknown | the server starts and ends again; its own log says why |
//! | `probe-failed` | unknown | the server runs and does not answer its probes well |
//! | `node-pressure` | other or unknown | the node is short of something |
//! | `pod-not-synced` | unknown | another error about the pod |
//! | `unknown` | unknown | a message that is not known here |
//!
//! `blame` says what a rescue may do: it touches nothing for [`Blame::Other`]. Where a message names
//! a file or volume, auditing is taken to be to blame if the name says `audit`; a caller that knows
//! its own files compares `path` and `volume` of the [`Diagnosis`] with them.

mod blame;
mod catalog;
mod errno;
mod field_error;
mod klog;
mod kubelet;
mod last_words;
mod log;
mod runtime;
mod same;
mod server;
mod text;

use serde::Serialize;

pub use blame::Blame;
pub use catalog::{DIAGNOSES, DiagnosisKind};
pub use kubelet::{Complaint, PodFilter, back_off, complaints, gist, of_kubelet};
pub use last_words::last_words;
pub use log::{LogLine, container_log};
pub use same::same;
pub use server::{of_log, of_server, of_waiting};

/// Why a server does not run, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// The stable id, one of the table above.
    pub id: &'static str,
    /// Whether it is auditing.
    pub blame: Blame,
    /// What happened, in one or two sentences. May hold words of the message, never a control
    /// character.
    pub cause: String,
    /// What to do, with a command where there is one.
    pub fix: String,
    /// The file or directory that the message names, as the container or the kubelet sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The flag it is about, with its dashes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
    /// The volume that the kubelet names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume: Option<String>,
}

impl Diagnosis {
    fn new(id: &'static str, blame: Blame) -> Self {
        debug_assert!(catalog::allows(id, blame), "`{id}` is not in DIAGNOSES as {blame:?}");
        let (cause, fix) = (String::new(), String::new());
        Self { id, blame, cause, fix, path: None, flag: None, volume: None }
    }

    fn auditing(id: &'static str) -> Self {
        Self::new(id, Blame::Auditing)
    }

    fn other(id: &'static str) -> Self {
        Self::new(id, Blame::Other)
    }

    fn unknown(id: &'static str) -> Self {
        Self::new(id, Blame::Unknown)
    }

    fn cause(self, cause: impl Into<String>) -> Self {
        Self { cause: cause.into(), ..self }
    }

    fn fix(self, fix: impl Into<String>) -> Self {
        Self { fix: fix.into(), ..self }
    }

    fn path(self, path: impl Into<String>) -> Self {
        Self { path: Some(path.into()), ..self }
    }

    fn flag(self, flag: impl Into<String>) -> Self {
        Self { flag: Some(flag.into()), ..self }
    }

    fn volume(self, volume: impl Into<String>) -> Self {
        Self { volume: Some(volume.into()), ..self }
    }
}

/// Returns what kubeadm does about the cause with this id, as one sentence with its command; `None`
/// where it has nothing to do with it. Only for a node that kubeadm made: elsewhere the same command
/// destroys what another tool keeps.
#[must_use]
pub fn fix_of_kubeadm(id: &str) -> Option<&'static str> {
    match id {
        "certificate-expired" => Some(
            "`kubeadm certs check-expiration` says which one, and `kubeadm certs renew all` renews \
             them.",
        ),
        "certificate-missing" => Some(
            "With the files of the authorities in place (ca, front-proxy-ca, etcd/ca, sa), `kubeadm \
             init phase certs all` makes the ones that are missing.",
        ),
        _ => None,
    }
}

/// Most faults of one list that are written out; nobody reads more at once.
const MOST: usize = 3;

/// Writes several faults in a row, each once: `a; b; c; and 2 more`.
fn join(faults: impl IntoIterator<Item = String>) -> String {
    let mut different: Vec<String> = vec![];
    for fault in faults {
        if !different.contains(&fault) {
            different.push(fault);
        }
    }
    let more = different.len().saturating_sub(MOST);
    different.truncate(MOST);
    let mut text = different.join("; ");
    if more > 0 {
        text.push_str(&format!("; and {more} more"));
    }
    text
}
