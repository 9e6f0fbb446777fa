//! What is wrong on a node, or will go wrong.
//!
//! ```text
//! node ──► facts (reads) ──► checks (pure) ──► Fault
//!                      ├───► profile (pure) ─► Control
//!                      └───► status (pure) ──► Status
//! ```
//!
//! Every id is stable; [`FAULTS`] has them as values, and no other can be made. The worst severity is named; some findings of an id are less bad.
//!
//! | id | severity | what it is |
//! |---|---|---|
//! | `manifest-missing` | error | there is no manifest |
//! | `manifest-unseen` | error | we may not read the manifest |
//! | `manifest-refused` | error | the kubelet refuses the manifest and stops the server |
//! | `manifest-uneditable` | info | the manifest is of a kind that this program does not edit |
//! | `typing-mistake` | error | a typing mistake in the manifest, such as `readonly` |
//! | `stray-manifest` | error | another file defines the same pod |
//! | `no-pod` | warning | a file among the manifests that is none |
//! | `file-among-manifests` | warning | a file that the server uses, where the kubelet looks for pods |
//! | `linked-manifest` | info | a symbolic link among the manifests |
//! | `not-watched` | warning | the kubelet watches another directory |
//! | `kubelet-config` | warning | the kubelet's configuration cannot be read |
//! | `image-room` | warning | the kubelet may delete the image of the API server |
//! | `flag-twice` | warning | an audit flag is given twice; the last one counts |
//! | `flag-refused` | error | the server does not start with a flag or its value |
//! | `auditing-off` | info | no audit settings at all |
//! | `auditing-overwritten` | error | something else has overwritten the settings of a change |
//! | `auditing-taken-back` | warning | a rescue or a rollback has left auditing off |
//! | `policy-without-log` | error | a policy, and neither log nor webhook |
//! | `log-without-policy` | error | a log or webhook, and no policy |
//! | `policy-not-mounted` | error | the container does not see the policy |
//! | `policy-missing` | error | there is no policy where the flag says |
//! | `policy-denied` | error | the server's user may not read the policy |
//! | `policy-rejected` | error | the server would not start again with this policy |
//! | `policy-not-loaded` | error | the server runs with another policy than is on disk |
//! | `policy-findings` | error | what lint finds in the policy |
//! | `fail-open` | error | blocking-strict that blocks nothing |
//! | `namespaces-gone` | warning | namespaces of the policy that the cluster does not have |
//! | `log-is-output` | error | the log is /dev/stdout, which is rotated like a file |
//! | `webhook-unencrypted` | warning | events, bodies included, go to a webhook by plain http |
//! | `webhook-cluster-name` | error | the webhook has a name of the cluster, which the host's network does not know |
//! | `webhook-not-mounted` | error | the container does not see the webhook's configuration |
//! | `webhook-missing` | error | there is no webhook configuration where the flag says |
//! | `webhook-empty` | error | nothing is in the webhook configuration, or it is a directory |
//! | `host-path-missing` | error | a hostPath that must be there is not |
//! | `host-path-wrong-kind` | error | a directory for a file, or the other way round |
//! | `certificates-missing` | error | certificates or keys that flags name are gone |
//! | `broad-mount` | warning | the container may write to the control plane's own files |
//! | `log-not-mounted` | error | the log is below no mount, and is lost with the container |
//! | `log-mount-read-only` | error | the log is below a read-only mount |
//! | `log-file-mounted` | error | the log file is mounted instead of its directory |
//! | `log-is-directory` | error | a directory is where the log belongs |
//! | `log-place` | error | the log is in a directory of the system |
//! | `log-missing` | error | the server runs and there is no log |
//! | `log-empty` | warning | the server runs and has recorded nothing |
//! | `log-silent` | warning | the server runs and has recorded nothing for long |
//! | `log-unlinked` | error | the server writes to a file that is not the log any more |
//! | `log-rotated-twice` | warning | logrotate is configured to rotate the log too |
//! | `log-label` | warning | SELinux keeps the container from the log |
//! | `log-readable` | warning | others than root may read or change the log |
//! | `log-unbounded` | warning | every rotated file is kept |
//! | `log-never-rotated` | warning | `--audit-log-maxsize=0` on 1.36 and newer |
//! | `retention-by-default` | info | rotation is left to defaults that changed in 1.36 |
//! | `log-room` | error | the log may grow larger than its disk |
//! | `stdout-log` | warning | the kubelet keeps little of the standard output |
//! | `path-owner`, `path-writable` | error | a user other than root could replace a file |
//! | `file-mode` | warning | the manifest or the policy may be changed by others than root |
//! | `server-not-running` | error | the server does not run, and why |
//! | `server-unseen` | info | the server answers, and its process cannot be seen |
//! | `server-not-ready` | error | the server runs and is not ready |
//! | `flags-not-running` | error | the server runs with other audit flags than the manifest's |
//! | `kubelet-complains` | error | the kubelet refuses the pod or cannot mount what it names |
//! | `kubelet-not-running` | warning | no kubelet can be seen |
//! | `manifest-owner` | info | a distribution overwrites the manifest |
//! | `kubeadm-config-differs` | warning | kubeadm-config has other audit settings than the manifest |
//! | `change-unconfirmed` | warning | a change waits to be confirmed |
//! | `change-open` | error | a change was left unfinished |
//! | `dead-man-left` | warning | a unit of a change that has ended |
//! | `journal-damaged` | warning | a part of the journal cannot be trusted |

mod catalog;
mod cause;
mod checks;
mod facts;
mod finding;
mod nodes;
mod profile;
mod status;

pub use catalog::{FAULTS, FaultKind};
pub use cause::OutageCause;
pub use checks::check;
pub use facts::{
    At, Certificate, Facts, FileState, Inquiry, JournalFacts, LastChange, LastRun, Log, OpenChange,
    Pod, Probes, Rotator, RunningServer, ServerFacts, WrittenBytes, left_off, left_off_with,
};
pub use finding::{Fix, NodeFinding};
pub use nodes::{NodeRow, NodesError, differ, nodes};
pub use profile::{Benchmark, Control};
pub use status::{
    AuditState, EventDestination, FileStatus, Growth, Liveness, NodeStatus, PolicyStatus,
};
