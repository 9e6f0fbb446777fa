//! What collects the log, one file each: the same path across rotation, the same fields everywhere.
//!
//! The eleven fields are those of the Guance integration, with `name` beside `node`, which both hold the
//! name of the object. `status` is OK for 2xx, 3xx and 101, FAIL for the rest and for a panic, and
//! absent where there is no answer.

mod alloy;
mod datakit;
mod filebeat;
mod fluent_bit;
mod input;
mod otel;
mod vector;

use super::target::ExportTarget;

/// Every collector.
pub(super) const ALL: [&ExportTarget; 6] = [
    &datakit::TARGET,
    &fluent_bit::TARGET,
    &vector::TARGET,
    &alloy::TARGET,
    &filebeat::TARGET,
    &otel::TARGET,
];
