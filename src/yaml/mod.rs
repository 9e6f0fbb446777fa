//! YAML text with positions, read by the rules of the API server and the kubelet.
//!
//! [`parse`] gives the syntax tree with the byte span of every node, [`edit`] changes spans of the
//! text. Nothing here ever writes YAML from a tree: what is not edited stays byte for byte.

pub mod edit;
mod tree;

pub use tree::{Document, Entry, Kind, Node, ScalarStyle, Span, SyntaxError, parse};
