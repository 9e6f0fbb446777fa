//! Edits of a document by steps, byte for byte: what no step names stays as it is written.
//!
//! Every [`PatchStep`] can be made twice: in the text by [`splice()`], and in the decoded value by
//! [`PatchStep::make`]. The two share no code: an editor makes both, reads the text again and keeps it
//! only if it means exactly the value.

mod block;
mod flow;
mod fragment;
mod lines;
mod scalar;
mod splice;
mod step;

pub use fragment::Fragment;
pub use splice::{Model, splice};
pub use step::PatchStep;
