//! What strict decoding complains about: fields that the server leaves out.

use super::{duplicate_key, unknown_field};
use crate::finding::Finding;
use crate::policy::{Problem, ProblemKind};
use goyaml::Node;

/// Explains what strict decoding complains about. A text that says of no version to be a policy has
/// other fields for the server, so its complaints say nothing.
pub(super) fn check(text: &[u8], problems: &[Problem]) -> Vec<Finding> {
    let text = String::from_utf8_lossy(text);
    let root =
        goyaml::parse(&text).ok().and_then(|documents| Some(documents.first()?.root.clone()));
    let version = root.as_ref().and_then(|root| root.get("apiVersion")).and_then(Node::scalar);
    if root.is_some() && version.is_none_or(str::is_empty) {
        return vec![];
    }
    problems
        .iter()
        .filter_map(|problem| match problem.kind {
            ProblemKind::UnknownField => Some(unknown_field::finding(problem, root.as_ref())),
            ProblemKind::DuplicateField => Some(duplicate_key::finding(problem)),
            _ => None,
        })
        .collect()
}
