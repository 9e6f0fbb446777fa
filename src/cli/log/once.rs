//! One event per request.

use std::collections::{HashSet, VecDeque};

use audit_log::reader::LocatedEvent;

/// So many open requests are remembered.
const MOST_OPEN: usize = 100_000;

/// The requests that were shown when their response began, and are still open.
#[derive(Debug, Default)]
pub(super) struct OpenRequests {
    open: HashSet<Vec<u8>>,
    order: VecDeque<Vec<u8>>,
}

impl OpenRequests {
    /// Says whether an event is the one to show of its request. Forms that tell no stage have one
    /// event per request.
    pub(super) fn shows(&mut self, found: &LocatedEvent<'_>) -> bool {
        let event = &found.event;
        if event.stage.is("RequestReceived") {
            return false;
        }
        if !event.stage.is("ResponseStarted") {
            return self.open.is_empty() || !self.open.remove(event.audit_id.0);
        }
        let id = event.audit_id.0.to_vec();
        if self.open.insert(id.clone()) {
            self.order.push_back(id);
        }
        if self.order.len() > MOST_OPEN
            && let Some(oldest) = self.order.pop_front()
        {
            self.open.remove(&oldest);
        }
        true
    }
}
