//! Whether the API server of this node is ready, and the proof that a change has come up.

mod credentials;
mod file_read;
mod file_use;
mod kubelet;
mod pod_logs;
mod probe;
mod prove;
mod restart;
mod restart_times;
mod server;
mod witness;

pub use credentials::Credentials;
pub use file_read::FileRead;
pub use file_use::{FileUse, file_use};
pub use kubelet::{PodJournal, runs as kubelet_runs};
pub use pod_logs::{ContainerLog, POD_LOGS, container_logs, pod_directories};
pub use probe::{Readiness, ask, is_stopping, readyz};
pub use prove::{Baseline, Proof, ProofSubject, Watcher, prove};
pub use restart::{
    Milestone, Observation, RestartDecision, RestartFailure, RestartTracker, UnprovenReason,
    WaitTarget,
};
pub use restart_times::RestartTimes;
pub use server::Server;
pub use witness::{LogPosition, request, same_file, sees};
