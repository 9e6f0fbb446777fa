//! Every diagnosis: its stable id, who may be to blame, and what happened.

use super::blame::Blame;

/// A kind of diagnosis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiagnosisKind {
    /// The stable id.
    pub id: &'static str,
    /// Who may be to blame.
    pub blames: &'static [Blame],
    /// What happened, in a few words.
    pub about: &'static str,
}

use Blame::{Auditing, Other, Unknown};

/// Every kind, in the order of the table in [`crate::diagnosis`].
pub const DIAGNOSES: &[DiagnosisKind] = &[
    kind("policy-not-found", &[Auditing], "the container sees no such policy file"),
    kind(
        "policy-path-mistyped",
        &[Auditing],
        "quotes, a blank or a missing slash in `--audit-policy-file`",
    ),
    kind("policy-is-directory", &[Auditing], "a directory is where the policy belongs"),
    kind("policy-denied", &[Auditing], "the server may not read the policy"),
    kind("policy-unreadable", &[Auditing], "the policy cannot be read for another reason"),
    kind("policy-without-version", &[Auditing], "an empty policy, or one without apiVersion"),
    kind("policy-without-rules", &[Auditing], "no rules"),
    kind("policy-version", &[Auditing], "a version this server does not know, such as v1beta1"),
    kind("policy-kind", &[Auditing], "another kind than Policy"),
    kind("policy-syntax", &[Auditing], "no YAML"),
    kind("policy-shape", &[Auditing], "a text where a list belongs, and the like"),
    kind("policy-level", &[Auditing], "a level that is missing or unknown"),
    kind("policy-stage", &[Auditing], "an unknown stage"),
    kind("policy-mixed-rule", &[Auditing], "resources and nonResourceURLs in one rule"),
    kind("policy-url", &[Auditing], "a URL without its `/`, or with a `*` inside"),
    kind("policy-group", &[Auditing], "a group that is none, such as `apps/v1`"),
    kind("policy-resource-names", &[Auditing], "resourceNames without resources"),
    kind("policy-refused", &[Auditing], "the policy is refused for another reason"),
    kind("log-read-only", &[Auditing], "the log is on a read-only mount"),
    kind("log-is-directory", &[Auditing], "the log's path is a directory"),
    kind("log-denied", &[Auditing], "the server may not write the log"),
    kind("log-no-space", &[Auditing], "no room for the log"),
    kind("log-directory-missing", &[Auditing], "the log's directory cannot be made"),
    kind("log-below-file", &[Auditing], "a part of the log's path is a file"),
    kind("log-unusable", &[Auditing], "the log cannot be opened for another reason"),
    kind("log-not-rotated", &[Auditing], "the log file itself is mounted and cannot be renamed"),
    kind(
        "webhook-config-not-found",
        &[Auditing],
        "the container sees no such webhook configuration",
    ),
    kind("webhook-config-denied", &[Auditing], "the server may not read it"),
    kind("webhook-config-refused", &[Auditing], "it is no usable kubeconfig"),
    kind("webhook-unreachable", &[Auditing], "the webhook takes no events"),
    kind("events-lost", &[Auditing], "another backend loses events"),
    kind("flag-out-of-range", &[Auditing], "a number that is negative or too small"),
    kind("flag-not-allowed", &[Auditing], "a mode, format or version that does not exist"),
    kind("flag-unknown", &[Auditing, Other], "no such flag, with the one that is meant"),
    kind("flag-glued", &[Auditing, Other], "flag and value in one item with a blank between"),
    kind("flag-dashes", &[Auditing, Other], "one dash, or three"),
    kind("flag-without-value", &[Auditing, Other], "a flag without its value"),
    kind("flag-value", &[Auditing, Other], "a value of the wrong kind"),
    kind(
        "stray-argument",
        &[Auditing, Unknown],
        "a word that belongs to no flag, or a typographic dash",
    ),
    kind("flag-version", &[Unknown], "a value that is no group and version"),
    kind("flag-refused", &[Other], "the server's checks of its other flags"),
    kind("encryption-config", &[Other], "encryption at rest"),
    kind("service-account-key", &[Other], "keys or issuer of service accounts"),
    kind("feature-gate", &[Other], "an unknown or locked feature gate"),
    kind("certificate-expired", &[Other], "an expired certificate"),
    kind("certificate-missing", &[Other], "a certificate or key cannot be opened"),
    kind("certificate-refused", &[Other], "a damaged or unbelieved certificate"),
    kind("port-in-use", &[Other], "something else listens on the port"),
    kind("address-unavailable", &[Other], "the node does not have the address"),
    kind("etcd-unreachable", &[Other], "etcd does not answer"),
    kind("out-of-memory", &[Unknown], "ended for want of memory"),
    kind("disk-full", &[Unknown], "a full disk, not at the audit log"),
    kind("file-unusable", &[Other, Unknown], "a file that some other flag names"),
    kind("crash", &[Unknown], "a panic of the server"),
    kind("apparmor", &[Other], "AppArmor"),
    kind("selinux", &[Auditing, Unknown], "SELinux"),
    kind("mount-impossible", &[Auditing, Unknown], "a file on a directory, or the other way round"),
    kind("container-lingers", &[Other], "a former container has the new one's name"),
    kind("cgroup", &[Other], "control groups"),
    kind("program-not-started", &[Other], "the image's program cannot be started"),
    kind("manifest-not-yaml", &[Unknown], "the manifest is no YAML"),
    kind("manifest-not-a-pod", &[Auditing, Unknown], "the manifest is something else than a Pod"),
    kind("manifest-shape", &[Unknown], "a part of the manifest has the wrong shape"),
    kind("manifest-unreadable", &[Unknown], "the kubelet cannot read the manifest"),
    kind("pod-mount-path-twice", &[Auditing, Unknown], "two mounts at one place"),
    kind("pod-volume-unknown", &[Auditing, Unknown], "a mount of a volume that does not exist"),
    kind("pod-volume-twice", &[Auditing, Unknown], "two volumes of one name"),
    kind("pod-volume-unnamed", &[Auditing, Unknown], "a volume without a name"),
    kind("pod-host-path", &[Auditing, Unknown], "a hostPath that is missing or has `..`"),
    kind("pod-host-path-type", &[Unknown], "a hostPath type that does not exist"),
    kind("pod-invalid", &[Auditing, Unknown], "another fault of the Pod"),
    kind("host-path-missing", &[Auditing, Unknown], "a hostPath that must exist does not"),
    kind(
        "host-path-wrong-kind",
        &[Auditing, Unknown],
        "a directory for a file, or the other way round",
    ),
    kind("host-path-not-made", &[Auditing, Unknown], "a hostPath that was to be made could not be"),
    kind("mount-failed", &[Auditing, Unknown], "a volume cannot be mounted for another reason"),
    kind("volumes-not-mounted", &[Auditing, Unknown], "the kubelet gave up waiting for volumes"),
    kind("image-not-pulled", &[Other], "the image is not there and cannot be fetched"),
    kind("sandbox-not-made", &[Other], "the pod's sandbox cannot be made"),
    kind("container-not-made", &[Unknown], "the container cannot be made for another reason"),
    kind("crash-loop", &[Unknown], "the server starts and ends again; its own log says why"),
    kind("probe-failed", &[Unknown], "the server runs and does not answer its probes well"),
    kind("node-pressure", &[Other, Unknown], "the node is short of something"),
    kind("pod-not-synced", &[Unknown], "another error about the pod"),
    kind("unknown", &[Unknown], "a message that is not known here"),
];

const fn kind(id: &'static str, blames: &'static [Blame], about: &'static str) -> DiagnosisKind {
    DiagnosisKind { id, blames, about }
}

/// Returns whether a diagnosis of this id may blame this.
pub(super) fn allows(id: &str, blame: Blame) -> bool {
    DIAGNOSES.iter().any(|kind| kind.id == id && kind.blames.contains(&blame))
}
