//! What would change: pure values, made before anything is touched.

mod change;
pub mod merge;

pub use change::{Change, Directory, FileChange, Operation, Plan, Role};
