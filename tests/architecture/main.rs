//! Holds the shape of the house: which room may use which, no circle of files, nothing without a caller.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that reads the sources"
)]

mod arrows;
mod circles;
mod house;
mod modules;
mod unused;
