//! Every fault is planted on a good node, and found, and nothing else is.

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
