//! What a log gives to those who show it.

use std::ops::ControlFlow;

use audit_log::reader::LogItem;

/// Hands an event to `each` if an item is one.
pub(super) fn events<'i, 'a>(
    item: &'i LogItem<'a>,
) -> Option<&'i audit_log::reader::LocatedEvent<'a>> {
    match item {
        LogItem::Event(found) => Some(found),
        LogItem::Bad { .. } => None,
    }
}

/// Goes on unless nobody reads any more.
pub(super) fn unless(closed: bool) -> ControlFlow<()> {
    if closed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}
