//! The API server's `--audit-*` flags: what they are, how it reads them, which values it refuses.
//!
//! ```text
//!   Flag (table)     what there is, for help and completion
//!   Options          the values, typed; set() reads a text as the server reads its command line
//!   check()          what the server says about them before it starts (Go: AuditOptions.Validate)
//!   LogOptions::rotation()   how much the log may grow to, by version
//! ```
//!
//! All 32 flags, their types and every check are the same in the servers 1.24 to 1.37 (compared in
//! `k8s.io/apiserver` v0.24.17 to v0.37.2), so nothing here asks for a version but the defaults of
//! the three rotation flags and what a size of 0 means, both of which changed in 1.36.

mod check;
pub mod fields;
pub mod name;
mod number;
mod options;
mod read;
mod rotation;
mod table;

pub use check::{aggregate, check};
pub use options::{AuditOptions, Batch, LogOptions, Truncate, WebhookOptions};
pub use read::FlagError;
pub use rotation::Rotation;
pub use table::Flag;
