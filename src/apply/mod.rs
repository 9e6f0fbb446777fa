//! Carries out a plan, and settles what an earlier run left open.
//!
//! The order of a change is what keeps it safe:
//!
//! 1. lock; every file still is what the plan was made from; there is room;
//! 2. the entry, durable: former files, new files, the rollback script; every file staged beside its
//!    place, so that a rename is all that is left, forwards and backwards; claim `prepared`;
//! 3. claim `armed`; the dead man, where one watches, seen alive;
//! 4. policy and webhook files, each by one rename, its intent journaled before it;
//! 5. the manifest, by one rename from outside its directory; then files that are to go;
//! 6. claim `applied`; where a dead man watches it stays `armed` until the server was proven healthy.
//!
//! | it ends | on disk | the next command |
//! |---|---|---|
//! | in 1 | nothing new | starts again |
//! | in 2 | old files, staged dot-files | removes them |
//! | in 3 to 5 | old or new files, each whole | puts the old ones back |
//! | in 6 | new files | keeps them or puts the old ones back, as the claim says |

mod attempt;
mod cause;
mod claims;
mod dead_man;
mod error;
mod finish;
mod lock;
mod record;
mod recover;
mod roll_back;
mod run;
mod space;
mod stage;
mod target;
mod tidy;

pub use cause::Cause;
pub use dead_man::DeadManKind;
pub use error::{ApplyError, RecoverError};
pub use finish::{FinishError, is_ours, keep, state_now, take_back};
pub use record::rollback_command;
pub use recover::{RecoveredAs, RecoveredEntry, recover};
pub use roll_back::{Fate, RollBack};
pub use run::{ApplyOutcome, WatchedOutcome, run, run_watched};
