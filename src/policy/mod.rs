//! What a policy means to the API server: load it, judge it, decide with it.

pub mod template;
