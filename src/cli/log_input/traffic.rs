//! The traffic of a log under a policy.

use audit_log::reader::{LogItem, ReadCounts};
use audit_log::time::micros;
use audit_policy::api::{Policy, Version};

use super::{InputArgs, shown};
use crate::cli::failure::Failure;
use crate::cli::ui::Ui;
use crate::logs::{PassControl, fold, parts};
use crate::suggest::Traffic;

/// From when to when events are, in microseconds since 1970.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct TimeSpan {
    first: i64,
    last: i64,
}

impl TimeSpan {
    /// Returns a span without events.
    pub(in crate::cli) fn empty() -> Self {
        Self { first: i64::MAX, last: i64::MIN }
    }

    /// Takes a time in.
    pub(in crate::cli) fn take(&mut self, time: i64) {
        self.add(&Self { first: time, last: time });
    }

    /// Adds another span.
    pub(in crate::cli) fn add(&mut self, other: &Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }

    /// Returns its length in seconds.
    pub(in crate::cli) fn seconds(&self) -> f64 {
        self.last.saturating_sub(self.first).max(0) as f64 / 1e6
    }
}

/// Reads logs and sums up what they hold.
pub(in crate::cli) fn traffic(
    args: &InputArgs,
    policy: &Policy,
    version: Version,
    ui: &mut Ui,
) -> Result<(Traffic, ReadCounts, TimeSpan), Failure> {
    let input = args.input(ui)?;
    let control = PassControl::new(&input.stop);
    let parts = parts(&input.sets, &input.filter, true)?;
    let new = || (Traffic::new(policy, version), TimeSpan::empty());
    let (shares, tally) =
        fold(&parts, &input.filter, &control, &mut shown(ui), new, |share, item, _| {
            if let LogItem::Event(found) = item
                && input.filter.takes(found)
            {
                if let Some(time) = micros(found.event.time().0) {
                    share.1.take(time);
                }
                share.0.take(found);
            }
        })?;
    input.say_tally(&tally, ui);
    if ui.interrupted() {
        ui.warn("interrupted: this is what was found so far");
    }
    let (mut traffic, mut span) = new();
    for (share, its) in shares {
        traffic.add(share);
        span.add(&its);
    }
    Ok((traffic, tally, span))
}
