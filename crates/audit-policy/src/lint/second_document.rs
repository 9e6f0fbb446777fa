//! `second-document`: what comes after the first document of a file.

use super::catalog::SECOND_DOCUMENT;
use crate::finding::{Finding, Place};

/// Looks for rules in a document that the server does not read.
pub(super) fn check(text: &[u8]) -> Option<Finding> {
    let text = str::from_utf8(text).ok()?;
    let documents = goyaml::parse(text).ok()?;
    let second = documents.iter().skip(1).find(|document| document.root.entries().is_some())?;
    let Place { line, column } = second.root.span.into();
    let message =
        "the API server reads the first document of a file only: nothing from here on counts";
    let help = "put the rules of both into one document, or remove this one";
    Some(SECOND_DOCUMENT.found(Place { line, column }, message).help(help))
}
