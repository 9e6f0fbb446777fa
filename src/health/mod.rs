//! Whether the API server of this node is ready, and the proof that a change has come up.

mod course;
mod credentials;
mod endpoint;
mod held;
mod kubelet;
mod pod_logs;
mod probe;
mod prove;
mod server;
mod witness;

pub use course::{Course, Failed, Look, Next, Tick, Unproven};
pub use credentials::Credentials;
pub use endpoint::{Endpoint, endpoint};
pub use held::{Held, held};
pub use kubelet::{complaint, runs as kubelet_runs};
pub use pod_logs::{ContainerLog, POD_LOGS, container_logs, pod_directories};
pub use probe::{Readiness, ask, readyz};
pub use prove::{Before, Proof, Subject, Watcher, prove};
pub use server::Server;
pub use witness::{End, Sink, request, same_file, sees};
