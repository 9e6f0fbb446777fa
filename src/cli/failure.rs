//! How a command ends, and the next steps of a failure as they can be typed here and now.

use super::environment::Environment;
use crate::operation::Next;

pub use crate::operation::Exit;
pub(super) use crate::operation::{Failure, NOTHING_CHANGED, with_causes};

/// Returns a line of what to do next; a command of this program as it works here and now.
pub(super) fn spelled(next: &Next, environment: &Environment) -> String {
    match next {
        Next::Line(line) => line.clone(),
        Next::Ours(arguments) => environment.command(arguments),
        Next::OursAsRoot(arguments) => environment.root_command(arguments),
    }
}
