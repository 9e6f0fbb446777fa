//! kubectl-audit: Kubernetes API-server auditing without ever leaving a control plane down.
//!
//! The tree is the architecture, and data flows one way:
//!
//! ```text
//!   cli ──► plan (pure) ──► view (preview) ──► apply (effects) ──► health (verify)
//!            ▲  ▲                                │
//!   policy ──┘  └── manifest, auditing    journal, host
//! ```
//!
//! `operation` is one change of one node on this road, from the first look to the last claim: `cli`
//! gives it what is wanted and shows its events.
//!
//! What others can use is in crates of its own: `goyaml` reads YAML as the API server does,
//! `audit-policy` knows what a policy means. `tests/it/architecture` holds the arrows. This library
//! carries no stability promise: its one user is the binary.

pub mod apply;
pub mod auditing;
pub mod cli;
pub mod condition;
pub mod diagnosis;
pub mod digest;
pub mod distribution;
pub mod doctor;
pub mod export;
pub mod flags;
pub mod health;
pub mod host;
pub mod import;
pub mod journal;
pub mod kubeadm;
pub mod logs;
pub mod manifest;
pub mod node;
pub mod operation;
pub mod owner;
pub mod plan;
pub mod replay;
pub mod sandbox;
pub mod settings;
pub mod shell;
pub mod suggest;
pub mod template;
pub mod view;
pub mod yaml;
