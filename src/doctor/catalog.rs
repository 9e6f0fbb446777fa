//! Every fault that doctor may find: its stable id, how bad it is at worst, and what it is.

use audit_policy::finding::Severity;

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultKind {
    /// The stable id.
    pub id: &'static str,
    /// How bad it is at worst; some faults of an id are less bad.
    pub worst: Severity,
    /// What it is, in a few words.
    pub about: &'static str,
}

/// Every kind, in the order of the table in [`crate::doctor`].
pub const FAULTS: &[FaultKind] = &[
    error("manifest-missing", "there is no manifest"),
    error("manifest-unseen", "we may not read the manifest"),
    error("manifest-refused", "the kubelet refuses the manifest and stops the server"),
    info("manifest-uneditable", "the manifest is of a kind that this program does not edit"),
    error("typing-mistake", "a typing mistake in the manifest, such as `readonly`"),
    error("stray-manifest", "another file defines the same pod"),
    warning("no-pod", "a file among the manifests that is none"),
    warning(
        "file-among-manifests",
        "a file that the server uses, where the kubelet looks for pods",
    ),
    info("linked-manifest", "a symbolic link among the manifests"),
    warning("not-watched", "the kubelet watches another directory"),
    warning("kubelet-config", "the kubelet's configuration cannot be read"),
    warning("image-room", "the kubelet may delete the image of the API server"),
    warning("flag-twice", "an audit flag is given twice; the last one counts"),
    error("flag-refused", "the server does not start with a flag or its value"),
    info("auditing-off", "no audit settings at all"),
    error("auditing-overwritten", "something else has overwritten the settings of a change"),
    warning("auditing-taken-back", "a rescue or a rollback has left auditing off"),
    error("policy-without-log", "a policy, and neither log nor webhook"),
    error("log-without-policy", "a log or webhook, and no policy"),
    error("policy-not-mounted", "the container does not see the policy"),
    error("policy-missing", "there is no policy where the flag says"),
    error("policy-denied", "the server's user may not read the policy"),
    error("policy-rejected", "the server would not start again with this policy"),
    error("policy-not-loaded", "the server runs with another policy than is on disk"),
    error("policy-findings", "what lint finds in the policy"),
    error("fail-open", "blocking-strict that blocks nothing"),
    warning("namespaces-gone", "namespaces of the policy that the cluster does not have"),
    error("log-is-output", "the log is /dev/stdout, which is rotated like a file"),
    warning("webhook-unencrypted", "events, bodies included, go to a webhook by plain http"),
    error(
        "webhook-cluster-name",
        "the webhook has a name of the cluster, which the host's network does not know",
    ),
    error("webhook-not-mounted", "the container does not see the webhook's configuration"),
    error("webhook-missing", "there is no webhook configuration where the flag says"),
    error("webhook-empty", "nothing is in the webhook configuration, or it is a directory"),
    error("host-path-missing", "a hostPath that must be there is not"),
    error("host-path-wrong-kind", "a directory for a file, or the other way round"),
    error("certificates-missing", "certificates or keys that flags name are gone"),
    warning("broad-mount", "the container may write to the control plane's own files"),
    error("log-not-mounted", "the log is below no mount, and is lost with the container"),
    error("log-mount-read-only", "the log is below a read-only mount"),
    error("log-file-mounted", "the log file is mounted instead of its directory"),
    error("log-is-directory", "a directory is where the log belongs"),
    error("log-place", "the log is in a directory of the system"),
    error("log-missing", "the server runs and there is no log"),
    warning("log-empty", "the server runs and has recorded nothing"),
    warning("log-silent", "the server runs and has recorded nothing for long"),
    error("log-unlinked", "the server writes to a file that is not the log any more"),
    warning("log-rotated-twice", "logrotate is configured to rotate the log too"),
    warning("log-label", "SELinux keeps the container from the log"),
    warning("log-readable", "others than root may read or change the log"),
    warning("log-unbounded", "every rotated file is kept"),
    warning("log-never-rotated", "`--audit-log-maxsize=0` on 1.36 and newer"),
    info("retention-by-default", "rotation is left to defaults that changed in 1.36"),
    error("log-room", "the log may grow larger than its disk"),
    warning("stdout-log", "the kubelet keeps little of the standard output"),
    error("path-owner", "a user other than root could replace a file"),
    error("path-writable", "a user other than root could replace a file"),
    warning("file-mode", "the manifest or the policy may be changed by others than root"),
    error("server-not-running", "the server does not run, and why"),
    info("server-unseen", "the server answers, and its process cannot be seen"),
    error("server-not-ready", "the server runs and is not ready"),
    error("flags-not-running", "the server runs with other audit flags than the manifest's"),
    error("kubelet-complains", "the kubelet refuses the pod or cannot mount what it names"),
    warning("kubelet-not-running", "no kubelet can be seen"),
    info("manifest-owner", "a distribution overwrites the manifest"),
    warning("kubeadm-config-differs", "kubeadm-config has other audit settings than the manifest"),
    warning("change-unconfirmed", "a change waits to be confirmed"),
    error("change-open", "a change was left unfinished"),
    warning("dead-man-left", "a unit of a change that has ended"),
    warning("journal-damaged", "a part of the journal cannot be trusted"),
];

const fn error(id: &'static str, about: &'static str) -> FaultKind {
    FaultKind { id, worst: Severity::Error, about }
}

const fn warning(id: &'static str, about: &'static str) -> FaultKind {
    FaultKind { id, worst: Severity::Warning, about }
}

const fn info(id: &'static str, about: &'static str) -> FaultKind {
    FaultKind { id, worst: Severity::Info, about }
}

/// Returns whether a fault of this id may be this bad.
pub(super) fn allows(id: &str, severity: Severity) -> bool {
    FAULTS.iter().any(|kind| kind.id == id && severity <= kind.worst)
}
