//! What would change: pure values, made before anything is touched.

mod change;
mod disable;
mod enable;
mod layout;
mod merge;
mod rescue;
mod restore;
mod standing;
mod undo;
mod way_back;

pub use change::{Change, Directory, FileChange, Operation, Plan, Role};
pub use disable::{Disabled, disable};
pub use enable::{Enable, EnableError, Enabled, Leaving};
pub use layout::{Layout, NewMount, Seen};
pub use rescue::{NoWay, Stripped, strip};
pub use restore::Restore;
pub use standing::{Ground, Standing};
pub use undo::{Backup, How, Undo, UndoError, Written, undo};
pub use way_back::{Candidate, NoWayBack, Rescue, WayBack};
