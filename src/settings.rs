//! What a user wants of auditing on a node.
