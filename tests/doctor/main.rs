//! Every fault is planted on a good node, and found, and nothing else is.
#![expect(clippy::unwrap_used, reason = "a test")]

mod agreement;
mod cases;
mod log;
mod manifest;
mod node;
mod past;
mod policy;
mod profile;
mod registry;
mod running;
mod status;
