//! What would change: pure values, made before anything is touched.

mod change;
mod cluster_config;
mod disable;
mod enable;
mod layout;
mod merge;
mod path_state;
mod rescue;
mod restore;
mod undo;
mod way_back;

pub use change::{Change, Directory, FileChange, Operation, Plan, Role};
pub use cluster_config::{ClusterConfigChange, audit_args, upgrade_lines};
pub use disable::{DisablePlan, disable};
pub use enable::{Enable, EnableError, EnablePlan, MisplacedPolicy};
pub use layout::{Layout, MountedFile, NewMount};
pub use path_state::{NodeFiles, PathState};
pub use rescue::{StripPlan, StripRefusal, strip};
pub use restore::Restore;
pub use undo::{Backup, FileNow, Undo, UndoError, UndoMethod, undo};
pub use way_back::{NoWayBack, Rescue, UndoCandidate, WayBack};
