//! The files that a rollback left as they are.

use super::node::Node;
use super::observe::{Observer, OperationEvent};
use crate::apply::{Fate, RollBack};

/// Tells which files were left alone because they were edited since.
pub(super) fn tell_left(files: &RollBack, node: &Node, observer: &mut dyn Observer) {
    for (path, fate) in files.left() {
        observer.event(&OperationEvent::FileLeft {
            path: node.outside(path),
            why: match fate {
                Fate::Failed(why) => Some(why.to_string()),
                _ => None,
            },
        });
    }
}
