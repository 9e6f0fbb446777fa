//! One change of one node, from the first look to the last claim, as values and events.
//!
//! ```text
//!   ControlPlane::begin   what an earlier run left open is ended; manifest and kubelet are read once
//!   Preflight             what keeps a plan from being carried out here now, and what to say of it
//!   NodeChange::run       apply, prove, and keep or roll back ──► Outcome, or Failure
//!   Observer              sees every OperationEvent on the way; cli has one for people and one for programs
//! ```
//!
//! Nothing here knows the command line or a terminal: a failure names its next steps as
//! [`Next`], and the code that shows them spells them out.

mod begin;
mod change;
mod confirmation;
mod containers;
mod evidence;
mod failed;
mod failure;
mod files;
mod former;
mod left;
mod node;
mod notes;
mod observe;
mod outcome;
mod preflight;
mod proof;
mod proof_words;
mod ready_wait;
mod rescue;
mod run;
mod state;
mod time;
mod verify;
pub mod webhook;

pub use begin::{ControlPlane, not_recovered, tell};
pub use change::{FollowUp, NodeChange};
pub use evidence::Evidence;
pub use failure::{Failure, NOTHING_CHANGED, Next, with_causes};
pub use files::{look, path_state};
pub use node::{Node, NodePlace};
pub use notes::{Note, NoteKind};
pub use observe::{Observer, OperationEvent, Progress, RecordingProof, Recovery, Watching};
pub use outcome::{Ending, Exit, Outcome};
pub use preflight::Preflight;
pub use ready_wait::ReadyWait;
pub use rescue::RescueFacts;
pub use state::{HistoryState, StatePolicy};
pub use time::spoken;
pub use verify::{Verify, Watch};
